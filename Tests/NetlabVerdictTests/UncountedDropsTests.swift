import NetlabModel
import Testing

@testable import NetlabVerdict

@Suite("Drops that could not be counted")
struct UncountedDropsTests {
    static let id = "drop:FRAG_REASM_TIMEOUT"

    struct Case: Sendable, CustomTestStringConvertible {
        var predicate: Predicate
        var uncounted: Int64?
        var outcome: Outcome
        var testDescription: String { "\(predicate), \(uncounted ?? 0) not counted" }
    }

    /// Three drops were counted.
    static let cases = [
        Case(predicate: .compare(counter(id), .equal, number(4)), uncounted: nil, outcome: .failed),
        Case(predicate: .compare(counter(id), .equal, number(4)), uncounted: 1, outcome: .inconclusive),
        Case(predicate: .compare(counter(id), .equal, number(4)), uncounted: 7, outcome: .inconclusive),
        Case(predicate: .compare(counter(id), .equal, number(5)), uncounted: 1, outcome: .failed),
        Case(predicate: .compare(counter(id), .equal, number(2)), uncounted: 9, outcome: .failed),
        Case(predicate: .compare(counter(id), .equal, number(3)), uncounted: 9, outcome: .passed),
        Case(predicate: .rises(counter(id), atLeast: number(5)), uncounted: 2, outcome: .inconclusive),
        Case(predicate: .rises(counter(id), atLeast: number(6)), uncounted: 2, outcome: .failed),
        Case(predicate: .stays(counter(id)), uncounted: 2, outcome: .failed),
        Case(
            predicate: .compare(counter("Ip.ReasmFails"), .equal, counter(id)), uncounted: 1,
            outcome: .inconclusive),
        Case(
            predicate: .compare(counter("Ip.ReasmFails"), .equal, number(5)), uncounted: 1, outcome: .failed),
        Case(
            predicate: .within(.product(2, counter(id)), lower: number(7), upper: number(8)), uncounted: 1,
            outcome: .inconclusive),
        Case(predicate: .compare(counter(id), .equal, number(9000)), uncounted: 5000, outcome: .inconclusive),
    ]

    @Test(arguments: cases) func expectationThatMayBeShortOfThemIsNoFailure(example: Case) {
        var fixture = RunFixture(
            [example.predicate], before: [Self.id: 2, "Ip.ReasmFails": 0],
            after: [Self.id: 5, "Ip.ReasmFails": 4])
        fixture.record.phases[0].uncountedDrops = example.uncounted
        #expect(fixture.only?.outcome == example.outcome)
        #expect(fixture.only?.finding.contains("in no counter") == (example.outcome == .inconclusive))
    }

    @Test func theCauseIsToldWithTheFigures() {
        var fixture = RunFixture(
            [.compare(counter(Self.id), .equal, number(4))], before: [:], after: [Self.id: 3])
        fixture.record.phases[0].uncountedDrops = 1
        #expect(
            fixture.only?.finding
                == "rose by 3, wanted 4; at most 1 drops of the machine are in no counter, and it may be these"
        )
    }

    @Test func phaseThatIsReferredToMayBeShortToo() {
        var fixture = RunFixture()
        fixture.add("control", .control, [], before: [Self.id: 0], after: [Self.id: 3])
        let same = Predicate.compare(counter(Self.id), .equal, .inPhase(counter(Self.id), phase: "control"))
        fixture.add("fault", .fault, [same], before: [Self.id: 3], after: [Self.id: 7])
        #expect(fixture.verdict.outcome == .failed)
        fixture.record.phases[0].uncountedDrops = 1
        #expect(fixture.verdict.outcome == .inconclusive)
        #expect(fixture.only?.finding.contains("are in no counter in control") == true)
    }
}
