import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import Netlink
import Testing

@testable import NetlabWire

/// Super-packets that a real kernel made and a real kernel takes.
@Suite(.needsRoot, .needsTUN) struct SuperPacketKernelTests {
    /// Sends a megabyte by TCP from the client and returns what the server read.
    private func transfer(_ pair: WiredPair, bytes: Int) throws -> [UInt8] {
        let listener = try pair.tcp(2)
        try listener.listen(port: 6000)
        let client = try pair.tcp(1)
        try client.connect(to: 2, port: 6000)
        let server = try listener.accept()
        let payload = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        var sent = 0
        var received: [UInt8] = []
        while received.count < bytes {
            sent += try client.sendSome(payload[sent...])
            let some = try server.receiveSome(milliseconds: sent < bytes ? 0 : 5000)
            if some.isEmpty, sent == bytes { break }
            received += some
        }
        #expect(received == payload)
        return received
    }

    @Test func superPacketsPassWholeAndEverySegmentIsBooked() throws {
        let pair = try WiredPair(superPackets: true)
        let bytes = 1 << 20
        _ = try transfer(pair, bytes: bytes)
        let frames = try pair.sockets[0].link(named: "eth0").statistics?.txPackets ?? 0
        // 1448 bytes of payload in each packet, far fewer frames than packets.
        #expect(pair.there.offered.packets >= bytes / 1448)
        #expect(Int(frames) < bytes / 1448 / 2)
        #expect(pair.there.isBalanced && pair.back.isBalanced)
        #expect(pair.there.delivered == pair.there.offered)
    }

    @Test func lostSegmentsInsideSuperPacketsAreRetransmitted() throws {
        let lost = [5, 77, 300]
        let pair = try WiredPair(
            try fromClient(.pattern(PacketPattern(.drop, .numbers(lost))), match: "tcp data"),
            superPackets: true)
        _ = try transfer(pair, bytes: 1 << 20)
        #expect(pair.there.dropped[.impairment("i0")]?.packets == 3)
        #expect(try counter("Tcp", "RetransSegs", pair, 1) >= 3)
        #expect(pair.there.isBalanced)
    }

    @Test func flippedBitsInsideSuperPacketsAreSeenByTheReceiver() throws {
        let pair = try WiredPair(
            try fromClient(.pattern(PacketPattern(.corrupt, .numbers([9, 100]))), match: "tcp data"),
            superPackets: true)
        _ = try transfer(pair, bytes: 1 << 20)
        #expect(try counter("Tcp", "InCsumErrors", pair, 2) == 2)
    }

    @Test func everyRandomFateLeavesTheStreamIntact() throws {
        let none = Probability(0)
        let pair = try WiredPair(
            try fromClient(
                .loss(.random(Probability(0.01), correlation: none)),
                .duplicate(Probability(0.01), correlation: none),
                .corrupt(Probability(0.005), correlation: none),
                .delay(DelayModel(delay: .microseconds(300), jitter: .microseconds(100)))),
            superPackets: true)
        _ = try transfer(pair, bytes: 1 << 20)
        #expect(pair.there.isBalanced)
    }

    @Test func datagramsOfOneSendAreLostOneByOne() throws {
        let pair = try WiredPair(
            try fromClient(.pattern(PacketPattern(.drop, .numbers([2, 3, 7]))), match: "udp"),
            superPackets: true)
        let receiver = try pair.udp(2, port: 5000)
        let sender = try pair.udp(1)
        try sender.connect(to: 2, port: 5000)
        try sender.sendSegmented(Array(1...10), segmentBytes: 600)
        #expect(try receiver.receive(7).map(\.number) == [1, 4, 5, 6, 8, 9, 10])
        #expect(pair.there.offered.packets == 10)
        #expect(pair.there.isBalanced)
    }

    private func counter(_ group: String, _ name: String, _ pair: WiredPair, _ host: Int) throws -> Int {
        let text = try pair.namespaces[host - 1].run { () throws(SystemError) in
            try TextFile.read("/proc/thread-self/net/snmp")
        }
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("\(group):") }
            .map { $0.split(separator: " ") }
        let column = try #require(lines.first?.firstIndex { $0 == name })
        return try #require(Int(lines[1][column]))
    }
}
