import Glibc
import LinuxSystem
import NetlabModel
import NetlabTraffic
import Netlink

/// Compares the traffic generator with iperf3, sockperf and netperf, side by side over one veth pair: interleaved
/// runs, medians.
///
///     swift run -c release traffic-benchmark [RUNS] [SECONDS] [PART OF A DISCIPLINE'S NAME…]
@main
struct TrafficBenchmark {
    let client: NetworkNamespace
    let server: NetworkNamespace
    let seconds: Int

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let numbers = arguments.compactMap(Int.init)
        let words = arguments.filter { Int($0) == nil }.map { $0.lowercased() }
        let runs = numbers.first ?? 5
        let bench = try TrafficBenchmark(seconds: numbers.dropFirst().first ?? 2)
        var table = Table()
        let contestants = bench.contestants().filter { contestant in
            words.isEmpty || words.contains { contestant.discipline.lowercased().contains($0) }
        }
        for run in 1...max(1, runs) {
            // Nobody always runs after the same other one.
            let order = run % 2 == 1 ? contestants : contestants.reversed()
            for contestant in order {
                do {
                    let value = try await contestant.measure()
                    table.add(contestant, value)
                } catch {
                    table.add(contestant, problem: "\(error)")
                }
            }
            say("run \(run) of \(max(1, runs)) done")
        }
        say(table.text)
    }

    init(seconds: Int) throws {
        self.seconds = seconds
        client = try NetworkNamespace.create()
        server = try NetworkNamespace.create()
        let (near, far) = (try RouteSocket(in: client), try RouteSocket(in: server))
        try near.createVethPair(name: "eth0", isUp: true, peerName: "eth0", peerNamespace: server)
        try far.setLink("eth0", LinkChange(isUp: true))
        try near.addAddress([10, 0, 0, 1], prefixLength: 24, to: "eth0")
        try far.addAddress([10, 0, 0, 2], prefixLength: 24, to: "eth0")
        try near.waitUntilUsable(links: ["eth0"])
        try far.waitUntilUsable(links: ["eth0"])
        // Ports of closed connections rest for a minute: enough of them for all rounds.
        try Sysctl.write("net.ipv4.ip_local_port_range", "1024 65535", in: client)
        try Sysctl.write("net.ipv4.tcp_tw_reuse", "1", in: client)
    }

    static func say(_ text: String) {
        print(text)
        fflush(nil)
    }

    func contestants() -> [Contestant] {
        streams() + datagrams() + connections() + requests() + datagramRequests() + paced() + footprints()
    }

    // MARK: How netlab is run

    static let serverAddress = IPAddress(bytes: [10, 0, 0, 2])

    func flow(_ kind: FlowKind, _ change: (inout Flow) -> Void = { _ in }) -> Flow {
        let target = FlowTarget(node: "server", address: Self.serverAddress, port: 5001)
        var flow = Flow(name: "it", from: "client", to: target, kind: kind)
        flow.timeout = .seconds(10)
        change(&flow)
        return flow
    }

    func session(_ flow: Flow) throws -> TrafficSession {
        try TrafficSession.start([flow], namespaces: ["client": client, "server": server], seed: 1)
    }

    func run(_ kind: FlowKind, _ change: (inout Flow) -> Void = { _ in }) async throws -> FlowOutcome {
        let session = try session(flow(kind, change))
        await session.run()
        guard let outcome = await session.finish()["it"] else { throw Problem("no outcome") }
        if let failure = outcome.failure { throw Problem(failure) }
        return outcome
    }

    func value(_ name: String, of kind: FlowKind, _ change: (inout Flow) -> Void = { _ in }) async throws
        -> Double
    {
        let outcome = try await run(kind, change)
        guard let number = outcome.values[name] else { throw Problem("no \(name): \(outcome.attempts)") }
        return Double(number)
    }
}
