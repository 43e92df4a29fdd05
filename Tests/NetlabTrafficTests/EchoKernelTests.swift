import LinuxSystem
import NetlabModel
import Netlink
import Testing

@testable import NetlabTraffic

@Suite struct EchoKernelTests {
    private func ping(_ change: (inout PingFlow) -> Void) -> FlowKind {
        var plan = PingFlow()
        change(&plan)
        return .ping(plan)
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func everyEchoIsAnswered(address: String) async throws {
        let bench = try TrafficBench.loopback()
        let flow = bench.flow(
            ping {
                $0.count = 5
                $0.interval = .milliseconds(1)
            }, port: 0
        ) {
            $0.to.address = IPAddress(address)!
        }
        let outcome = try await bench.run(flow)
        #expect(outcome.failure == nil)
        #expect(outcome["sent"] == 5 && outcome["received"] == 5 && outcome["lost"] == 0)
        #expect(outcome["succeeded"] == 5 && outcome["corrupted"] == 0 && outcome["latency.p50"] > 0)
    }

    @Test func silentHostLetsPingTimeOut() async throws {
        let bench = try TrafficBench.pair()
        try Sysctl.write("net.ipv4.icmp_echo_ignore_all", "1", in: bench.server)
        let flow = bench.flow(ping { $0.count = 2 }, port: 0) { $0.timeout = .milliseconds(80) }
        let outcome = try await bench.run(flow)
        #expect(outcome["timed_out"] == 2 && outcome["lost"] == 2 && outcome["received"] == 0)
    }

    @Test func tooBigIsSaidAtOnceIfFragmentsAreForbidden() async throws {
        let bench = try TrafficBench.pair()
        for (forbids, succeeded) in [(true, Int64(0)), (false, 1)] {
            let flow = bench.flow(
                ping {
                    $0.size = ByteCount(2000)
                    $0.dontFragment = forbids
                }, port: 0)
            let outcome = try await bench.run(flow)
            #expect(outcome["succeeded"] == succeeded)
            #expect(outcome["errno.EMSGSIZE"] == 1 - succeeded)
        }
    }

    /// client - router - server: the first hop tells that time is exceeded, the second is the target.
    @Test func tracerouteNamesEveryHop() async throws {
        let chain = try RoutedBench()
        let flow = chain.flow(ping { $0.isTraceroute = true })
        let outcome = try await chain.bench.run(flow)
        #expect(outcome["hops"] == 2)
        #expect(outcome["icmp.time_exceeded"] == 1 && outcome["succeeded"] == 1)
        let places = outcome.log.split(separator: "\n").map { $0.split(separator: " ")[1] }
        #expect(places == ["10.1.0.2", "10.2.0.2"])
    }

    @Test func routerThatMayNotForwardIsHeardOf() async throws {
        let chain = try RoutedBench()
        try chain.router.addRoute(Route(to: [10, 9, 0, 0], prefixLength: 16, type: .unreachable))
        var flow = chain.flow(ping { $0.count = 1 })
        flow.to.address = IPAddress(bytes: [10, 9, 0, 1])
        let outcome = try await chain.bench.run(flow)
        #expect(outcome["unreachable"] == 1 && outcome["icmp.unreachable"] == 1)
        #expect(outcome.attempts.first?.error == "ICMP destination unreachable (code 1) from 10.1.0.2")
    }
}

/// client 10.1.0.1 - 10.1.0.2 router 10.2.0.1 - 10.2.0.2 server.
struct RoutedBench {
    let bench: TrafficBench
    let router: RouteSocket

    init() throws {
        let spaces = try (0..<3).map { _ in try NetworkNamespace.create() }
        let sockets = try spaces.map { try RouteSocket(in: $0) }
        for (left, right) in [(0, 1), (1, 2)] {
            let network = UInt8(left + 1)
            try sockets[left].createVethPair(
                name: "right", isUp: true, peerName: "left", peerNamespace: spaces[right])
            try sockets[right].setLink("left", LinkChange(isUp: true))
            try sockets[left].addAddress([10, network, 0, 1], prefixLength: 24, to: "right")
            try sockets[right].addAddress([10, network, 0, 2], prefixLength: 24, to: "left")
        }
        try Sysctl.write("net.ipv4.ip_forward", "1", in: spaces[1])
        try sockets[0].addRoute(Route(to: [0, 0, 0, 0], prefixLength: 0, gateway: [10, 1, 0, 2]))
        try sockets[2].addRoute(Route(to: [0, 0, 0, 0], prefixLength: 0, gateway: [10, 2, 0, 1]))
        for (socket, links) in zip(sockets, [["right"], ["left", "right"], ["left"]]) {
            try socket.waitUntilUsable(links: links)
        }
        router = sockets[1]
        bench = TrafficBench(
            namespaces: ["client": spaces[0], "router": spaces[1], "server": spaces[2]],
            address: IPAddress(bytes: [10, 2, 0, 2]))
    }

    func flow(_ kind: FlowKind, _ change: (inout Flow) -> Void = { _ in }) -> Flow {
        bench.flow(kind, port: 0, change)
    }
}
