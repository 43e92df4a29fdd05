import NetlabRunner
import Testing

@Suite struct SweepRangeTests {
    @Test(
        arguments: [
            ("mtu=60..300", "mtu", 60, 300, nil, "", 241),
            ("mtu=60..300:20", "mtu", 60, 300, 20, "", 13),
            ("request=50..300 B", "request", 50, 300, nil, " B", 251),
            ("loss=0..30:5%", "loss", 0, 30, 5, "%", 7),
            ("offset=-3..3", "offset", -3, 3, nil, "", 7),
            ("rate=1..9:4/s", "rate", 1, 9, 4, "/s", 3),
        ] as [(String, String, Int, Int, Int?, String, Int)])
    func rangeIsReadWithStepAndUnit(
        text: String, parameter: String, lower: Int, upper: Int, step: Int?, unit: String, count: Int
    ) throws {
        let range = try SweepRange(text)
        #expect(range.parameter == parameter)
        #expect(range.lower == lower)
        #expect(range.upper == upper)
        #expect(range.step == step)
        #expect(range.unit == unit)
        #expect(range.count == count)
        #expect(range.text(of: range.value(at: 0)) == "\(lower)\(unit)")
        #expect(range.value(at: count - 1) <= upper)
    }

    @Test(arguments: [
        ("mtu", "\"mtu\" names no parameter; write name=lo..hi, such as mtu=60..300"),
        ("=1..2", "\"=1..2\" names no parameter; write name=lo..hi, such as mtu=60..300"),
        ("mtu=9..9", "9..9 holds nothing to sweep; the smaller value comes first"),
        ("mtu=9..3", "9..3 holds nothing to sweep; the smaller value comes first"),
        ("mtu=1..9:0", "a step of 0 leads nowhere; it has to be 1 or more"),
    ])
    func mistakeIsNamed(text: String, message: String) {
        let error = #expect(throws: SweepRangeError.self) { try SweepRange(text) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        "mtu=60", "mtu=60..", "mtu=..300", "mtu=60...300", "mtu=60..300:", "mtu=a..b", "mtu=0.5..2",
        "mtu=1..2 B:3", "mtu=1..99999999999999999999", "mtu=1..2\n", "mtu=--1..2",
    ])
    func whatIsNoRangeIsRefusedWithTheForm(text: String) {
        let error = #expect(throws: SweepRangeError.self) { try SweepRange(text) }
        #expect(error?.description.contains("is not a range, from ") == true)
        #expect(error?.description.contains("write name=lo..hi") == true)
    }

    @Test func placesAreSpreadWithBothEnds() {
        #expect(SweepRange.spread(5, over: 241) == [0, 60, 120, 180, 240])
        #expect(SweepRange.spread(9, over: 3) == [0, 1, 2])
        #expect(SweepRange.spread(2, over: 10) == [0, 9])
    }
}
