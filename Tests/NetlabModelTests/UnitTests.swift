import NetlabModel
import Testing

@Suite("Units")
struct UnitTests {
    @Test(arguments: [
        ("100 ms", 100_000_000), ("100ms", 100_000_000), ("1 s", 1_000_000_000), ("0.5 us", 500),
        ("3 µs", 3000),
        ("7 ns", 7), ("2 min", 120_000_000_000), ("1 h", 3_600_000_000_000), ("1_000 ns", 1000), ("0 s", 0),
    ])
    func timeIsReadWithItsUnit(text: String, nanoseconds: Int64) throws {
        #expect(try UnitText.duration(text).nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        ("200 B", 200), ("4 KiB", 4096), ("1 MiB", 1_048_576), ("1.5 KiB", 1536), ("2 kB", 2000),
        ("1 GB", 1_000_000_000),
    ])
    func sizeIsReadWithItsUnit(text: String, bytes: Int) throws {
        #expect(try UnitText.byteCount(text).bytes == bytes)
    }

    @Test(arguments: [
        ("10 mbit", 10_000_000), ("10mbit/s", 10_000_000), ("64 kbit", 64_000), ("1 gbit", 1_000_000_000),
        ("8 bit", 8),
    ])
    func rateIsReadWithItsUnit(text: String, bits: Int) throws {
        #expect(try UnitText.dataRate(text).bitsPerSecond == bits)
    }

    @Test(arguments: [("30%", 0.3), ("0.1 %", 0.001), ("100%", 1), ("0%", 0)])
    func probabilityIsReadInPerCent(text: String, fraction: Double) throws {
        #expect(abs(try UnitText.probability(text).fraction - fraction) < 1e-15)
    }

    @Test(arguments: [("1000/s", 1000.0), ("1000 pps", 1000), ("30/min", 0.5)])
    func rateOfEventsIsReadWithItsUnit(text: String, perSecond: Double) throws {
        #expect(try UnitText.eventRate(text).perSecond == perSecond)
    }

    enum Kind: Sendable { case time, size, rate, events, probability }

    @Test(arguments: [
        (Kind.time, "100", "\"100\" has no unit; write a time with its unit, such as 100 ms"),
        (.time, "soon", "\"soon\" is not a time; write a number and a unit, such as 100 ms"),
        (.time, "1 day", "\"day\" is not a unit of time; the units are ns, us, µs, ms, s, min, h"),
        (.time, "-1 s", "\"-1 s\" is negative; write 0 or more"),
        (.time, "1e300 s", "\"e300 s\" is not a unit of time; the units are ns, us, µs, ms, s, min, h"),
        (.time, "99999999999 h", "\"99999999999 h\" is too large; write a smaller time"),
        (.size, "0.3 B", "\"0.3 B\" is not a whole number of bytes; write a whole number, such as 200 B"),
        (.size, "4 KB/s", "\"KB/s\" is not a unit of size; the units are B, KB, kB, KiB, MB, MiB, GB, GiB"),
        (.rate, "0 mbit", "\"0 mbit\" is less than one bit per second; write 10 mbit"),
        (.events, "0/s", "\"0/s\" never happens; write a rate above 0, such as 1000/s"),
        (
            .probability, "0.3",
            "\"0.3\" has no unit; write a probability with its unit, such as 30%"
        ),
        (.probability, "130%", "\"130%\" lies outside 0% to 100%; write a probability such as 30%"),
    ])
    func whatIsNoQuantityIsRefusedWithTheRemedy(kind: Kind, text: String, message: String) {
        let error = #expect(throws: UnitError.self) {
            switch kind {
            case .time: _ = try UnitText.duration(text)
            case .size: _ = try UnitText.byteCount(text)
            case .rate: _ = try UnitText.dataRate(text)
            case .events: _ = try UnitText.eventRate(text)
            case .probability: _ = try UnitText.probability(text)
            }
        }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        (Duration.zero, "0 s"), (.seconds(1), "1 s"), (.milliseconds(40), "40 ms"),
        (.microseconds(250), "250 us"),
        (.nanoseconds(7), "7 ns"), (.milliseconds(1500), "1.5 s"), (.seconds(-2), "-2 s"),
    ])
    func timeIsWrittenInItsLargestUnit(time: Duration, text: String) {
        #expect(time.text == text)
    }

    @Test func timeBeyondTheRangeSaturates() {
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).nanoseconds == .min)
    }

    @Test(arguments: [
        (200, "200 B"), (4096, "4 KiB"), (4097, "4097 B"), (1 << 20, "1 MiB"), (3 << 30, "3 GiB"), (0, "0 B"),
    ])
    func sizeIsWrittenInTheLargestUnitThatDividesIt(bytes: Int, text: String) {
        #expect(ByteCount(bytes).description == text)
    }

    @Test func rateIsWrittenAsTCReadsIt() {
        #expect(DataRate(bitsPerSecond: 10_000_000).description == "10 mbit")
        #expect(DataRate(bitsPerSecond: 1500).description == "1500 bit")
        #expect(DataRate(bitsPerSecond: 64000).tcText == "64kbit")
    }

    @Test(arguments: [
        (0.5, 3, "0.5"), (12, 3, "12"), (3.14159, 3, "3.142"), (0.0004, 3, "0"), (-0.0004, 3, "0"),
        (-1.25, 1, "-1.3"),
        (2.6, 0, "3"), (1e20, 3, "1e+20"),
    ])
    func decimalsAreShort(value: Double, decimals: Int, text: String) {
        #expect(DecimalText.short(value, decimals: decimals) == text)
    }
}
