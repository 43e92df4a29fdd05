import CMnl
import Testing

@testable import Netlink

/// The bytes that `tc` puts into `TCA_OPTIONS`, against ours.
///
/// Captured from tc of iproute2-6.1.0 with `strace -e trace=sendmsg -e write=all tc qdisc add dev lo root netem …`;
/// each fixture names its arguments. Little-endian machines only, as the messages are in host order.
@Suite struct NetemEncodingTests {
    struct Fixture: Sendable, CustomTestStringConvertible {
        /// Arguments after `netem`.
        var command: String
        var hex: String
        var settings: Netem
        var testDescription: String { command }

        init(_ command: String, _ hex: String, _ configure: (inout Netem) -> Void) {
            self.command = command
            self.hex = hex
            settings = Netem()
            configure(&settings)
        }
    }

    private static func milliseconds(_ count: Int64) -> Int64 { count * 1_000_000 }

    static let fixtures: [Fixture] = [
        Fixture("loss 10%", "00000000e80300009a999919000000000000000000000000") {
            $0.loss = .random(ScaledProbability(0.1))
        },
        Fixture(
            "loss 10% 25%",
            "00000000e80300009a99991900000000000000000000000010000100000000000000004000000000"
        ) {
            $0.loss = .random(ScaledProbability(0.1), correlation: ScaledProbability(0.25))
        },
        Fixture("delay 100ms", "84d71700e803000000000000000000000000000000000000") {
            $0.delayNanoseconds = milliseconds(100)
        },
        Fixture(
            "delay 100ms 10ms 25%",
            "84d71700e80300000000000000000000000000005a62020010000100000000400000000000000000"
        ) {
            $0.delayNanoseconds = milliseconds(100)
            $0.jitterNanoseconds = milliseconds(10)
            $0.delayCorrelation = ScaledProbability(0.25)
        },
        Fixture("limit 50 delay 10s 5s", "902f500932000000000000000000000000000000c817a804") {
            $0.limitPackets = 50
            $0.delayNanoseconds = milliseconds(10_000)
            $0.jitterNanoseconds = milliseconds(5_000)
        },
        Fixture(
            "delay 10ms reorder 25% 50% gap 5",
            """
            5a620200e803000000000000050000000000000000000000100001000000000000000000000000000c000300\
            0000004000000080
            """
        ) {
            $0.delayNanoseconds = milliseconds(10)
            $0.reorder = ScaledProbability(0.25)
            $0.reorderCorrelation = ScaledProbability(0.5)
            $0.reorderGap = 5
        },
        // tc 6.1 takes the 3 % and does not send them; see correlationOfDuplicatesIsSent().
        Fixture("duplicate 1% 3%", "00000000e80300000000000000000000295c8f0200000000") {
            $0.duplicate = ScaledProbability(0.01)
        },
        Fixture("duplicate 100%", "00000000e80300000000000000000000ffffffff00000000") {
            $0.duplicate = .certain
        },
        Fixture(
            "corrupt 0.1% 2%",
            """
            00000000e803000000000000000000000000000000000000100001000000000000000000000000000c000400\
            3789410052b81e05
            """
        ) {
            $0.corrupt = ScaledProbability(0.001)
            $0.corruptCorrelation = ScaledProbability(0.02)
        },
        Fixture(
            "rate 1mbit",
            "00000000e8030000000000000000000000000000000000001400060048e80100000000000000000000000000"
        ) {
            $0.rate = Netem.Rate(bytesPerSecond: 125_000)
        },
        Fixture(
            "rate 5kbit -20 100 -5",
            "00000000e8030000000000000000000000000000000000001400060071020000ecffffff64000000fbffffff"
        ) {
            var rate = Netem.Rate(bytesPerSecond: 625)
            rate.packetOverheadBytes = -20
            rate.cellBytes = 100
            rate.cellOverheadBytes = -5
            $0.rate = rate
        },
        Fixture(
            "rate 40gbit",
            """
            00000000e8030000000000000000000000000000000000000c00080000f2052a0100000014000600ffffffff\
            000000000000000000000000
            """
        ) {
            $0.rate = Netem.Rate(bytesPerSecond: 5_000_000_000)
        },
        Fixture(
            "loss gemodel 1% 10% 70% 0.1%",
            """
            00000000e8030000000000000000000000000000000000001800058014000200295c8f029a999919cdcccc4c\
            37894100
            """
        ) {
            $0.loss = .gilbertElliott(
                toBad: ScaledProbability(0.01), toGood: ScaledProbability(0.1),
                lossInBad: ScaledProbability(0.7),
                lossInGood: ScaledProbability(0.001))
        },
        Fixture(
            "loss gemodel 5%",
            """
            00000000e8030000000000000000000000000000000000001800058014000200cdcccc0c323333f300000000\
            00000000
            """
        ) {
            $0.loss = .gilbertElliott(
                toBad: ScaledProbability(0.05), toGood: ScaledProbability(0.95), lossInBad: .certain,
                lossInGood: .zero)
        },
        Fixture(
            "loss state 1% 10% 5% 50% 2%",
            """
            00000000e8030000000000000000000000000000000000001c00058018000100295c8f029a999919cdcccc0c\
            52b81e0500000080
            """
        ) {
            $0.loss = .fourState(
                p13: ScaledProbability(0.01), p31: ScaledProbability(0.1), p32: ScaledProbability(0.05),
                p23: ScaledProbability(0.5), p14: ScaledProbability(0.02))
        },
        Fixture(
            "slot 800us 1ms packets 10 bytes 5000",
            """
            00000000e8030000000000000000000000000000000000002c000c0000350c000000000040420f0000000000\
            0a0000008813000000000000000000000000000000000000
            """
        ) {
            var slots = Netem.Slots()
            slots.minimumDelayNanoseconds = 800_000
            slots.maximumDelayNanoseconds = 1_000_000
            slots.packets = 10
            slots.bytes = 5000
            $0.slots = slots
        },
        Fixture("loss 5% ecn", "00000000e8030000cdcccc0c0000000000000000000000000800070001000000") {
            $0.loss = .random(ScaledProbability(0.05))
            $0.marksECN = true
        },
        Fixture(
            """
            delay 10ms 2ms 5% loss gemodel 1% ecn duplicate 1% corrupt 1% reorder 2% rate 1mbit slot 1ms limit 77
            """,
            """
            5a6202004d0000000000000001000000295c8f02127a000010000100cdcccc0c00000000000000000c000300\
            52b81e050000000008000700010000000c000400295c8f02000000002c000c0040420f000000000040420f00\
            000000000000000000000000000000000000000000000000000000001800058014000200295c8f02d6a370fd\
            00000000000000001400060048e80100000000000000000000000000
            """
        ) {
            $0.delayNanoseconds = milliseconds(10)
            $0.jitterNanoseconds = milliseconds(2)
            $0.delayCorrelation = ScaledProbability(0.05)
            $0.loss = .gilbertElliott(
                toBad: ScaledProbability(0.01), toGood: ScaledProbability(0.99), lossInBad: .certain,
                lossInGood: .zero)
            $0.marksECN = true
            $0.duplicate = ScaledProbability(0.01)
            $0.corrupt = ScaledProbability(0.01)
            $0.reorder = ScaledProbability(0.02)
            $0.rate = Netem.Rate(bytesPerSecond: 125_000)
            var slots = Netem.Slots()
            slots.minimumDelayNanoseconds = 1_000_000
            slots.maximumDelayNanoseconds = 1_000_000
            $0.slots = slots
            $0.limitPackets = 77
        },
    ]

    /// The payload of `TCA_OPTIONS`.
    private func options(_ netem: Netem) throws -> [UInt8] {
        var builder = MessageBuilder(type: RTM_NEWQDISC, header: tcmsg())
        netem.encode(into: &builder)
        let reader = AttributeReader(builder.bytes[(16 + MemoryLayout<tcmsg>.size)...])
        return try #require(reader[TCA_OPTIONS]).bytes
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test(arguments: fixtures)
    func bytesAreThoseOfTC(fixture: Fixture) throws {
        #expect(hex(try options(fixture.settings)) == fixture.hex)
    }

    @Test(arguments: fixtures)
    func settingsAreReadBackFromTheirBytes(fixture: Fixture) throws {
        var expected = fixture.settings
        if expected.reorder != .zero && expected.reorderGap == 0 { expected.reorderGap = 1 }
        #expect(Netem(options: try options(fixture.settings)) == expected)
    }

    @Test func delayBetweenTwoTicksIsSentInNanosecondsToo() throws {
        var netem = Netem()
        netem.delayNanoseconds = 100_001
        netem.jitterNanoseconds = 300_000_000_000
        let bytes = try options(netem)
        // 1562 ticks of 64 ns; 300 s exceed what 32 bits of ticks hold (274 s).
        #expect(hex(Array(bytes[0..<4])) == "1a060000")
        #expect(hex(Array(bytes[20..<24])) == "ffffffff")
        let attributes = AttributeReader(bytes[24...])
        #expect(attributes[TCA_NETEM_LATENCY64]?.uint64 == 100_001)
        #expect(attributes[TCA_NETEM_JITTER64]?.uint64 == 300_000_000_000)
        #expect(Netem(options: bytes) == netem)
    }

    @Test func correlationOfDuplicatesIsSent() throws {
        var netem = Netem()
        netem.duplicate = ScaledProbability(0.01)
        netem.duplicateCorrelation = ScaledProbability(0.25)
        let bytes = try options(netem)
        #expect(hex(Array(bytes[24...])) == "10000100000000000000000000000040")
        #expect(Netem(options: bytes) == netem)
    }

    @Test func seedIsAttributeFourteenAndReadBack() throws {
        var netem = Netem()
        netem.seed = 0x0102_0304_0506_0708
        let bytes = try options(netem)
        #expect(hex(Array(bytes[24...])) == "0c000e000807060504030201")
        #expect(Netem(options: bytes)?.seed == 0x0102_0304_0506_0708)
    }

    @Test func distributionsAreTablesOfDelaysAndSlots() throws {
        var netem = Netem()
        netem.delayNanoseconds = 1_000_000
        netem.distribution = DelayDistribution(table: [1, -1])
        var slots = Netem.Slots()
        slots.distribution = DelayDistribution(table: [2])
        slots.distributionDelayNanoseconds = 5
        netem.slots = slots
        let attributes = AttributeReader(try options(netem)[24...])
        #expect(attributes[TCA_NETEM_DELAY_DIST]?.bytes == [1, 0, 0xff, 0xff])
        #expect(attributes[TCA_NETEM_SLOT_DIST]?.bytes == [2, 0])
        #expect(
            attributes.attributes.map(\.type) == [TCA_NETEM_SLOT, TCA_NETEM_DELAY_DIST, TCA_NETEM_SLOT_DIST])
    }

    @Test func everyPrefixOfOptionsIsReadWithoutTrap() throws {
        let bytes = try options(Self.fixtures[Self.fixtures.count - 1].settings)
        for length in 0..<bytes.count {
            #expect((Netem(options: Array(bytes[..<length])) == nil) == (length < 24))
        }
    }

    @Test(arguments: [(-0.5, UInt32(0)), (0, 0), (1, .max), (7, .max), (.nan, 0), (.infinity, .max)])
    func probabilitiesOutsideTheirRangeAreTakenForTheNearerEnd(fraction: Double, expected: UInt32) {
        #expect(ScaledProbability(fraction).rawValue == expected)
    }
}

/// Values captured from the tables that tc of iproute2-6.1.0 sent for `delay 10ms 1ms distribution NAME`.
@Suite struct DelayDistributionTests {
    @Test(arguments: [
        (
            "normal",
            [
                1: -28307, 2: -26871, 512: -9423, 1024: -5525, 1536: -2610, 2048: 0, 2560: 2611, 3584: 9424,
                4095: 28858,
            ]
        ),
        (
            "pareto",
            [
                0: -5461, 1: -5460, 512: -4964, 1024: -4362, 1536: -3609, 2048: -2622, 2560: -1237, 3072: 955,
                3584: 5461, 4095: 32767,
            ]
        ),
        (
            "paretonormal",
            [
                1: -11171, 2: -10812, 512: -6078, 1024: -4652, 1536: -3359, 2048: -1966, 2560: -275,
                3072: 2097, 3584: 6451,
            ]
        ),
    ])
    func tableIsThatOfTC(name: String, expected: [Int: Int]) throws {
        let distributions: [String: DelayDistribution] = [
            "normal": .normal, "pareto": .pareto, "paretonormal": .paretoNormal,
        ]
        let table = try #require(distributions[name]).table
        #expect(table.count == 4096)
        // tc's tables were made by a stepwise integration, and are off by so much themselves.
        for (index, value) in expected { #expect(abs(Int(table[index]) - value) <= 3, "\(index)") }
        #expect(table == table.sorted())
    }
}
