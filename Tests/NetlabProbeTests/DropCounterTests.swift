import CDrops
import Glibc
import LinuxSystem
import NetlabProbe
import Testing

@Suite(.needsDropCounter, .needsTUN) struct DropCounterTests {
    /// A way to have the kernel drop packets for one reason.
    struct Forgery: CustomTestStringConvertible, Sendable {
        var reason: String
        var prepare: @Sendable (DropTestHost) throws -> Void
        var packet: [UInt8]
        var testDescription: String { reason }
    }

    static let forgeries = [
        Forgery(reason: "NO_SOCKET", prepare: { _ in }, packet: DropTestPackets.datagram(to: 9)),
        Forgery(
            reason: "NETFILTER_DROP",
            prepare: { host in
                let rules = "table ip t { chain c { type filter hook input priority 0; udp dport 9 drop; }; }"
                _ = try Nftables(in: host.namespace).run(rules)
            }, packet: DropTestPackets.datagram(to: 9)),
        Forgery(
            reason: "IP_RPFILTER", prepare: { try $0.set("net.ipv4.conf.all.rp_filter", "1") },
            packet: DropTestPackets.datagram(from: [192, 0, 2, 1], to: 9)),
    ]

    @Test(arguments: forgeries) func everyDropIsCountedInItsNamespaceAndNoOther(forgery: Forgery) throws {
        let (host, idle) = (try DropTestHost(), try DropTestHost())
        try forgery.prepare(host)
        let counter = try DropCounter()
        try counter.watch(host.namespace)
        try counter.watch(idle.namespace)
        for _ in 0..<1000 { try host.inject(forgery.packet) }
        let counts = try counter.counts(in: host.namespace)
        #expect(counts.map(\.reason) == [forgery.reason])
        #expect(counts.map(\.count) == [1000])
        #expect(counts.map(\.interfaceIndex) == [host.interfaceIndex])
        #expect(try counter.counts(in: idle.namespace) == [])
        #expect(try counter.losses().unplaced == 0)
    }

    @Test func fullUDPSocketDropsWithReasonSocketRcvbuff() throws {
        let (host, idle) = (try DropTestHost(), try DropTestHost())
        let counter = try DropCounter()
        try counter.watch(host.namespace)
        try counter.watch(idle.namespace)
        let socket = try host.socket(SOCK_DGRAM, port: 7)
        var small: Int32 = 1
        setsockopt(socket.number, SOL_SOCKET, SO_RCVBUF, &small, 4)
        var injected = 0
        while try counter.counts(in: host.namespace).isEmpty, injected < 1000 {
            try host.inject(DropTestPackets.datagram(to: 7))
            injected += 1
        }
        let full = try counter.counts(in: host.namespace)
        for _ in 0..<1000 { try host.inject(DropTestPackets.datagram(to: 7)) }
        let counts = try counter.counts(in: host.namespace)
        #expect(full.map(\.count) == [1])
        #expect(counts.map(\.reason) == ["SOCKET_RCVBUFF"])
        #expect(counts.map(\.count) == [1001])
        // UDP has written over the packet's device by then; the interface it came in by is still known.
        #expect(counts.map(\.interfaceIndex) == [host.interfaceIndex])
        var buffer = [UInt8](repeating: 0, count: 64)
        var received = 0
        while recv(socket.number, &buffer, buffer.count, Int32(MSG_DONTWAIT)) > 0 { received += 1 }
        #expect(received + 1001 == injected + 1000)
        #expect(try counter.counts(in: idle.namespace) == [])
    }

    @Test func finalACKThatFindsTheAcceptQueueFullIsAListenOverflow() throws {
        let (host, idle) = (try DropTestHost(), try DropTestHost())
        let listener = try host.socket(SOCK_STREAM, port: 80)
        #expect(listen(listener.number, 2) == 0)
        // One handshake stays half done while three others fill the queue (backlog + 1 connections).
        let late = try host.finalACK(sourcePort: 1000, to: 80)
        let counter = try DropCounter()
        try counter.watch(host.namespace)
        try counter.watch(idle.namespace)
        for port in UInt16(1001)...1003 { try host.inject(host.finalACK(sourcePort: port, to: 80)) }
        #expect(try counter.counts(in: host.namespace) == [])
        for _ in 0..<1000 { try host.inject(late) }
        let counts = try counter.counts(in: host.namespace)
        #expect(counts.map(\.reason) == ["TCP_LISTEN_OVERFLOW"])
        #expect(counts.map(\.count) == [1000])
        #expect(counts.map(\.interfaceIndex) == [host.interfaceIndex])
        #expect(try counter.counts(in: idle.namespace) == [])
    }

    @Test func twoCountersSeeOnlyTheDropsOfTheirOwnNamespaces() throws {
        let (left, right) = (try DropTestHost(), try DropTestHost())
        try right.set("net.ipv4.conf.all.rp_filter", "1")
        let (leftCounter, rightCounter) = (try DropCounter(), try DropCounter())
        try leftCounter.watch(left.namespace)
        try rightCounter.watch(right.namespace)
        let refused = DropTestPackets.datagram(to: 9)
        let spoofed = DropTestPackets.datagram(from: [192, 0, 2, 1], to: 9)
        for _ in 0..<500 {
            try left.inject(refused)
            try right.inject(spoofed)
            try left.inject(refused)
        }
        let (leftCounts, rightCounts) = (
            try leftCounter.counts(in: left.namespace), try rightCounter.counts(in: right.namespace)
        )
        #expect(leftCounts.map { "\($0.reason) \($0.count)" } == ["NO_SOCKET 1000"])
        #expect(rightCounts.map { "\($0.reason) \($0.count)" } == ["IP_RPFILTER 500"])
        #expect(throws: DropCounterError.self) { try leftCounter.counts(in: right.namespace) }
    }

    /// One lab drops a thousand packets for each of five reasons, while another drops others of its own.
    @Test func thousandDropsOfFiveReasonsAreExactWithTwoLabsAtOnce() throws {
        let (left, right) = (try DropTestHost(), try DropTestHost())
        var sockets: [OwnedFileDescriptor] = []
        var late: [[UInt8]] = []
        for host in [left, right] {
            let rules = "table ip t { chain c { type filter hook input priority 0; udp dport 99 drop; }; }"
            _ = try Nftables(in: host.namespace).run(rules)
            try host.set("net.ipv4.conf.all.rp_filter", "1")
            let small = try host.socket(SOCK_DGRAM, port: 7)
            var size: Int32 = 1
            setsockopt(small.number, SOL_SOCKET, SO_RCVBUF, &size, 4)
            // Far more than fits.
            for _ in 0..<200 { try host.inject(DropTestPackets.datagram(to: 7)) }
            let listener = try host.socket(SOCK_STREAM, port: 80)
            #expect(listen(listener.number, 2) == 0)
            late.append(try host.finalACK(sourcePort: 1000, to: 80))
            for port in UInt16(1001)...1003 { try host.inject(host.finalACK(sourcePort: port, to: 80)) }
            sockets += [small, listener]
        }
        let (leftCounter, rightCounter) = (try DropCounter(), try DropCounter())
        try leftCounter.watch(left.namespace)
        try rightCounter.watch(right.namespace)
        let refused = DropTestPackets.datagram(to: 9)
        let filtered = DropTestPackets.datagram(to: 99)
        let full = DropTestPackets.datagram(to: 7)
        let spoofed = DropTestPackets.datagram(from: [192, 0, 2, 1], to: 9)
        for round in 0..<1000 {
            for packet in [filtered, refused, full, spoofed, late[0]] { try left.inject(packet) }
            // The other lab is busy as well, with other numbers.
            if round % 2 == 0 { for packet in [spoofed, late[1], full] { try right.inject(packet) } }
            if round % 4 == 0 { for packet in [refused, filtered] { try right.inject(packet) } }
        }
        let leftCounts = try leftCounter.counts(in: left.namespace)
        let rightCounts = try rightCounter.counts(in: right.namespace)
        #expect(
            leftCounts.map { "\($0.reason) \($0.count)" } == [
                "IP_RPFILTER 1000", "NETFILTER_DROP 1000", "NO_SOCKET 1000", "SOCKET_RCVBUFF 1000",
                "TCP_LISTEN_OVERFLOW 1000",
            ])
        #expect(
            rightCounts.map { "\($0.reason) \($0.count)" } == [
                "IP_RPFILTER 500", "NETFILTER_DROP 250", "NO_SOCKET 250", "SOCKET_RCVBUFF 500",
                "TCP_LISTEN_OVERFLOW 500",
            ])
        #expect(try leftCounter.losses().unplaced == 0)
        withExtendedLifetime(sockets) {}
    }

    @Test func singleDropsComeWithTheirFirstBytesWhereTheyAreWanted() throws {
        let (wanted, other) = (try DropTestHost(), try DropTestHost())
        let counter = try DropCounter()
        try counter.watch(wanted.namespace, remembering: true)
        try counter.watch(other.namespace)
        let packet = DropTestPackets.datagram(to: 9)
        let before = MonotonicClock.now()
        for _ in 0..<3 { try wanted.inject(packet) }
        try other.inject(packet)
        let drops = counter.takeSingleDrops(in: wanted.namespace)
        #expect(drops.map(\.reason) == ["NO_SOCKET", "NO_SOCKET", "NO_SOCKET"])
        #expect(drops.allSatisfy { $0.head == packet })
        #expect(drops.map(\.interfaceIndex) == [Int](repeating: wanted.interfaceIndex, count: 3))
        #expect(drops.map(\.nanoseconds) == drops.map(\.nanoseconds).sorted())
        #expect(drops.allSatisfy { (before...MonotonicClock.now()).contains($0.nanoseconds) })
        #expect(counter.takeSingleDrops(in: wanted.namespace) == [])
        #expect(counter.takeSingleDrops(in: other.namespace) == [])
        // More than the kernel remembers: the newest are there, and the counts have all of them.
        for _ in 0..<5000 { try wanted.inject(packet) }
        #expect(counter.takeSingleDrops(in: wanted.namespace).count == 4096)
        #expect(try counter.counts(in: wanted.namespace).map(\.count) == [5003])
    }

    @Test func locationIsTheFunctionThatDropped() throws {
        let host = try DropTestHost()
        let counter = try DropCounter()
        try counter.watch(host.namespace)
        try host.inject(DropTestPackets.datagram(to: 9))
        let location = try #require(try counter.counts(in: host.namespace).first?.location)
        if counter.locationNote == nil {
            #expect(location == "__udp4_lib_rcv" || location == "udp_rcv")
        } else {
            #expect(location.hasPrefix("0x"))
        }
    }

    @Test func unwatchForgetsAndWatchStartsFromZero() throws {
        let host = try DropTestHost()
        let counter = try DropCounter()
        let packet = DropTestPackets.datagram(to: 9)
        try host.inject(packet)
        try counter.watch(host.namespace)
        try host.inject(packet)
        #expect(try counter.counts(in: host.namespace).map(\.count) == [1])
        try counter.unwatch(host.namespace)
        try host.inject(packet)
        try counter.watch(host.namespace)
        #expect(try counter.counts(in: host.namespace) == [])
        try host.inject(packet)
        #expect(try counter.counts(in: host.namespace).map(\.count) == [1])
    }

    @Test func watchingTwiceAndReadingUnwatchedAreErrors() throws {
        let counter = try DropCounter()
        let namespace = try NetworkNamespace.create()
        let notWatched = #expect(throws: DropCounterError.self) { try counter.unwatch(namespace) }
        #expect(notWatched?.cause == .notWatched)
        let unread = #expect(throws: DropCounterError.self) { try counter.counts(in: namespace) }
        #expect(unread?.cause == .notWatched)
        try counter.watch(namespace)
        let twice = #expect(throws: DropCounterError.self) { try counter.watch(namespace) }
        #expect(twice?.cause == .alreadyWatched)
    }

    @Test func aWatchedNamespaceEndsWithItsCounterAndNotBefore() throws {
        let counter = try DropCounter()
        weak var held: NetworkNamespace?
        do {
            let namespace = try NetworkNamespace.create()
            held = namespace
            try counter.watch(namespace)
        }
        let namespace = try #require(held)
        try counter.unwatch(namespace)
    }

    @Test func readingMovesNoCounter() throws {
        let host = try DropTestHost()
        let counter = try DropCounter()
        try counter.watch(host.namespace)
        let files = ["snmp", "netstat", "dev", "snmp6"]
        // The kernel's own packets of the first moment (IPv6 neighbour discovery) would be taken for ours.
        try host.set("net.ipv6.conf.all.disable_ipv6", "1")
        let before = try files.map(host.statistics)
        for _ in 0..<100 { _ = try counter.counts(in: host.namespace) }
        #expect(try counter.counts(in: host.namespace) == [])
        #expect(try files.map(host.statistics) == before)
    }

    @Test func nothingIsLeftBehind() throws {
        let mounts = try Self.kernelMounts()
        var program: UInt32 = 0
        do {
            let host = try DropTestHost()
            let counter = try DropCounter()
            try counter.watch(host.namespace)
            program = counter.programID
            #expect(cdrops_program_exists(program) == 0)
        }
        // The kernel lets go of a program after all CPUs have left it.
        let limit = time(nil) + 30
        while cdrops_program_exists(program) == 0, time(nil) < limit { sched_yield() }
        #expect(cdrops_program_exists(program) == -ENOENT)
        #expect(try Self.kernelMounts() == mounts)
    }

    /// Mounts of file systems that BPF and tracing tools leave behind.
    private static func kernelMounts() throws -> [Substring] {
        let file = try OwnedFileDescriptor(opening: "/proc/self/mountinfo")
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let count = buffer.withUnsafeMutableBytes { read(file.number, $0.baseAddress, $0.count) }
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self).split(separator: "\n").filter {
            $0.contains(" - bpf ") || $0.contains(" - tracefs ") || $0.contains(" - debugfs ")
        }
    }
}
