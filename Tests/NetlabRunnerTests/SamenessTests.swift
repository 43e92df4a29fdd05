import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabRunner
import NetlabScenario
import Testing

/// The same scenario loses the same packets, however many labs run at the same time.
@Suite(.needsRoot, .leavesNothingBehind) struct SamenessTests {
    private static func scenario(driver: String, impair: String) throws -> Plan {
        let text = """
            title: The same packets
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 } }
              server: { interfaces: { eth0: 10.0.0.2/24 } }
            links: [{ name: cable, ends: [client/eth0, server/eth0], driver: \(driver), seed: 11, impair: { \(impair) } }]
            traffic:
              echo: { kind: udp-request, from: client, to: "server:7", count: 24, timeout: 300 ms }
            phases: [{ name: control, expect: [echo.attempted == 24] }]

            """
        let source = ScenarioSource(name: "same", path: "same.yaml", text: text)
        let (parsed, diagnostics) = ScenarioParser.parse(source)
        return try #require(parsed, "\(diagnostics.map(\.message))")
    }

    @Test(arguments: [
        (
            "kernel",
            "some: { from: client, match: udp, drop: [2, 9] }, seventh: { from: server, match: udp, drop: every 7 }"
        ),
        (
            "wire",
            "lossy: { match: udp, loss: 15% }, bursts: { from: client, match: udp, loss: { gilbert-elliott: { p: 5%, r: 50% } } }"
        ),
    ])
    func theSameRequestsGoUnanswered(driver: String, impair: String) async throws {
        let plan = try Self.scenario(driver: driver, impair: impair)
        let lost = await withTaskGroup(of: [Int].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let record = await ScenarioRun(plan: plan, options: ScenarioRun.Options()).execute()
                    let attempts = record.phases.first?.flows["echo"]?.attempts ?? []
                    return attempts.filter { $0.result != .succeeded }.map(\.number).sorted()
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(lost).count == 1, "\(lost)")
        // Request 2 and 9 on their way there, the 7th, 14th and 21st answer on their way back.
        if driver == "kernel" { #expect(lost.first == [2, 8, 9, 16, 23]) }
        #expect(lost.first?.isEmpty == false)
    }
}
