import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabProbe
import Netlink
import Testing

@Suite struct LabProbeKernelTests {
    @Test(.needsRoot) func snapshotsOfAnIdleLabDifferInNothing() throws {
        let pair = try ProbedPair(links: 4)
        // The kernel counts a netlink socket, such as those that built the lab, until a grace period after its end.
        let deadline = ContinuousClock.now + .seconds(5)
        while !pair.movement(of: { usleep(20_000) }).isEmpty, ContinuousClock.now < deadline {}
        let moved = pair.movement { for _ in 0..<20 { _ = pair.probe.snapshot(at: 0) } }
        #expect(moved == [:])
    }

    /// One node takes less than 3 ms in release on an idle machine. This bound is on processor time, so that it also
    /// holds in debug and under load; a probe that reads what grows with the square of the interfaces breaks it.
    @Test(.needsRoot) func snapshotOfTwoNodesWithFourInterfacesEachIsQuick() throws {
        let pair = try ProbedPair(links: 4)
        var best = Int64.max
        for _ in 0..<20 {
            let start = Self.processorTime()
            let snapshot = pair.probe.snapshot(at: 0)
            best = min(best, Self.processorTime() - start)
            #expect(snapshot.readings.count == 10)
        }
        print("snapshot of two nodes with four interfaces each: \(best / 1000) us of processor time")
        #expect(best < 60_000_000)
    }

    /// Nanoseconds that this thread has run.
    private static func processorTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    @Test(.needsRoot) func snapshotReadsEveryFamilyThatThisKernelHas() throws {
        let pair = try ProbedPair()
        let snapshot = pair.probe.snapshot(at: 42)
        #expect(snapshot.takenAt == 42)
        #expect(snapshot.errors == [:])
        #expect(Set(snapshot.readings.keys) == ["client", "client/eth0", "server", "server/eth0"])
        for subject in ["client", "server"] {
            let families = Set(snapshot.readings[subject]?.keys.compactMap { CounterID($0)?.family } ?? [])
            let expected: Set<CounterFamily> = [
                .ip, .ipExt, .icmp, .icmpMsg, .tcp, .tcpExt, .udp, .softnet, .sockstat, .sockets, .neighbour,
            ]
            #expect(families.isSuperset(of: expected))
            // What is not read is told, and nothing is both.
            for family in [
                CounterFamily.mptcpExt, .ip6, .xfrm, .conntrack, .synproxy, .arpCache, .routeCache,
            ] {
                #expect(families.contains(family) != (snapshot.unsupported[family.rawValue] != nil))
            }
        }
    }

    @Test(.needsRoot) func refusedDatagramsAreCountedOnBothSides() throws {
        let pair = try ProbedPair()
        let sender = try TestSocket(SOCK_DGRAM, in: pair.client.namespace)
        let moved = try pair.movement {
            for _ in 0..<3 { try sender.send(10, to: [10, 0, 0, 2], port: 9) }
        }
        let client = try #require(moved["client"])
        let server = try #require(moved["server"])
        #expect(client["Udp.OutDatagrams"] == 3)
        #expect(server["Udp.NoPorts"] == 3)
        #expect(server["IcmpMsg.OutType3"] == 3)
        #expect(client["Icmp.InDestUnreachs"] == 3)
        #expect(client["neigh:REACHABLE"] == 1)
        // Three datagrams and one ARP request there, three errors and one ARP reply back.
        #expect(moved["client/eth0"]?["link:tx_packets"] == 4)
        #expect(moved["server/eth0"]?["link:rx_packets"] == 4)
        #expect(moved["client/eth0"]?["link:rx_packets"] == 4)
    }

    @Test(.needsRoot) func fullAcceptQueueIsSeenInGaugesAndCounters() throws {
        let pair = try ProbedPair()
        let listener = try TestSocket(SOCK_STREAM, in: pair.server.namespace)
        try listener.bind([10, 0, 0, 2], port: 80)
        try listener.listen(1)
        let before = pair.probe.snapshot(at: 0)
        var clients: [TestSocket] = []
        for _ in 0..<2 {
            let client = try TestSocket(SOCK_STREAM, in: pair.client.namespace)
            try client.connect([10, 0, 0, 2], port: 80)
            clients.append(client)
        }
        // One that must not wait: its SYN is dropped, since two connections fill a queue of one.
        let refused = try TestSocket(SOCK_STREAM, in: pair.client.namespace)
        let flags = fcntl(refused.descriptor.number, F_GETFL)
        #expect(fcntl(refused.descriptor.number, F_SETFL, flags | O_NONBLOCK) == 0)
        #expect(throws: SystemError.self) { try refused.connect([10, 0, 0, 2], port: 80) }
        let after = pair.probe.snapshot(at: 1)

        let server = try #require(after.readings["server"])
        #expect(server["listen:80 recv_q"] == 2)
        #expect(server["listen:80 send_q"] == 1)
        #expect(server["listen:80 drops"] == 1)
        #expect(server["sockets:ESTABLISHED"] == 2)
        #expect(server["sockets:LISTEN"] == 1)
        #expect(server["sockets:TIME_WAIT"] == 0)
        #expect(server["sockets:ORPHAN"] == 0)
        #expect(after.readings["client"]?["sockets:SYN_SENT"] == 1)
        let moved = ProbedPair.difference(from: before, to: after)
        #expect(moved["server"]?["TcpExt.ListenOverflows"] == 1)
        #expect(moved["server"]?["TcpExt.ListenDrops"] == 1)
    }

    @Test(.needsRoot) func fullReceiveBufferIsSeenInMemoryAndDrops() throws {
        let pair = try ProbedPair()
        let receiver = try TestSocket(SOCK_DGRAM, in: pair.server.namespace)
        try receiver.setOption(SOL_SOCKET, SO_RCVBUF, 4096)
        try receiver.bind([0, 0, 0, 0], port: 5000)
        let sender = try TestSocket(SOCK_DGRAM, in: pair.client.namespace)
        for _ in 0..<50 { try sender.send(1000, to: [10, 0, 0, 2], port: 5000) }
        let server = try #require(pair.probe.snapshot(at: 0).readings["server"])
        let drops = try #require(server["skmem:5000 drops"])
        #expect(drops > 0)
        #expect(drops == server["Udp.RcvbufErrors"])
        #expect(server["skmem:5000 rcvbuf"] == 8192)
        #expect(try #require(server["skmem:5000 rmem"]) > 0)
    }

    @Test(.needsRoot) func orphanIsCountedOnceItsProcessHasClosedIt() throws {
        let pair = try ProbedPair()
        let listener = try TestSocket(SOCK_STREAM, in: pair.server.namespace)
        try listener.bind([10, 0, 0, 2], port: 80)
        try listener.listen(1)
        var client: TestSocket? = try TestSocket(SOCK_STREAM, in: pair.client.namespace)
        try client?.connect([10, 0, 0, 2], port: 80)
        // Nobody has accepted it, and so no process of the server holds it; that makes no orphan of it.
        #expect(pair.probe.snapshot(at: 0).readings["server"]?["sockets:ORPHAN"] == 0)
        // The FIN cannot arrive: the socket must live on without its process.
        try pair.server.setLink("eth0", LinkChange(isUp: false))
        client = nil
        let snapshot = pair.probe.snapshot(at: 0)
        #expect(snapshot.readings["client"]?["sockets:FIN_WAIT1"] == 1)
        #expect(snapshot.readings["client"]?["sockets:ORPHAN"] == 1)
        #expect(snapshot.readings["server"]?["sockets:ESTABLISHED"] == 1)
    }

    @Test(.needsRoot) func linkGaugesFollowTheLink() throws {
        let pair = try ProbedPair()
        let before = pair.probe.snapshot(at: 0)
        #expect(before.readings["client/eth0"]?["link:up"] == 1)
        #expect(before.readings["client/eth0"]?["link:carrier"] == 1)
        #expect(before.readings["client/eth0"]?["link:mtu"] == 1500)
        try pair.client.setLink("eth0", LinkChange(mtu: 1280))
        try pair.server.setLink("eth0", LinkChange(isUp: false))
        let after = pair.probe.snapshot(at: 1)
        #expect(after.readings["client/eth0"]?["link:mtu"] == 1280)
        #expect(after.readings["client/eth0"]?["link:up"] == 1)
        #expect(after.readings["client/eth0"]?["link:carrier"] == 0)
        #expect(after.readings["server/eth0"]?["link:up"] == 0)
        let moved = ProbedPair.difference(from: before, to: after)
        #expect(moved["client/eth0"]?["link:carrier_changes"] == 1)
    }

    @Test(.needsRoot) func permanentNeighbourIsCountedByItsState() throws {
        let pair = try ProbedPair()
        try pair.client.addNeighbour([10, 0, 0, 9], mac: [2, 0, 0, 0, 0, 9], device: "eth0")
        let snapshot = pair.probe.snapshot(at: 0)
        #expect(snapshot.readings["client"]?["neigh:PERMANENT"] == 1)
        #expect(snapshot.readings["client"]?["neigh:FAILED"] == 0)
        #expect(snapshot.readings["server"]?["neigh:PERMANENT"] == 0)
    }

    @Test(.needsRoot) func vanishedInterfaceHasNoReadingsAndSpoilsNothing() throws {
        let pair = try ProbedPair(links: 2)
        try pair.client.deleteLink("eth1")
        let snapshot = pair.probe.snapshot(at: 0)
        #expect(snapshot.readings["client/eth1"] == nil)
        #expect(snapshot.readings["client/eth0"] != nil)
        #expect(snapshot.errors == [:])
    }
}
