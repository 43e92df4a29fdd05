import Glibc
import LinuxSystem
import NetlabModel
import NetlabTraffic
import Netlink

/// Compares the traffic generator with iperf3 (and with sockperf and netperf where they are installed), side by side
/// over one veth pair: interleaved runs, medians.
///
///     swift run -c release traffic-benchmark [RUNS] [SECONDS]
@main
struct TrafficBenchmark {
    let client: NetworkNamespace
    let server: NetworkNamespace
    let seconds: Int

    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap(Int.init)
        let runs = numbers.first ?? 5
        let bench = try TrafficBenchmark(seconds: numbers.dropFirst().first ?? 2)
        var table = Table()
        let contestants = bench.contestants()
        for run in 1...runs {
            for contestant in contestants {
                do {
                    let value = try await contestant.measure()
                    table.add(contestant, value)
                } catch {
                    table.add(contestant, problem: "\(error)")
                }
            }
            say("run \(run) of \(runs) done")
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
    }

    static func say(_ text: String) { print(text) }

    // MARK: Who takes part

    func contestants() -> [Contestant] {
        var list = streams() + datagrams() + requests()
        if Program.find("sockperf") != nil { list.append(sockperf()) }
        if Program.find("netperf") != nil { list.append(netperf()) }
        return list
    }

    private func streams() -> [Contestant] {
        var plain = StreamFlow()
        plain.amount = .time(.seconds(seconds))
        var fast = plain
        fast.writeSize = ByteCount(1 << 20)
        return [
            Contestant("TCP stream", "Gbit/s", "iperf3", isReference: true) { [self] in
                try await iperf3(["-t", "\(seconds)"], "throughput") / 1e9
            },
            Contestant("TCP stream", "Gbit/s", "netlab, 64 KiB writes, verified") { [self, plain] in
                try await netlab(.tcpStream(plain), "throughput") / 1e9
            },
            Contestant("TCP stream", "Gbit/s", "netlab, 1 MiB writes") { [self, fast] in
                try await netlab(.tcpStream(fast), "throughput") / 1e9
            },
        ]
    }

    private func datagrams() -> [Contestant] {
        @Sendable func flow(_ perSecond: Int, _ change: (inout DatagramFlow) -> Void) -> FlowKind {
            var plan = DatagramFlow()
            plan.size = ByteCount(64)
            plan.count = perSecond * seconds
            change(&plan)
            return .udpStream(plan)
        }
        let unit = "packets/s received"
        return [
            Contestant("UDP 64 B", unit, "iperf3 -u -b 0", isReference: true) { [self] in
                try await iperf3(["-u", "-b", "0", "-l", "64", "-t", "\(seconds)"], "received")
                    / Double(seconds)
            },
            Contestant("UDP 64 B", unit, "netlab, one by one") { [self] in
                try await netlabDatagrams(flow(150_000) { _ in })
            },
            Contestant("UDP 64 B", unit, "netlab, batches of 64") { [self] in
                try await netlabDatagrams(flow(300_000) { $0.batch = 64 })
            },
            Contestant("UDP 64 B", unit, "netlab, UDP_SEGMENT and UDP_GRO") { [self] in
                try await netlabDatagrams(flow(6_000_000) { $0.segments = 64 })
            },
            Contestant("UDP paced, 10 000/s", "us of error, p99", "netlab") { [self] in
                var plan = DatagramFlow()
                plan.size = ByteCount(64)
                plan.count = 10_000 * seconds
                plan.rate = EventRate(perSecond: 10_000)
                let outcome = try await run(.udpStream(plan))
                guard outcome.values["lost"] == 0 else {
                    throw Problem("lost \(outcome.values["lost"] ?? -1)")
                }
                return Double(outcome.values["pacing.p99"] ?? -1) / 1000
            },
        ]
    }

    private func requests() -> [Contestant] {
        var connects = ConnectFlow()
        connects.count = 10_000
        connects.concurrency = 32
        connects.holds = false
        var requests = RequestFlow()
        requests.requestsPerConnection = 10_000 * seconds
        requests.request = ByteCount(64)
        requests.response = ByteCount(64)
        return [
            Contestant("Connections", "per second", "netlab, closed by RST") { [self, connects] in
                let outcome = try await run(.tcpConnect(connects)) {
                    $0.client.close = .rst
                    $0.server.backlog = 4096
                }
                guard outcome.values["connected"] == 10_000 else { throw Problem("not all connected") }
                return 10_000 / (Double(outcome.values["duration"] ?? 1) / 1e9)
            },
            Contestant("TCP request and answer, 64 B", "us, p99", "netlab") { [self, requests] in
                let outcome = try await run(.tcpRequest(requests)) { $0.client.noDelay = true }
                return Double(outcome.values["latency.p99"] ?? -1) / 1000
            },
        ]
    }

    private func sockperf() -> Contestant {
        Contestant("TCP request and answer, 64 B", "us, p99", "sockperf", isReference: true) { [self] in
            let server = try await ChildProcess.start(
                ChildCommand("sockperf", ["server", "--tcp", "-i", "10.0.0.2", "-p", "11111"], in: server))
            defer { server.terminate() }
            try await listening(on: 11111)
            let text = try await output(
                "sockperf",
                [
                    "ping-pong", "--tcp", "-i", "10.0.0.2", "-p", "11111", "-t", "\(seconds)", "-m", "64",
                    "--full-rtt",
                ])
            guard let line = text.split(separator: "\n").first(where: { $0.contains("percentile 99.000") }),
                let value = line.split(separator: "=").last.flatMap({
                    Double($0.filter { "0123456789.".contains($0) })
                })
            else { throw Problem("no percentile in sockperf's output") }
            return value
        }
    }

    private func netperf() -> Contestant {
        Contestant("Connections", "per second", "netperf TCP_CC", isReference: true) { [self] in
            let server = try await ChildProcess.start(ChildCommand("netserver", ["-D", "-4"], in: server))
            defer { server.terminate() }
            try await listening(on: 12865)
            let text = try await output(
                "netperf",
                [
                    "-H", "10.0.0.2", "-t", "TCP_CC", "-l", "\(seconds)", "-P", "0", "--", "-o",
                    "TRANSACTION_RATE",
                ])
            guard let value = text.split(separator: "\n").compactMap({ Double($0) }).first else {
                throw Problem("no rate in netperf's output")
            }
            return value
        }
    }

    // MARK: How they are run

    private func run(_ kind: FlowKind, _ change: (inout Flow) -> Void = { _ in }) async throws -> FlowOutcome
    {
        let target = FlowTarget(node: "server", address: IPAddress(bytes: [10, 0, 0, 2]), port: 5001)
        var flow = Flow(name: "it", from: "client", to: target, kind: kind)
        flow.timeout = .seconds(10)
        change(&flow)
        let session = try TrafficSession.start(
            [flow], namespaces: ["client": client, "server": server], seed: 1)
        await session.run()
        guard let outcome = await session.finish()["it"] else { throw Problem("no outcome") }
        if let failure = outcome.failure { throw Problem(failure) }
        return outcome
    }

    private func netlab(_ kind: FlowKind, _ value: String) async throws -> Double {
        let outcome = try await run(kind)
        guard let number = outcome.values[value] else { throw Problem("no \(value): \(outcome.attempts)") }
        return Double(number)
    }

    private func netlabDatagrams(_ kind: FlowKind) async throws -> Double {
        let outcome = try await run(kind) {
            // What iperf3 asks for as well.
            $0.server.socket.receiveBuffer = ByteCount(4 << 20)
            $0.client.sendBuffer = ByteCount(4 << 20)
        }
        let received = Double(outcome.values["received"] ?? 0)
        return received * 1e9 / Double(max(1, outcome.values["send_duration"] ?? 1))
    }

    private func iperf3(_ arguments: [String], _ value: String) async throws -> Double {
        let server = try await ChildProcess.start(ChildCommand("iperf3", ["-s", "-p", "5201"], in: server))
        defer { server.terminate() }
        try await listening(on: 5201)
        var plan = ExecFlow(
            command: ["iperf3", "-c", "10.0.0.2", "-p", "5201", "--json"] + arguments)
        plan.parsesIperf3 = true
        let outcome = try await run(.exec(plan)) {
            $0.to.port = 0
            $0.timeout = .seconds(60)
        }
        guard let number = outcome.values[value] else { throw Problem("iperf3 gave no \(value)") }
        return Double(number)
    }

    private func output(_ program: String, _ arguments: [String]) async throws -> String {
        let command = ChildCommand(program, arguments, in: client, timeout: .seconds(60))
        return try await ChildProcess.runChecked(command).standardOutput.text
    }

    /// Asks the kernel until somebody listens.
    private func listening(on port: UInt16) async throws {
        let diagnostics = try SocketDiagnostics(in: server)
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            for family in [AddressFamily.ipv4, .ipv6] {
                let found = try diagnostics.sockets(.tcp, family, states: [.listen], localPort: port)
                if !found.isEmpty { return }
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Problem("nobody listens on port \(port)")
    }
}

/// One way of doing one thing.
struct Contestant: Sendable {
    let discipline: String
    let unit: String
    let name: String
    /// Whether the others of its discipline are compared with it.
    let isReference: Bool
    let measure: @Sendable () async throws -> Double

    init(
        _ discipline: String, _ unit: String, _ name: String, isReference: Bool = false,
        measure: @escaping @Sendable () async throws -> Double
    ) {
        self.discipline = discipline
        self.unit = unit
        self.name = name
        self.isReference = isReference
        self.measure = measure
    }
}

struct Problem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Results in the order in which they first came.
struct Table {
    private struct Row {
        let contestant: Contestant
        var values: [Double] = []
        var problems: [String] = []
    }

    private var rows: [Row] = []

    mutating func add(_ contestant: Contestant, _ value: Double) {
        rows[index(contestant)].values.append(value)
    }

    mutating func add(_ contestant: Contestant, problem: String) {
        rows[index(contestant)].problems.append(problem)
    }

    private mutating func index(_ contestant: Contestant) -> Int {
        if let known = rows.firstIndex(where: {
            $0.contestant.discipline == contestant.discipline && $0.contestant.name == contestant.name
        }) {
            return known
        }
        rows.append(Row(contestant: contestant))
        return rows.count - 1
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Median, ratio to the reference of the discipline, smallest and largest.
    var text: String {
        var lines: [String] = []
        var disciplines: [String] = []
        for row in rows where !disciplines.contains(row.contestant.discipline) {
            disciplines.append(row.contestant.discipline)
        }
        for discipline in disciplines {
            let group = rows.filter { $0.contestant.discipline == discipline }
            lines.append("\(discipline) (\(group[0].contestant.unit))")
            let reference = group.first { $0.contestant.isReference }.map { Self.median($0.values) }
            for row in group {
                guard !row.values.isEmpty else {
                    lines.append("  \(row.contestant.name): \(row.problems.first ?? "nothing measured")")
                    continue
                }
                let median = Self.median(row.values)
                var line = "  \(row.contestant.name): \(DecimalText.short(median))"
                if let reference, !row.contestant.isReference {
                    line += ", \(DecimalText.short(median / reference, decimals: 2)) x"
                }
                let ends = [row.values.min(), row.values.max()].compactMap(\.self).map {
                    DecimalText.short($0)
                }
                line += " (\(ends.joined(separator: " to ")), \(row.values.count) runs)"
                if !row.problems.isEmpty { line += "; \(row.problems.count) failed: \(row.problems[0])" }
                lines.append(line)
            }
        }
        return lines.joined(separator: "\n")
    }
}
