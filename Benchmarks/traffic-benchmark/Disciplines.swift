import LinuxSystem
import NetlabModel
import NetlabTraffic

extension TrafficBenchmark {
    func streams() -> [Contestant] {
        var plain = StreamFlow()
        plain.amount = .time(.seconds(seconds))
        var fast = plain
        fast.writeSize = ByteCount(1 << 20)
        return [
            Contestant("TCP stream", "Gbit/s", "iperf3", isReference: true) { [self] in
                try await iperf3(["-t", "\(seconds)"], "throughput") / 1e9
            },
            Contestant("TCP stream", "Gbit/s", "netlab, 64 KiB writes, verified") { [self, plain] in
                try await value("throughput", of: .tcpStream(plain)) / 1e9
            },
            Contestant("TCP stream", "Gbit/s", "netlab, 1 MiB writes", wish: .atLeast(1.3)) { [self, fast] in
                try await value("throughput", of: .tcpStream(fast)) / 1e9
            },
        ]
    }

    func datagrams() -> [Contestant] {
        let unit = "packets/s received"
        return [
            Contestant("UDP 64 B", unit, "iperf3 -u -b 0", isReference: true) { [self] in
                try await iperf3(["-u", "-b", "0", "-l", "64", "-t", "\(seconds)"], "received")
                    / Double(seconds)
            },
            Contestant("UDP 64 B", unit, "netlab, one by one") { [self] in
                try await received(150_000) { _ in }
            },
            Contestant("UDP 64 B", unit, "netlab, batches of 64") { [self] in
                try await received(400_000) { $0.batch = 64 }
            },
            Contestant("UDP 64 B", unit, "netlab, batches of 64, two sources", wish: .atLeast(2)) {
                [self] in
                try await received(600_000) {
                    $0.batch = 64
                    $0.sources = 2
                }
            },
            Contestant("UDP 64 B", unit, "netlab, UDP_SEGMENT and UDP_GRO", wish: .atLeast(30)) { [self] in
                try await received(6_000_000) { $0.segments = 64 }
            },
        ]
    }

    private func received(_ perSecond: Int, _ change: (inout DatagramFlow) -> Void) async throws -> Double {
        var plan = DatagramFlow()
        plan.size = ByteCount(64)
        plan.count = perSecond * seconds
        change(&plan)
        let outcome = try await run(.udpStream(plan)) {
            // What iperf3 asks for as well.
            $0.server.socket.receiveBuffer = ByteCount(4 << 20)
            $0.client.sendBuffer = ByteCount(4 << 20)
        }
        let received = Double(outcome.values["received"] ?? 0)
        return received * 1e9 / Double(max(1, outcome.values["send_duration"] ?? 1))
    }

    func connections() -> [Contestant] {
        var connects = ConnectFlow()
        connects.count = 10_000
        connects.concurrency = 32
        connects.holds = false
        let plan = connects
        @Sendable func rate(_ close: SocketBehaviour.Close) async throws -> Double {
            let outcome = try await run(.tcpConnect(plan)) {
                $0.client.close = close
                $0.server.backlog = 4096
            }
            guard outcome.values["connected"] == 10_000 else { throw Problem("not all connected") }
            return 10_000 / (Double(outcome.values["duration"] ?? 1) / 1e9)
        }
        return [
            Contestant("Connections", "per second", "netperf TCP_CC", isReference: true) { [self] in
                try await netperf()
            },
            Contestant("Connections", "per second", "netlab, closed by FIN") { try await rate(.fin) },
            Contestant("Connections", "per second", "netlab, closed by RST", wish: .atLeast(3)) {
                try await rate(.rst)
            },
        ]
    }

    func requests() -> [Contestant] {
        var plan = RequestFlow()
        plan.requestsPerConnection = 10_000 * seconds
        plan.request = ByteCount(64)
        plan.response = ByteCount(64)
        let unit = "us, p99"
        return [
            Contestant("TCP request and answer, 64 B", unit, "sockperf", isReference: true) { [self] in
                try await sockperf(isTCP: true)
            },
            Contestant("TCP request and answer, 64 B", unit, "netlab", wish: .atMost(1.1)) { [self, plan] in
                try await value("latency.p99", of: .tcpRequest(plan)) { $0.client.noDelay = true } / 1000
            },
        ]
    }

    func datagramRequests() -> [Contestant] {
        var apart = RequestFlow()
        apart.count = 10_000 * seconds
        apart.request = ByteCount(64)
        apart.response = ByteCount(64)
        var plan = apart
        plan.count = 1
        plan.requestsPerConnection = 10_000 * seconds
        let unit = "us, p99"
        return [
            Contestant("UDP request and answer, 64 B", unit, "sockperf", isReference: true) { [self] in
                try await sockperf(isTCP: false)
            },
            Contestant("UDP request and answer, 64 B", unit, "netlab, a socket for each") {
                [self, apart] in
                try await value("latency.p99", of: .udpRequest(apart)) / 1000
            },
            Contestant("UDP request and answer, 64 B", unit, "netlab", wish: .atMost(1.1)) {
                [self, plan] in
                try await value("latency.p99", of: .udpRequest(plan)) / 1000
            },
        ]
    }

    /// Seen from outside: by the kernel's own time stamps of the packets at the receiving end.
    func paced() -> [Contestant] {
        let unit = "10 000 packets/s, at the receiver"
        @Sendable func seen() async throws -> Arrivals {
            var plan = DatagramFlow()
            plan.size = ByteCount(64)
            plan.count = 10_000 * seconds
            plan.rate = EventRate(perSecond: 10_000)
            let observer = try Observer(in: server, port: 5001)
            let outcome = try await run(.udpStream(plan)) { $0.server.isPresent = false }
            guard outcome.values["sent"] == Int64(plan.count) else { throw Problem("not all were sent") }
            return await observer.arrivals(of: plan.count)
        }
        return [
            Contestant("UDP paced: lost", unit, "netlab", wish: .atMost(0)) {
                Double(try await seen().missing)
            },
            Contestant("UDP paced: error of departures, p99", "us", "netlab", wish: .atMost(200)) {
                try await seen().spacingError(perSecond: 10_000) / 1000
            },
            Contestant("UDP paced: longest burst", "packets", "netlab", wish: .atMost(2)) {
                Double(try await seen().longestBurst(perSecond: 10_000))
            },
        ]
    }
}
