import LinuxSystem
import NetlabModel
import Netlink

extension TrafficBenchmark {
    func iperf3(_ arguments: [String], _ value: String) async throws -> Double {
        try await beside("iperf3", ["-s", "-p", "5201"], listeningOn: 5201) {
            var plan = ExecFlow(
                command: ["iperf3", "-c", "10.0.0.2", "-p", "5201", "--json"] + arguments)
            plan.parsesIperf3 = true
            return try await self.value(value, of: .exec(plan)) {
                $0.to.port = 0
                $0.timeout = .seconds(60)
            }
        }
    }

    /// The 99th percentile of round trips, in microseconds.
    func sockperf(isTCP: Bool) async throws -> Double {
        let transport = isTCP ? ["--tcp"] : []
        return try await beside(
            "sockperf", ["server", "-i", "10.0.0.2", "-p", "11111"] + transport, listeningOn: 11111
        ) {
            let text = try await output(
                "sockperf",
                [
                    "ping-pong", "-i", "10.0.0.2", "-p", "11111", "-t", "\(seconds)", "-m", "64",
                    "--full-rtt",
                ] + transport)
            guard let line = text.split(separator: "\n").first(where: { $0.contains("percentile 99.000") }),
                let value = line.split(separator: "=").last.flatMap({
                    Double($0.filter { "0123456789.".contains($0) })
                })
            else { throw Problem("no percentile in sockperf's output") }
            return value
        }
    }

    /// Connections in a second by `netperf -t TCP_CC`: connect and close, one after the other.
    ///
    /// Debian has netperf in "non-free"; what was built from its source counts as well if it is in PATH.
    func netperf() async throws -> Double {
        guard Program.find("netperf") != nil, Program.find("netserver") != nil else {
            throw Problem("netperf is not in PATH")
        }
        return try await beside("netserver", ["-D", "-4"], listeningOn: 12865) {
            let text = try await output(
                "netperf", ["-H", "10.0.0.2", "-t", "TCP_CC", "-l", "\(seconds)", "-P", "0"])
            // Send and receive buffer, request, answer, seconds, connections in a second.
            let fields = text.split(separator: "\n").first?.split(separator: " ") ?? []
            guard fields.count == 6, let value = Double(fields[5]) else {
                throw Problem("no rate in netperf's output")
            }
            return value
        }
    }

    private func output(_ program: String, _ arguments: [String]) async throws -> String {
        let command = ChildCommand(program, arguments, in: client, timeout: .seconds(60))
        return try await ChildProcess.runChecked(command).standardOutput.text
    }

    /// Runs a server for the time of the body, and waits until it is gone.
    private func beside(
        _ program: String, _ arguments: [String], listeningOn port: UInt16,
        _ body: () async throws -> Double
    ) async throws -> Double {
        let process = try await ChildProcess.start(ChildCommand(program, arguments, in: server))
        let result: Result<Double, any Error>
        do {
            try await listening(on: port)
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        process.terminate()
        _ = await process.outcome()
        return try result.get()
    }

    /// Asks the kernel until somebody listens.
    private func listening(on port: UInt16) async throws {
        let diagnostics = try SocketDiagnostics(in: server)
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            for family in [AddressFamily.ipv4, .ipv6] {
                for (transport, state) in [(Transport.tcp, TCPState.listen), (.udp, .close)] {
                    let found = try diagnostics.sockets(transport, family, states: [state], localPort: port)
                    if !found.isEmpty { return }
                }
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Problem("nobody listens on port \(port)")
    }
}
