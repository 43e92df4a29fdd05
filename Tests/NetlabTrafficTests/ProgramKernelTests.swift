import LinuxSystem
import NetlabModel
import Testing

@testable import NetlabTraffic

@Suite struct ProgramKernelTests {
    private func exec(_ command: [String], _ change: (inout ExecFlow) -> Void = { _ in }) -> FlowKind {
        var plan = ExecFlow(command: command)
        change(&plan)
        return .exec(plan)
    }

    @Test func outputAndExitCodeAreKept() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(
                exec(["sh", "-c", "echo $WORD; echo two >&2; exit 3"]) { $0.environment = ["WORD": "one"] },
                port: 0))
        #expect(outcome.failure == nil)
        #expect(outcome["exit_code"] == 3 && outcome["failed"] == 1 && outcome["succeeded"] == 0)
        #expect(outcome.log == "one\ntwo\n")
    }

    @Test func missingProgramIsAFailure() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(bench.flow(exec(["no-such-program"]), port: 0))
        #expect(outcome.failure?.hasPrefix("no-such-program: no such program in ") == true)
    }

    @Test func programThatTakesTooLongIsEnded() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(exec(["sleep", "60"]), port: 0) { $0.timeout = .milliseconds(100) })
        #expect(outcome["timed_out"] == 1 && outcome["signal"] == 15)
    }

    /// A server under test is waited for until it listens, and ended after the others.
    @Test func ownServerAndOwnClient() async throws {
        let bench = try TrafficBench.loopback()
        let outcomes = try await bench.run([
            bench.flow(exec(["iperf3", "-s"]) { $0.isServer = true }, named: "server", port: 5201) {
                $0.from = "server"
            },
            bench.flow(
                exec(["iperf3", "-c", "127.0.0.1", "-n", "4M", "--json"]) { $0.parsesIperf3 = true },
                named: "client", port: 0
            ) { $0.timeout = .seconds(20) },
        ])
        let client = try #require(outcomes["client"])
        #expect(client.failure == nil)
        #expect(
            client["exit_code"] == 0 && client["bytes_sent"] >= 4 << 20 && client["throughput"] > 0,
            "\(client.log)")
        let server = try #require(outcomes["server"])
        #expect(server.failure == nil && server["succeeded"] == 1)
    }

    @Test func serverThatEndsBeforeItListensSaysSo() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(exec(["false"]) { $0.isServer = true }, port: 5201))
        #expect(outcome.failure == "false ended before it listened: exit code 1")
    }
}

@Suite struct HTTPKernelTests {
    @Test func ownClientAndServerSpeakHTTP() async throws {
        let bench = try TrafficBench.loopback()
        let kind = FlowKind.requests(4, concurrency: 2, request: 0, response: 3000) {
            $0.isHTTP = true
            $0.requestsPerConnection = 3
        }
        let outcome = try await bench.run(bench.flow(kind))
        #expect(outcome["succeeded"] == 4 && outcome["answered"] == 12 && outcome["http.200"] == 12)
        #expect(outcome["corrupted"] == 0)
    }

    @Test func curlGetsAPage() async throws {
        let bench = try TrafficBench.loopback()
        let kind = FlowKind.requests(1, request: 0, response: 5000) { $0.isHTTP = true }
        let session = try TrafficSession.start([bench.flow(kind)], namespaces: bench.namespaces, seed: 1)
        await session.run()
        for arguments in [[], ["-d", "some=data"], ["--http1.0"]] {
            let curl = try await ChildProcess.run(
                ChildCommand(
                    "curl",
                    ["-sS", "-o", "/dev/null", "-w", "%{http_code} %{size_download}"] + arguments
                        + ["http://127.0.0.1/"], in: bench.client, timeout: .seconds(10)))
            #expect(curl.standardOutput.text == "200 5000", "\(curl.standardError.text)")
        }
        _ = await session.finish()
    }

    @Test func foreignWebServerAnswers() async throws {
        let bench = try TrafficBench.loopback()
        let outcomes = try await bench.run([
            bench.flow(
                ForeignServer.kind, named: "server", port: 8000),
            bench.flow(
                .requests(2, request: 0) { $0.isHTTP = true }, named: "web", port: 8000
            ) {
                $0.to.node = nil
            },
        ])
        let web = try #require(outcomes["web"])
        #expect(web["succeeded"] == 2 && web["http.200"] == 2, "\(web.attempts)")
    }

    private enum ForeignServer {
        static var kind: FlowKind {
            var plan = ExecFlow(command: [
                "python3", "-m", "http.server", "8000", "--bind", "127.0.0.1", "--directory",
                "/proc/sys/net/ipv4/neigh/lo",
            ])
            plan.isServer = true
            return .exec(plan)
        }
    }
}

@Suite struct Iperf3ReportTests {
    @Test func figuresOfATCPReport() throws {
        let text = """
            {"end": {"sum_sent": {"bytes": 1000, "retransmits": 3, "bits_per_second": 8.5e3},
            "sum_received": {"bytes": 900, "bits_per_second": 7200.4}}}
            """
        let values = try Iperf3Report.values(text)
        #expect(
            values == [
                "bytes_sent": 1000, "bytes_received": 900, "throughput": 7200, "tcpi.total_retrans": 3,
            ])
    }

    @Test func figuresOfAUDPReport() throws {
        let text = """
            {"end": {"sum": {"bytes": 1000, "packets": 10, "lost_packets": 2, "jitter_ms": 0.5, "bits_per_second": 1},
            "streams": [{"udp": {"out_of_order": 1}}]}}
            """
        let values = try Iperf3Report.values(text)
        #expect(values["sent"] == 10 && values["lost"] == 2 && values["received"] == 8)
        #expect(values["jitter"] == 500_000 && values["reordered"] == 1)
    }

    @Test(arguments: [
        ("hello", "its output is no JSON"), ("{\"error\": \"unable to connect\"}", "unable to connect"),
        ("{}", "its report has no \"end\""),
    ])
    func whatIsNoReportIsSaid(text: String, words: String) {
        let error = #expect(throws: Iperf3Report.Problem.self) { try Iperf3Report.values(text) }
        #expect(error?.description.hasPrefix(words) == true)
    }
}
