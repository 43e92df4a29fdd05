import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import Netlink
import Testing

@testable import NetlabProbe

/// The probe's readings against what the tools print that people know.
@Suite struct ToolComparisonKernelTests {
    /// A lab in which something of most kinds has happened.
    private static func busyPair() throws -> (ProbedPair, [TestSocket]) {
        let pair = try ProbedPair(links: 2)
        let listener = try TestSocket(SOCK_STREAM, in: pair.server.namespace)
        try listener.bind([0, 0, 0, 0], port: 80)
        try listener.listen(3)
        let receiver = try TestSocket(SOCK_DGRAM, in: pair.server.namespace)
        try receiver.setOption(SOL_SOCKET, SO_RCVBUF, 4096)
        try receiver.bind([0, 0, 0, 0], port: 5000)
        var sockets = [listener, receiver]
        for _ in 0..<3 {
            let client = try TestSocket(SOCK_STREAM, in: pair.client.namespace)
            try client.connect([10, 0, 0, 2], port: 80)
            sockets.append(client)
        }
        let sender = try TestSocket(SOCK_DGRAM, in: pair.client.namespace)
        for _ in 0..<20 { try sender.send(1000, to: [10, 0, 1, 2], port: 5000) }
        for _ in 0..<3 { try sender.send(10, to: [10, 0, 0, 2], port: 9) }
        return (pair, sockets + [sender])
    }

    private static func output(
        _ program: String, _ arguments: [String], in namespace: NetworkNamespace
    ) async throws -> String {
        let command = ChildCommand(program, arguments, in: namespace, timeout: .seconds(20))
        return try await ChildProcess.runChecked(command).standardOutput.text
    }

    @Test(.needsRoot, .needsProgram("nstat")) func everyCounterOfNstatHasTheSameValue() async throws {
        let (pair, sockets) = try Self.busyPair()
        for (node, routes) in [("client", pair.client), ("server", pair.server)] {
            let text = try await Self.output("nstat", ["-a", "-s", "-z"], in: routes.namespace)
            let readings = try #require(pair.probe.snapshot(at: 0).readings[node])
            var byName: [String: Int64] = [:]
            for (key, value) in readings {
                guard let id = CounterID(key), id.family.isMIB else { continue }
                byName[id.family.rawValue + id.name] = value
            }
            var compared = 0
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                let words = line.split(separator: " ")
                guard words.count == 3, let value = Int64(words[1]) else { continue }
                #expect(byName[String(words[0])] == value, "\(node) \(words[0])")
                compared += 1
            }
            #expect(compared > 250)
        }
        withExtendedLifetime(sockets) {}
    }

    @Test(.needsRoot, .needsProgram("ss")) func listenersAndMemoryAreThoseOfSS() async throws {
        let (pair, sockets) = try Self.busyPair()
        let readings = try #require(pair.probe.snapshot(at: 0).readings["server"])
        let tcp = try await Self.output("ss", ["-Htln"], in: pair.server.namespace)
        let words = tcp.split(separator: " ")
        try #require(words.count >= 4)
        #expect(readings["listen:80 recv_q"] == Int64(words[1]))
        #expect(readings["listen:80 recv_q"] == 3)
        #expect(readings["listen:80 send_q"] == Int64(words[2]))
        let states = try await Self.output(
            "ss", ["-Htan", "state", "established"], in: pair.server.namespace)
        #expect(readings["sockets:ESTABLISHED"] == Int64(states.split(separator: "\n").count))
        // skmem:(r8960,rb8192,t0,tb212992,f…,w0,o0,bl0,d12)
        let udp = try await Self.output("ss", ["-Huanm"], in: pair.server.namespace)
        let start = try #require(udp.firstRange(of: "skmem:("))
        let fields = udp[start.upperBound...].prefix { $0 != ")" }.split(separator: ",")
        #expect(fields.first == "r\(readings["skmem:5000 rmem"] ?? -1)")
        #expect(fields.last == "d\(readings["skmem:5000 drops"] ?? -1)")
        withExtendedLifetime(sockets) {}
    }

    @Test(.needsRoot, .needsProgram("ip")) func linkCountersAreThoseOfIP() async throws {
        let (pair, sockets) = try Self.busyPair()
        let snapshot = pair.probe.snapshot(at: 0)
        let links = try JSONValue(
            parsing: await Self.output(
                "ip", ["-s", "-s", "-j", "link", "show"], in: pair.client.namespace))
        var compared = 0
        for link in links.array ?? [] {
            guard let name = link["ifname"]?.string, name != "lo" else { continue }
            let readings = try #require(snapshot.readings["client/\(name)"])
            for (direction, fields) in [
                ("rx", ["bytes", "packets", "errors", "dropped", "crc_errors"]),
                ("tx", ["bytes", "packets", "errors", "dropped", "carrier_errors"]),
            ] {
                for field in fields {
                    let shown = link["stats64"]?[direction]?[field]?.unsigned
                    #expect(
                        shown.map { Int64($0) } == readings["link:\(direction)_\(field)"], "\(name) \(field)")
                    compared += 1
                }
            }
            let changes = link["stats64"]?["tx"]?["carrier_changes"]?.unsigned
            #expect(changes.map { Int64($0) } == readings["link:carrier_changes"])
        }
        #expect(compared == 20)
        withExtendedLifetime(sockets) {}
    }

    @Test(.needsRoot, .needsProgram("tc")) func rootQdiscIsThatOfTC() async throws {
        let pair = try ProbedPair()
        // Room for two of the packets; the others are dropped at once.
        try pair.client.replaceQdisc(
            device: "eth0",
            .tbf(TokenBucket(rateBytesPerSecond: 1000, burstBytes: 1600, limitBytes: 2200)))
        let sender = try TestSocket(SOCK_DGRAM, in: pair.client.namespace)
        for _ in 0..<10 {
            // A full queue is told to the sender, who goes on all the same.
            try? sender.send(1000, to: [10, 0, 0, 2], port: 9)
        }
        let readings = try #require(pair.probe.snapshot(at: 0).readings["client/eth0"])
        let text = try await Self.output(
            "tc", ["-s", "-j", "qdisc", "show", "dev", "eth0", "root"], in: pair.client.namespace)
        let qdisc = try #require(try JSONValue(parsing: text).array?.first)
        #expect(try #require(readings["qdisc:dropped"]) > 0)
        #expect(qdisc["drops"]?.unsigned.map { Int64($0) } == readings["qdisc:dropped"])
        #expect(try #require(readings["qdisc:backlog"]) > 0)
        #expect(readings["link:tx_dropped"] == 0)
    }

    @Test(.needsRoot, .needsProgram("iptables")) func namedRulesOfBothKindsCountTheirPackets()
        async throws
    {
        let pair = try ProbedPair()
        try Nftables(in: pair.server.namespace).run(
            """
            add table inet netlab
            add counter inet netlab lottery
            add chain inet netlab input { type filter hook input priority 0; policy accept; }
            add rule inet netlab input udp dport 7 counter name lottery drop
            """)
        try await Iptables.find(.ipv4, in: pair.server.namespace).add(
            ["-p", "udp", "--dport", "9", "-j", "DROP"], to: "INPUT", comment: "netlab:raffle")
        let sender = try TestSocket(SOCK_DGRAM, in: pair.client.namespace)
        for _ in 0..<3 { try sender.send(10, to: [10, 0, 0, 2], port: 7) }
        for _ in 0..<2 { try sender.send(10, to: [10, 0, 0, 2], port: 9) }
        let snapshot = pair.probe.snapshot(at: 0)
        #expect(snapshot.readings["server"]?["rule:lottery"] == 3)
        #expect(snapshot.readings["client"]?.keys.contains { $0.hasPrefix("rule:") } == false)
        let named = try await IptablesProbe.readings(in: pair.server.namespace)
        #expect(named == ["rule:raffle": 2])
    }

    @Test(.needsRoot, .needsProgram("iptables-legacy"), .needsProgram("iptables-nft"))
    func rulesOfBothIptablesCountTheirPackets() async throws {
        let pair = try ProbedPair()
        for (backend, port) in [(Iptables.Backend.legacy, "7"), (.nft, "9")] {
            try await Iptables.find(.ipv4, backend: backend, in: pair.server.namespace).add(
                ["-p", "udp", "--dport", port, "-j", "DROP"], to: "INPUT", comment: "netlab:\(backend)")
        }
        let sender = try TestSocket(SOCK_DGRAM, in: pair.client.namespace)
        for _ in 0..<3 { try sender.send(10, to: [10, 0, 0, 2], port: 7) }
        for _ in 0..<2 { try sender.send(10, to: [10, 0, 0, 2], port: 9) }
        let named = try await IptablesProbe.readings(in: pair.server.namespace)
        #expect(named == ["rule:legacy": 3, "rule:nft": 2])
    }

    @Test(.needsRoot, .needsProgram("ip")) func rememberedConnectionsAreThoseOfIP() async throws {
        let pair = try ProbedPair()
        let listener = try TestSocket(SOCK_STREAM, in: pair.server.namespace)
        try listener.bind([10, 0, 0, 2], port: 80)
        try listener.listen(1)
        do {
            let client = try TestSocket(SOCK_STREAM, in: pair.client.namespace)
            try client.connect([10, 0, 0, 2], port: 80)
        }
        try listener.acceptAndClose()
        // The FINs cross in the kernel's own time; the metrics are written when the connection is over.
        let deadline = ContinuousClock.now + .seconds(10)
        var readings: [String: Int64] = [:]
        while readings["metrics:10.0.0.2 rtt"] == nil, ContinuousClock.now < deadline {
            readings = pair.probe.snapshot(at: 0).readings["client"] ?? [:]
        }
        let text = try await Self.output(
            "ip", ["tcp_metrics", "show", "10.0.0.2"], in: pair.client.namespace)
        let rtt = try #require(readings["metrics:10.0.0.2 rtt"])
        #expect(text.contains(" rtt \(rtt)us"))
        #expect(text.contains(" cwnd ") == (readings["metrics:10.0.0.2 cwnd"] != nil))
    }

    @Test(.needsRoot) func bridgeAndItsPortsShowTheirOwnCounters() throws {
        let namespace = try NetworkNamespace.create()
        let routes = try RouteSocket(in: namespace)
        var options = BridgeOptions()
        options.multicastSnooping = true
        try routes.createBridge(name: "br0", isUp: true, bridge: options)
        try routes.createVethPair(name: "port", isUp: true, peerName: "other", peerNamespace: namespace)
        try routes.setLink("other", LinkChange(isUp: true))
        try routes.setMaster(link: "port", bridge: "br0")
        let probe = try LabProbe(subjects: [
            .init(node: "switch", namespace: namespace, interfaces: ["br0", "port", "other"])
        ])
        let snapshot = probe.snapshot(at: 0)
        #expect(snapshot.errors == [:])
        #expect(snapshot.readings["switch/port"]?["bridge:tx_bpdu"] == 0)
        #expect(snapshot.readings["switch/port"]?["bridge:transition_fwd"] != nil)
        #expect(snapshot.readings["switch/br0"]?["bridge:igmp_v2reports_rx"] != nil)
        #expect(snapshot.readings["switch/other"]?.keys.contains { $0.hasPrefix("bridge:") } == false)
    }

    @Test(.needsRoot) func trackedConnectionsAreCounted() throws {
        let pair = try ProbedPair()
        try Nftables(in: pair.server.namespace).run(
            """
            add table inet t
            add chain inet t c { type filter hook input priority 0; policy accept; }
            add rule inet t c ct state invalid drop
            """)
        let sender = try TestSocket(SOCK_DGRAM, in: pair.client.namespace)
        try sender.send(10, to: [10, 0, 0, 2], port: 9)
        let server = try #require(pair.probe.snapshot(at: 0).readings["server"])
        #expect(server["conntrack:entries"] == 1)
        #expect(try #require(server["conntrack:max"]) > 1)
        #expect(server["conntrack:insert_failed"] == 0)
        #expect(pair.probe.snapshot(at: 0).readings["client"]?["conntrack:entries"] == 0)
        // Where procfs does not show them, netlink gives the same figures under the same names.
        let socket = try ConntrackSocket(in: pair.server.namespace)
        let other = try ConntrackProbe.readings(of: socket.statistics(), socket.globalCounts())
        #expect(other.values.count > 10)
        for (id, value) in other.values where server[id] != nil {
            #expect(server[id] == value, "\(id)")
        }
    }

    @Test(.needsRoot) func noThreadStaysInANamespace() throws {
        let pair = try ProbedPair()
        for _ in 0..<20 { _ = pair.probe.snapshot(at: 0) }
        expectAllThreadsHome()
    }
}
