import Glibc
import KernelTestSupport
import LinuxSystem
import Testing

@testable import NetlabProbe

@Suite struct PacketFactsTests {
    private static func facts(_ bytes: [UInt8], length: Int? = nil) -> PacketFacts {
        bytes.withUnsafeBytes { PacketFacts($0, length: length ?? bytes.count) }
    }

    private static let ethernet = [UInt8](repeating: 2, count: 12) + [0x08, 0x00]

    /// A SYN/ACK as Linux sends it: MSS 256, SACK, timestamps, window scale 7.
    private static let synACK: [UInt8] =
        ethernet
        + [
            0x45, 0x00, 0x00, 0x3c, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0x00, 0x00, 10, 0, 0, 2, 10, 0, 0, 1,
            0x00, 0x50, 0x9c, 0x40, 0, 0, 0, 1, 0, 0, 0, 2, 0xa0, 0x12, 0xfe, 0x88, 0, 0, 0, 0,
            2, 4, 1, 0, 4, 2, 8, 10, 0, 0, 1, 1, 0, 0, 0, 0, 1, 3, 3, 7,
        ]

    @Test func aSYNACKTellsItsOptions() {
        let facts = Self.facts(Self.synACK)
        #expect(facts.kinds == ["ip", "tcp", "synack"])
        #expect(
            facts.fields == [
                "length": 60, "ttl": 64, "tos": 0, "df": 1, "window": 65160, "mss": 256, "sack_permitted": 1,
                "timestamp": 257, "wscale": 7,
            ])
    }

    @Test func aPacketWithoutPayloadIsAnACKAndOneWithIsData() {
        var segment = Array(Self.synACK[..<54])
        segment[14 + 3] = 40
        segment[14 + 20 + 12] = 0x50
        segment[14 + 20 + 13] = 0x10
        #expect(Self.facts(segment).kinds == ["ip", "tcp", "ack"])
        segment[14 + 3] = 41
        #expect(Self.facts(segment + [0]).kinds == ["ip", "tcp", "data"])
    }

    @Test func fragmentationNeededTellsTheMTU() {
        let packet =
            Self.ethernet + [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
            + [3, 4, 0, 0, 0, 0, 0x05, 0x00]
        #expect(Self.facts(packet).kinds == ["ip", "icmp", "frag-needed"])
        #expect(Self.facts(packet).fields["mtu"] == 1280)
    }

    @Test func noLengthOfGarbageIsReadBeyondItsEnd() {
        for length in 0...Self.synACK.count {
            let cut = Array(Self.synACK[..<length])
            _ = Self.facts(cut, length: 74)
        }
        var endless = Self.synACK
        endless[14 + 20 + 20 + 1] = 0
        #expect(Self.facts(endless).fields["mss"] == nil)
    }
}

@Suite(.needsRoot, .leavesNothingBehind) struct PacketWatchTests {
    @Test func everyPacketIsCountedByItsKind() async throws {
        let pair = try ProbedPair()
        let watch = try PacketWatch(
            of: "eth0", named: "server/eth0", kinds: ["udp", "syn"], in: pair.server.namespace)
        #expect(try await watch.look().values == ["packet:udp count": 0, "packet:syn count": 0])
        let socket = try TestSocket(SOCK_DGRAM, in: pair.client.namespace)
        for round in 1...3 {
            for _ in 0..<100 { try socket.send(20, to: [10, 0, 0, 2], port: 9) }
            let seen = try await watch.look()
            #expect(seen.missed == 0)
            #expect(seen.values["packet:udp count"] == Int64(100 * round))
            #expect(seen.values["packet:udp ttl"] == 64)
            #expect(seen.values["packet:syn count"] == 0)
        }
    }
}
