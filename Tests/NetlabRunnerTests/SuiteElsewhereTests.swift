import NetlabModel
import NetlabRunner
import NetlabScenario
import NetlabVerdict
import Testing

/// Suites whose plans are carried out in machines of their own.
@Suite struct SuiteElsewhereTests {
    private static func plan(_ name: String) throws -> Plan {
        let text = """
            title: a setting of the whole machine
            nodes: { a: { interfaces: { eth0: 10.0.0.1/24 } } }
            host: { net.core.netdev_max_backlog: 10 }
            phases: [{ name: control }]
            """
        let (plan, diagnostics) = ScenarioParser.parse(
            ScenarioSource(name: name, path: "\(name).yaml", text: text))
        return try #require(plan, "\(diagnostics.map(\.message))")
    }

    private static func record(of plan: Plan) -> RunRecord {
        RunRecord(
            tool: "0", host: HostDescription(kernel: "6.1.0", machine: "x86_64", cpus: 1, privilege: "root"),
            commandLine: [], scenario: plan.source, startedAt: "2026-01-01T00:00:00Z")
    }

    /// Opens when as many have come as it waits for.
    private actor Meeting {
        private let wanted: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(of wanted: Int) { self.wanted = wanted }

        func arrive() async {
            await withCheckedContinuation { continuation in
                waiting.append(continuation)
                if waiting.count == wanted {
                    for one in waiting { one.resume() }
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func plansThatChangeTheirHostNeedNotWaitForOneAnother() async throws {
        let plans = [try Self.plan("one"), try Self.plan("two")]
        let meeting = Meeting(of: 2)
        let suite = SuiteRun(
            plans: plans, options: ScenarioRun.Options(), jobs: 2, timeout: .seconds(50),
            elsewhere: { plan in
                await meeting.arrive()
                return Self.record(of: plan)
            }, judge: { Judge.judge($0, plan: $1) })
        let results = await suite.execute()
        #expect(results.map(\.plan.name) == ["one", "two"])
        #expect(results.map(\.record.host.kernel) == ["6.1.0", "6.1.0"])
    }

    @Test func whatTakesTooLongIsInterrupted() async throws {
        let suite = SuiteRun(
            plans: [try Self.plan("slow")], options: ScenarioRun.Options(), jobs: 1,
            timeout: .milliseconds(20),
            elsewhere: { plan in
                var record = Self.record(of: plan)
                do {
                    try await Task.sleep(for: .seconds(60))
                } catch {
                    record.interruption = "cancelled"
                }
                return record
            }, judge: { Judge.judge($0, plan: $1) })
        let result = try #require(await suite.execute().first)
        #expect(result.record.interruption == "it took longer than the limit of 20 ms")
        #expect(result.verdict.outcome == .inconclusive)
    }
}
