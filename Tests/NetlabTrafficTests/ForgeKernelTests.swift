import LinuxSystem
import NetlabModel
import Netlink
import Testing

@testable import NetlabTraffic

@Suite struct ForgeKernelTests {
    private func forge(_ change: (inout ForgeFlow) -> Void) -> FlowKind {
        var plan = ForgeFlow()
        change(&plan)
        return .forge(plan)
    }

    private func run(_ bench: TrafficBench, _ flows: [Flow]) async throws -> [String: FlowOutcome] {
        let session = try TrafficSession.start(
            flows, namespaces: bench.namespaces, seed: 1, allowedDestinations: [bench.address])
        await session.run()
        return await session.finish()
    }

    /// Forges from the client and returns what the server's counters say afterwards.
    private func counters(_ bench: TrafficBench, _ flows: [Flow]) async throws -> [String: Int] {
        let before = try Counters.read(in: bench.server)
        for outcome in try await run(bench, flows).values { #expect(outcome.failure == nil) }
        let after = try Counters.read(in: bench.server)
        return after.merging(before) { $0 - $1 }
    }

    /// What is wrong with a packet, and the counter that says so.
    @Test(arguments: [
        ("right checksum", "Udp.NoPorts"), ("wrong checksum", "Udp.InCsumErrors"),
        ("IP checksum", "Ip.InHdrErrors"),
        ("UDP length", "Udp.InErrors"), ("IP length", "IpExt.InTruncatedPkts"),
        ("protocol", "Ip.InUnknownProtos"),
        ("TCP checksum", "Tcp.InCsumErrors"), ("fragments", "Ip.ReasmOKs"),
    ])
    func lieIsCounted(what: String, counter: String) async throws {
        let bench = try TrafficBench.pair()
        let flow = bench.flow(
            forge {
                $0.packet = .udp
                $0.payload = ByteCount(32)
                $0.count = 5
                switch what {
                case "wrong checksum": $0.checksum = .wrong
                case "IP checksum": $0.ipChecksum = .wrong
                case "UDP length": $0.udpLengthOffset = 4
                case "IP length": $0.ipLengthOffset = 100
                case "protocol": $0.packet = .ip(protocol: 253)
                case "TCP checksum":
                    $0.packet = .tcp(flags: "S")
                    $0.checksum = .wrong
                case "fragments": $0.fragmentSize = 16
                default: break
                }
            }, port: 4444)
        let moved = try await counters(bench, [flow])
        #expect(moved[counter] == 5, "\(moved.filter { $0.value != 0 })")
    }

    @Test func missingFragmentIsNeverReassembled() async throws {
        let bench = try TrafficBench.pair()
        try Sysctl.write("net.ipv4.ipfrag_time", "1", in: bench.server)
        let flow = bench.flow(
            forge {
                $0.packet = .udp
                $0.payload = ByteCount(100)
                $0.fragmentSize = 40
                $0.omittedFragments = [2]
            }, port: 4444)
        let moved = try await counters(bench, [flow])
        #expect(moved["Ip.ReasmReqds"] == 2 && moved["Ip.ReasmOKs"] == 0)
    }

    /// Fragments that overlap are an attack (RFC 5722): all of them go.
    @Test func overlappingFragmentsAreThrownAway() async throws {
        let bench = try TrafficBench.pair()
        let flow = bench.flow(
            forge {
                $0.packet = .udp
                $0.payload = ByteCount(60)
                $0.fragmentSize = 40
                $0.overlapsFragments = true
            }, port: 4444)
        let moved = try await counters(bench, [flow])
        #expect(moved["Ip.ReasmReqds"] == 2 && moved["Ip.ReasmOKs"] == 0, "\(moved.filter { $0.value != 0 })")
        #expect(moved["IpExt.ReasmOverlaps"] == 1)
        #expect(moved["Udp.NoPorts"] == 0)
    }

    /// A source that lies elsewhere, by the routes of the receiver, is refused where it is asked to look.
    @Test(arguments: [("1", 5, 0), ("0", 0, 5)])
    func spoofedSourceIsRefusedByReversePath(mode: String, refused: Int, delivered: Int) async throws {
        let bench = try TrafficBench.pair()
        try Sysctl.write("net.ipv4.conf.all.rp_filter", mode, in: bench.server)
        try Sysctl.write("net.ipv4.conf.eth0.rp_filter", mode, in: bench.server)
        try RouteSocket(in: bench.server).setLink("lo", LinkChange(isUp: true))
        try RouteSocket(in: bench.server).addRoute(Route(to: [10, 77, 0, 0], prefixLength: 16, device: "lo"))
        let flow = bench.flow(
            forge {
                $0.packet = .udp
                $0.source = IPAddress(bytes: [10, 77, 0, 1])
                $0.count = 5
            }, port: 4444)
        let moved = try await counters(bench, [flow])
        #expect(moved["TcpExt.IPReversePathFilter"] == refused, "\(moved.filter { $0.value != 0 })")
        #expect(moved["Udp.NoPorts"] == delivered)
    }

    /// SYNs from many sources fill the queue: backlog + 1 half-open connections, the rest is dropped.
    @Test func floodOfForgedSourcesFillsTheSYNQueue() async throws {
        let bench = try TrafficBench.pair()
        try Sysctl.write("net.ipv4.tcp_syncookies", "0", in: bench.server)
        try Sysctl.write("net.ipv4.tcp_synack_retries", "1", in: bench.server)
        try RouteSocket(in: bench.server).addRoute(
            Route(to: [10, 88, 0, 0], prefixLength: 16, gateway: [10, 0, 0, 1]))
        let listener = bench.flow(.connects(0), named: "listener") { $0.server.backlog = 16 }
        let flood = bench.flow(
            forge {
                $0.count = 40
                $0.source = IPAddress(bytes: [10, 88, 0, 250])
                $0.sourceCount = 40
            }, named: "flood")
        let moved = try await counters(bench, [listener, flood])
        #expect(moved["TcpExt.TCPReqQFullDrop"] == 23, "40 less the backlog of 16 and one")
    }

    /// A SYN inside an established connection is answered by a challenge, a reset with the exact number ends it.
    @Test(arguments: [
        ("S", 0, "TcpExt.TCPSYNChallenge", Int64(0)), ("R", 0, "Tcp.EstabResets", 1),
        ("R", 1000, "TcpExt.TCPChallengeACK", 0),
    ])
    func packetIntoALiveConnection(flags: String, offset: Int, counter: String, resets: Int64) async throws {
        let bench = try TrafficBench.pair()
        let web = bench.flow(.connects(1))
        let attack = bench.flow(
            forge {
                $0.packet = .tcp(flags: flags)
                $0.connection = "web"
                $0.sequenceOffset = offset
                $0.timestampOffset = 0
            }, named: "attack"
        ) { $0.after = "web" }
        let moved = try await counters(bench, [web, attack])
        #expect(moved[counter] == 1, "\(moved.filter { $0.value != 0 })")
    }

    @Test func oldTimestampIsRefused() async throws {
        let bench = try TrafficBench.pair()
        let attack = bench.flow(
            forge {
                $0.packet = .tcp(flags: "PA")
                $0.connection = "web"
                $0.timestampOffset = -10000
                $0.payload = ByteCount(10)
                $0.count = 5
            }, named: "attack"
        ) { $0.after = "web" }
        let moved = try await counters(bench, [bench.flow(.connects(1)), attack])
        #expect(moved["TcpExt.PAWSEstab"] == 5)
    }

    @Test func addressOutsideTheLabIsRefused() async throws {
        let bench = try TrafficBench.pair()
        let flow = bench.flow(forge { _ in }) { $0.to.address = IPAddress(bytes: [192, 0, 2, 1]) }
        let outcome = try #require(try await run(bench, [flow])["web"])
        #expect(
            outcome.failure == "192.0.2.1 is no address of the lab; forged packets are sent to those only")
        #expect(outcome.values.isEmpty)
    }

    @Test func connectionThatIsNotThereIsAFailure() async throws {
        let bench = try TrafficBench.pair()
        let outcome = try #require(
            try await run(bench, [bench.flow(forge { $0.connection = "nobody" })])["web"])
        #expect(outcome.failure?.hasPrefix("look for an open connection of flow nobody") == true)
    }
}

/// Counters of /proc/net/snmp and /proc/net/netstat, by family and name.
enum Counters {
    static func read(in namespace: NetworkNamespace) throws -> [String: Int] {
        let text = try namespace.run { () throws(SystemError) in
            try TextFile.read("/proc/thread-self/net/snmp") + TextFile.read("/proc/thread-self/net/netstat")
        }
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        var result: [String: Int] = [:]
        for index in stride(from: 0, to: lines.count - 1, by: 2) {
            let family = lines[index][0].dropLast()
            for (name, value) in zip(lines[index], lines[index + 1]).dropFirst() {
                result["\(family).\(name)"] = Int(value) ?? 0
            }
        }
        return result
    }
}
