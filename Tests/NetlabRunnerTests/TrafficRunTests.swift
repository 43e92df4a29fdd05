import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabRunner
import NetlabVerdict
import Testing

@testable import NetlabScenario

/// Traffic as scenarios ask for it, run for real.
@Suite(.needsRoot, .leavesNothingBehind) struct TrafficRunTests {
    private static func plan(
        _ traffic: String, link: String = "[client/eth0, server/eth0]",
        expect: [String] = ["a.attempted >= 1"]
    ) throws -> Plan {
        let text = """
            title: Two nodes
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 } }
              server: { interfaces: { eth0: 10.0.0.2/24 } }
            links: [\(link)]
            traffic:
              \(traffic)
            phases:
              - name: control
                expect:
            \(expect.map { "      - \($0)" }.joined(separator: "\n"))
            """
        let source = ScenarioSource(name: "traffic-test", path: "traffic-test.yaml", text: text)
        let (plan, diagnostics) = ScenarioParser.parse(source)
        return try #require(plan, "\(diagnostics.map(\.message))")
    }

    private static func run(_ plan: Plan, allowsExec: Bool = true) async -> RunRecord {
        var options = ScenarioRun.Options()
        options.allowsExec = allowsExec
        return await ScenarioRun(plan: plan, options: options).execute()
    }

    private static func flow(_ plan: Plan) async throws -> (Flow, FlowOutcome) {
        let record = await Self.run(plan)
        #expect(record.failure == nil && record.missing == [])
        let flow = try #require(plan.phases[0].flows.first { $0.name == "a" })
        return (flow, try #require(record.phases.first?.flows["a"]))
    }

    /// Every figure that can be asked for is there after a healthy run, and every one that is there can be asked for.
    @Test(arguments: [
        "a: { kind: tcp-request, from: client, to: \"server:80\", count: 3, samples: 1 ms }",
        "a: { kind: tcp-request, from: client, to: \"server:80\", http: true }",
        "a: { kind: tcp-connect, from: client, to: \"server:80\", count: 3 }",
        "a: { kind: tcp-stream, from: client, to: \"server:80\", bytes: 100 KiB }",
        "a: { kind: tcp-stream, from: client, to: \"server:80\", bytes: 100 KiB, reverse: true }",
        "a: { kind: udp-stream, from: client, to: \"server:80\", count: 5, rate: 1000/s }",
        "a: { kind: udp-request, from: client, to: \"server:80\", count: 3 }",
        "a: { kind: ping, from: client, to: server }", "a: { kind: traceroute, from: client, to: server }",
        "a: { kind: forge, from: client, to: \"server:80\", packet: udp }",
        "a: { kind: exec, from: client, command: [\"true\"] }",
    ])
    func figuresAndTheirNamesAgree(traffic: String) async throws {
        let expectation = traffic.contains("exec") ? "a.exit_code == 0" : "a.attempted >= 1"
        let (flow, outcome) = try await Self.flow(try Self.plan(traffic, expect: [expectation]))
        #expect(outcome.failure == nil)
        for name in outcome.values.keys.sorted() {
            #expect(FlowMetrics.yields(flow.kind, name), "\(name) is measured and cannot be asked for")
        }
        for name in FlowMetrics.names(of: flow.kind).sorted() {
            #expect(outcome.values[name] != nil, "\(name) can be asked for and is not measured")
        }
    }

    /// What is lost, doubled and overtaken is prescribed packet by packet, and found packet by packet.
    @Test(arguments: ["wire", "auto"])
    func patternsOnTheWireAreFoundExactly(driver: String) async throws {
        let plan = try Self.plan(
            "a: { kind: udp-stream, from: client, to: \"server:9\", count: 1000, rate: 5000/s, size: 100 B }",
            link: """
                { name: cable, ends: [client/eth0, server/eth0], driver: \(driver), impair: {
                gone: { from: client, match: udp, drop: [1, 50, 51, 52, 1000] },
                twice: { from: client, match: udp, duplicate: [7, 8, 600] },
                late: { from: client, match: udp, hold: { packets: [100, 300, 500], until: 2 } } } }
                """,
            expect: [
                "a.sent == 1000", "a.lost == 5", "a.duplicated == 3", "a.reordered == 3",
                "a.reorder_extent == 2",
                "a.received == 1000 - 5 + 3", "a.corrupted == 0",
            ])
        let verdict = Judge.judge(await Self.run(plan), plan: plan)
        #expect(verdict.outcome == .passed, "\(verdict.phases.flatMap(\.expectations).map(\.finding))")
    }

    /// A way that is longer than any fixed time of grace: nobody is reset for it.
    @Test func connectionsOverALongWayEndInGoodOrder() async throws {
        let plan = try Self.plan(
            "a: { kind: tcp-connect, from: client, to: \"server:80\", count: 20, concurrency: 20 }",
            link: "{ name: cable, ends: [client/eth0, server/eth0], impair: { far: { delay: 150 ms } } }",
            expect: ["a.connected == 20", "client Tcp.OutRsts stays", "server Tcp.OutRsts stays"])
        let verdict = Judge.judge(await Self.run(plan), plan: plan)
        #expect(verdict.outcome == .passed, "\(verdict.phases.flatMap(\.expectations).map(\.finding))")
    }

    @Test func throughputIsJudgedInBitsPerSecond() async throws {
        let plan = try Self.plan(
            "a: { kind: tcp-stream, from: client, to: \"server:80\", time: 300 ms, write-size: 1000 B, rate: 8 mbit }",
            expect: ["a.throughput in 1 mbit .. 40 mbit", "a.throughput > 1 gbit"])
        let findings = Judge.judge(await Self.run(plan), plan: plan).phases[0].expectations
        #expect(findings.map(\.outcome) == [.passed, .failed], "\(findings.map(\.finding))")
        #expect(findings[1].finding.contains("mbit, wanted"), "\(findings[1].finding)")
    }

    // MARK: Programs

    @Test func programsOfAFileRunOnlyIfAllowed() async throws {
        let plan = try Self.plan(
            "a: { kind: exec, from: client, command: [\"true\"] }", expect: ["a.exit_code == 0"])
        let refused = await Self.run(plan, allowsExec: false)
        #expect(refused.missing.map(\.need) == ["--allow-exec for true"])
        #expect(refused.missing.first?.cure == "read the scenario, then run with --allow-exec")
        #expect(refused.phases.isEmpty && Judge.judge(refused, plan: plan).outcome == .unsupported)
        #expect(Judge.judge(await Self.run(plan), plan: plan).outcome == .passed)
    }

    @Test func ownServerTakesThePlaceOfNetlabs() async throws {
        let plan = try Self.plan(
            "a: { kind: tcp-request, from: client, to: \"server:8000\", count: 3, timeout: 10 s }",
            expect: ["a.succeeded == 3", "server Tcp.PassiveOpens >= 3"])
        let command = [
            "sh", "-c", "exec python3 -m http.server $NETLAB_PORT --directory /proc/sys/net/ipv4/neigh/lo",
        ]
        let own = try OwnServer(node: "server", command: command).replacing(in: plan)
        // Given on the command line, it needs no other permission.
        let record = await Self.run(own, allowsExec: false)
        #expect(Judge.judge(record, plan: plan).outcome == .passed, "\(record.phases.first?.flows ?? [:])")
        let flows = try #require(record.phases.first?.flows)
        #expect(flows["a"]?.values["http.200"] == 3)
        #expect(flows["server"]?.failure == nil && flows["server"]?.log.contains("GET / HTTP/1.1") == true)
    }

    @Test func iperf3IsReadAtBothEnds() async throws {
        let plan = try Self.plan(
            """
            far: { kind: exec, from: server, to: server, command: [iperf3, -s, "-1", --json], background: true, iperf3: true }
              a: { kind: exec, from: client, command: [iperf3, -c, 10.0.0.2, -n, 1M, --json], iperf3: true, start: 300 ms }
            """,
            expect: [
                "a.exit_code == 0", "a.bytes_received >= 100 KiB", "a.throughput > 1 mbit",
                "far.bytes_received >= 100 KiB",
            ])
        let record = await Self.run(plan)
        let verdict = Judge.judge(record, plan: plan)
        #expect(
            verdict.outcome == .passed,
            "\(verdict.phases.flatMap(\.expectations).map(\.finding)) \(record.phases.first?.flows ?? [:])")
    }
}
