import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabProbe
import Netlink
import Testing

/// What drivers, classes, filters, sets and sockets say of themselves, beside what the tools print.
@Suite(.needsRoot) struct QueueAndDriverKernelTests {
    private static func output(
        _ program: String, _ arguments: [String], in namespace: NetworkNamespace
    ) async throws -> String {
        let command = ChildCommand(program, arguments, in: namespace, timeout: .seconds(20))
        return try await ChildProcess.runChecked(command).standardOutput.text
    }

    @Test(.needsProgram("ethtool")) func driverCountersAreThoseOfEthtool() async throws {
        let pair = try ProbedPair()
        let readings = try #require(pair.probe.snapshot(at: 0).readings["client/eth0"])
        let text = try await Self.output("ethtool", ["-S", "eth0"], in: pair.client.namespace)
        var compared = 0
        for line in text.split(separator: "\n").dropFirst() {
            let words = line.split(separator: ":").map { $0.filter { $0 != " " } }
            guard words.count == 2, let value = Int64(words[1]) else { continue }
            #expect(readings["ethtool:\(words[0])"] == value, "\(words[0])")
            compared += 1
        }
        // A veth has at least the index of its peer and the drops of one queue.
        #expect(compared > 1)
        #expect(readings["ethtool:rx_queue_0_drops"] == 0)
        #expect(compared == readings.keys.filter { $0.hasPrefix("ethtool:") }.count)
    }

    @Test func deviceWithoutCountersOfItsOwnHasNone() throws {
        let routes = try RouteSocket(in: NetworkNamespace.create())
        #expect(try routes.deviceStatistics("lo").isEmpty)
        let error = #expect(throws: NetlinkError.self) { try routes.deviceStatistics("eth9") }
        #expect(error?.errno == ENODEV)
        #expect(error?.description.contains("read statistics of eth9") == true)
    }

    @Test(.needsProgram("tc")) func classesAreThoseOfTC() async throws {
        let pair = try ProbedPair()
        try pair.client.replaceQdisc(
            device: "eth0", handle: TrafficHandle(1), .htb(defaultClass: 0x10))
        try pair.client.replaceClass(
            device: "eth0", parent: TrafficHandle(1), handle: TrafficHandle(1, 0x10),
            HTBClass(rateBytesPerSecond: 1_000_000))
        // Room for one packet below the class.
        try pair.client.replaceQdisc(
            device: "eth0", parent: TrafficHandle(1, 0x10), handle: TrafficHandle(0x20),
            .pfifo(limitPackets: 1))
        let sender = try TestSocket(SOCK_DGRAM, in: pair.client.namespace)
        try sender.send(10, to: [10, 0, 0, 2], port: 9)
        let readings = try #require(pair.probe.snapshot(at: 0).readings["client/eth0"])
        // class htb 1:10 root leaf 20: … \n Sent 52 bytes 1 pkt (dropped 0, overlimits 0 requeues 0)
        let text = try await Self.output(
            "tc", ["-s", "class", "show", "dev", "eth0"], in: pair.client.namespace)
        let start = try #require(text.firstRange(of: "class htb 1:10 "))
        let sent = try #require(text[start.upperBound...].firstRange(of: "Sent "))
        let words = text[sent.upperBound...].split(separator: " ")
        let packets = try #require(readings["class:1:10 packets"])
        #expect(packets > 0)
        #expect(Int64(words[0]) == readings["class:1:10 bytes"])
        #expect(Int64(words[2]) == packets)
        #expect(readings["class:20: packets"] == packets)
        #expect(readings["class:20: qlen"] == 0)
    }

    @Test func filtersCountWhatTheirActionsWorkedOn() throws {
        let pair = try ProbedPair(links: 2)
        try pair.server.replaceQdisc(device: "eth0", .clsact)
        try pair.server.redirect(device: "eth0", to: "eth1", priority: 7)
        let before = try #require(pair.probe.snapshot(at: 0).readings["server/eth0"])
        #expect(before["filter:ingress/7 packets"] == 0)
        let sender = try TestSocket(SOCK_DGRAM, in: pair.client.namespace)
        try pair.client.addNeighbour(
            [10, 0, 0, 2], mac: try pair.server.link(named: "eth0").mac, device: "eth0")
        for _ in 0..<5 { try sender.send(10, to: [10, 0, 0, 2], port: 9) }
        let after = try #require(pair.probe.snapshot(at: 0).readings["server/eth0"])
        #expect(after["filter:ingress/7 packets"] == 5)
        #expect(after["filter:ingress/7 dropped"] == 0)
    }

    @Test func namedSetsTellTheirElementsAndCounts() throws {
        let pair = try ProbedPair()
        try Nftables(in: pair.server.namespace).run(
            """
            table ip t {
              set watched {
                type ipv4_addr
                counter
                elements = { 10.0.0.1, 10.9.9.9 }
              }
              set empty {
                type inet_service
              }
              chain c {
                type filter hook input priority 0
                ip saddr @watched accept
              }
            }
            """)
        let sender = try TestSocket(SOCK_DGRAM, in: pair.client.namespace)
        for _ in 0..<4 { try sender.send(10, to: [10, 0, 0, 2], port: 9) }
        let readings = try #require(pair.probe.snapshot(at: 0).readings["server"])
        #expect(readings["set:watched elements"] == 2)
        #expect(readings["set:watched packets"] == 4)
        // IP header, UDP header and ten bytes each.
        #expect(readings["set:watched bytes"] == 152)
        #expect(readings["set:empty elements"] == 0)
        #expect(readings["set:empty packets"] == nil)
    }

    @Test func socketsAreListedWithAllThatTheKernelTells() throws {
        let pair = try ProbedPair()
        let listener = try TestSocket(SOCK_STREAM, in: pair.server.namespace)
        try listener.bind([10, 0, 0, 2], port: 80)
        try listener.listen(5)
        let client = try TestSocket(SOCK_STREAM, in: pair.client.namespace)
        try client.connect([10, 0, 0, 2], port: 80)
        let (sockets, omitted) = try pair.probe.sockets(most: 10)
        #expect(omitted == 0)
        #expect(sockets.map(\.node) == ["client", "server", "server"])
        #expect(sockets.map(\.state) == ["ESTABLISHED", "LISTEN", "ESTABLISHED"])
        let (mine, waiting) = (sockets[0], sockets[1])
        #expect(mine.remote == "10.0.0.2:80")
        #expect(mine.local.hasPrefix("10.0.0.1:"))
        #expect(mine.transport == "tcp")
        #expect(mine.congestionControl != nil)
        #expect(mine.memory["rb"].map { $0 > 0 } == true)
        #expect(mine.memory["d"] == 0)
        #expect(mine.tcpInfo["state"] == 1)
        #expect(try #require(mine.tcpInfo["rto"]) >= 200_000)
        #expect(mine.tcpInfo["segs_out"].map { $0 >= 2 } == true)
        // All bytes of the structure are either fields or the tail.
        #expect(mine.tcpInfo.count > 50)
        #expect(mine.tcpInfoTail.count % 2 == 0)
        #expect(waiting.receiveQueue == 1)
        #expect(waiting.sendQueue == 5)
        #expect(try pair.probe.sockets(most: 1).omitted == 1)
        withExtendedLifetime(client) {}
    }
}
