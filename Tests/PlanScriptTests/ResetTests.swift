import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabReport
import NetlabScenario
import Testing

/// What a phase sets and a later one leaves out goes back to what it was, in the lab and by the script.
@Suite(.needsRoot, .needsProgram("ethtool"), .serialized, .leavesNothingBehind) struct ResetTests {
    private static func plan(_ text: String) throws -> Plan {
        let (plan, diagnostics) = ScenarioParser.parse(
            ScenarioSource(name: "resets", path: "resets.yaml", text: text))
        return try #require(plan, "\(diagnostics.map(\.message))")
    }

    private static let text = """
        title: There and back
        nodes:
          client: { interfaces: { eth0: 10.0.0.1/24 } }
          server: { interfaces: { eth0: { address: 10.0.0.2/24, offloads: { sg: false } } } }
        links: [[client/eth0, server/eth0]]
        traffic:
          ping: { kind: ping, from: client, to: server, count: 1 }
        phases:
          - { name: control, expect: [ping.received == 1] }
          - name: fault
            set:
              server/eth0: { mac: "02:00:00:00:00:42", offloads: { tso: false, rx: false } }
              client/eth0: { offloads: { tx: false } }
            expect: [ping.received == 1]
          - name: recovery
            set:
              server/eth0: { mac: null, offloads: { tso: null, sg: null } }
              client/eth0: { offloads: null }
            expect: [ping.received == 1]

        """

    @Test func offloadsAreTheSameByScript() async throws {
        try await SameSettingsTests.compare(Self.plan(Self.text))
    }

    @Test func aScriptPutsTheAddressBack() async throws {
        let dump = try SettingsDump()
        let script = "\(dump.directory)/lab.sh"
        try NewFile.create(script, with: ScriptText.render(try Self.plan(Self.text)))
        let look = ##"ip -n $LAB.server -j link show dev eth0 | grep -o '"address":"[^"]*'"##
        let outcome = try await ChildProcess.runChecked(
            ChildCommand("bash", [script, "all", "bash", "-c", look], timeout: .seconds(60)))
        let addresses = outcome.standardOutput.text.split(separator: "\n")
        try #require(addresses.count == 3, "\(outcome.standardOutput.text)")
        #expect(addresses[0] == addresses[2])
        #expect(addresses[1].hasSuffix("02:00:00:00:00:42"))
        #expect(addresses[0] != addresses[1])
        try await dump.remove()
    }
}
