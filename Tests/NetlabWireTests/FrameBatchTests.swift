import KernelTestSupport
import LinuxSystem
import NetlabModel
import Testing

@testable import NetlabWire

/// Frames by io_uring and frames one by one: the same link.
@Suite(.needsRoot) struct FrameBatchTests {
    @Test(arguments: [true, false], [true, false])
    func fatesAndOrderAreTheSame(usesRing: Bool, superPackets: Bool) throws {
        let impairments = try fromClient(
            .loss(.random(Probability(0.1), correlation: Probability(0))),
            .duplicate(Probability(0.05), correlation: Probability(0)),
            .pattern(PacketPattern(.holdUntil(packets: 40), .every(100))))
        let count = 1500
        let expected = VirtualLink(seed: 5, impairments, entrance: WiredPair.client).run(count)
        let pair = try WiredPair(
            seed: 5, impairments, superPackets: superPackets, queueLength: 4000, usesRing: usesRing)
        let receiver = try pair.udp(2, port: 5000)
        let sender = try pair.udp(1)
        try sender.connect(to: 2, port: 5000)
        for number in 1...count { try sender.send(number) }
        #expect(try receiver.receive(expected.count).map(\.number) == expected)
        waitUntil { pair.there.offered.packets == count }
        #expect(pair.there.isBalanced)
        let isUsed = pair.wire.loops[0].lane.withLock { $0.usesRing }
        if usesRing, isAllowed { #expect(isUsed) }
        if !usesRing { #expect(!isUsed) }
    }

    /// Whether this kernel says that io_uring may be used, and no filter of system calls is in the way.
    private var isAllowed: Bool {
        let setting = try? TextFile.read("/proc/sys/kernel/io_uring_disabled")
        let status = (try? TextFile.read("/proc/self/status")) ?? ""
        return setting?.hasPrefix("0") == true && status.contains("Seccomp:\t0")
    }

    @Test func framesAboveTheBatchLeaveInOrder() throws {
        // Held together, they are due together: many times what one call takes.
        let pair = try WiredPair(
            try fromClient(.delay(DelayModel(delay: .milliseconds(30)))), queueLength: 4000)
        let receiver = try pair.udp(2, port: 5000)
        let sender = try pair.udp(1)
        try sender.connect(to: 2, port: 5000)
        for number in 1...500 { try sender.send(number, bytes: 1200) }
        #expect(try receiver.receive(500).map(\.number) == Array(1...500))
        #expect(pair.there.isBalanced)
    }
}
