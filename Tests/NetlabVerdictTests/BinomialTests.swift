import NetlabModel
import Testing

@testable import NetlabVerdict

/// Expected figures were computed with exact rational numbers.
@Suite("Binomial bounds")
struct BinomialTests {
    @Test(arguments: [
        (10, 0.5, 0...10, 0.0),
        (20, 0.5, 0...20, 0.0),
        (50, 0.5, 8...42, 2.098677427397888e-07),
        (100, 0.3, 10...53, 8.783779490540773e-07),
        (200, 0.3, 30...93, 5.814672238600413e-07),
        (1000, 0.3, 231...372, 9.086900597735873e-07),
        (2000, 0.3, 501...702, 8.061772714336389e-07),
        (1000, 0.01, 0...29, 2.0599888509719576e-07),
        (1000, 0.001, 0...9, 1.0742833868464872e-07),
        (300, 0.99, 285...300, 9.466459980704686e-08),
    ])
    func boundsAreTheNarrowestOfTheirRate(trials: Int, p: Double, range: ClosedRange<Int>, rate: Double) {
        let bounds = Binomial(trials: trials, probability: p).bounds()
        #expect(bounds.range == range)
        #expect(abs(bounds.falseAlarmRate - rate) <= rate * 1e-9)
        #expect(bounds.falseAlarmRate <= Binomial.falseAlarmLimit)
    }

    @Test(arguments: [
        (10, 0.5, 2, 0.0546875),
        (1000, 0.3, 250, 0.00025980303652893067),
        (1000, 0.3, 200, 4.986258932157392e-13),
        (2000, 0.01, 5, 6.787349452356077e-05),
    ])
    func cumulativeProbabilityIsExact(trials: Int, p: Double, count: Int, expected: Double) {
        let value = Binomial(trials: trials, probability: p).cumulative(count)
        #expect(abs(value - expected) <= expected * 1e-9)
    }

    @Test func certaintyLeavesOneCount() {
        #expect(Binomial(trials: 7, probability: 1).bounds().range == 7...7)
        #expect(Binomial(trials: 7, probability: 0).bounds().range == 0...0)
        #expect(Binomial(trials: 0, probability: 0.5).bounds().range == 0...0)
    }

    @Test func millionsOfTrialsNeitherOverflowNorUnderflow() {
        let bounds = Binomial(trials: 10_000_000, probability: 0.3).bounds()
        // Normal approximation: 4.892 standard deviations of 1449.1 on each side.
        #expect(abs(bounds.range.lowerBound - 2_992_911) < 20)
        #expect(abs(bounds.range.upperBound - 3_007_089) < 20)
        #expect(bounds.falseAlarmRate > 9.5e-7 && bounds.falseAlarmRate <= 1e-6)
    }

    static let share = Predicate.share(
        counter("Ip.InDiscards"), Probability(0.3), of: counter("Ip.InReceives"))

    @Test(arguments: [
        (
            1000, 296, Outcome.passed,
            "rose by 296, within 231 to 372 (30% of 1000, false alarms 9.1e-7)"
        ),
        (1000, 231, .passed, "rose by 231, within 231 to 372 (30% of 1000, false alarms 9.1e-7)"),
        (1000, 230, .failed, "rose by 230, wanted 231 to 372 (30% of 1000, false alarms 9.1e-7)"),
        (1000, 373, .failed, "rose by 373, wanted 231 to 372 (30% of 1000, false alarms 9.1e-7)"),
        (0, 0, .inconclusive, "server Ip.InReceives did not move: there was nothing to take a share of"),
        (
            8, 3, .inconclusive,
            "30% of 8 is anything from 0 to 8 at a false-alarm rate of 1e-6: too few trials to tell"
        ),
    ])
    func shareIsJudgedByBoundsThatArePrinted(trials: Int64, count: Int64, outcome: Outcome, finding: String) {
        let fixture = RunFixture(
            [Self.share], before: ["Ip.InDiscards": 5, "Ip.InReceives": 7],
            after: ["Ip.InDiscards": 5 + count, "Ip.InReceives": 7 + trials])
        #expect(fixture.only?.outcome == outcome)
        #expect(fixture.only?.finding == finding)
    }

    @Test(arguments: [(0.0, "0"), (9.0869e-7, "9.1e-7"), (9.96e-8, "1e-7"), (0.5, "5e-1"), (2, "2")])
    func smallNumbersAreWrittenWithTwoDigits(value: Double, text: String) {
        #expect(ScientificText.short(value) == text)
    }
}
