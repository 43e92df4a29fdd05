import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabRunner
import NetlabScenario
import NetlabVerdict
import Testing

/// A link that does what kernels no longer do, with real connections.
@Suite(.needsRoot, .leavesNothingBehind) struct EmulationTests {
    /// A client that has shown a timestamp and then comes without one is unproven.
    private static let scenario = """
        title: tcp_tw_recycle
        nodes:
          client: { interfaces: { eth0: 10.0.0.1/24 }, sysctl: { net.ipv4.tcp_timestamps: 1 } }
          server: { interfaces: { eth0: 10.0.0.2/24 } }
        links:
          - name: cable
            ends: [client/eth0, server/eth0]
            impair: { recycle: { from: client, emulate: tw_recycle } }
        traffic:
          web: { kind: tcp-request, from: client, to: "server:80", count: 1, timeout: 500 ms, server: { closes-first: CLOSES } }
        phases:
          - { name: control, expect: [web.succeeded == 1, "cable impair:recycle stays"] }
          - name: fault
            set: { client: { sysctl: { net.ipv4.tcp_timestamps: 0 } } }
            expect: [web.succeeded == 0, "cable impair:recycle rises", server TcpExt.ListenDrops stays, server Tcp.PassiveOpens stays]

        """

    private static func verdict(serverCloses: Bool) async throws -> Verdict {
        let text = scenario.replacing("CLOSES", with: "\(serverCloses)")
        let source = ScenarioSource(name: "recycle", path: "recycle.yaml", text: text)
        let (parsed, diagnostics) = ScenarioParser.parse(source)
        let plan = try #require(parsed, "\(diagnostics.map(\.message))")
        let record = await ScenarioRun(plan: plan, options: ScenarioRun.Options()).execute()
        #expect(record.phases.first?.drivers["cable"]?.hasPrefix("wire") == true)
        return Judge.judge(record, plan: plan)
    }

    @Test func aServerThatClosesFirstTurnsTheUnprovenAway() async throws {
        let verdict = try await Self.verdict(serverCloses: true)
        #expect(verdict.outcome == .passed, "\(verdict.phases.map(\.expectations))")
    }

    @Test func whereTheClientClosesFirstNobodyIsTurnedAway() async throws {
        let verdict = try await Self.verdict(serverCloses: false)
        #expect(verdict.phases.last?.expectations.first?.finding == "is 1, wanted 0")
    }
}
