import LinuxSystem
import NetlabModel
import NetlabScenario
import Testing

@testable import NetlabReport

/// What a script makes of settings that are for some kernels only.
@Suite struct KernelRangeScriptTests {
    @Test(arguments: [
        ("", "4.11", "4.10.17-1-amd64", true), ("", "4.11", "4.11.0", false),
        ("", "4.11", "6.18.44-x", false),
        ("", "4.11", "3.10.0-1160.el7", true), ("6.15", "", "6.15.0", true), ("6.15", "", "6.9.12", false),
        ("6.15", "", "10.1", true), ("4.4", "4.11", "4.4.7", true), ("4.4", "4.11", "4.3.9", false),
    ])
    func commandRunsOnItsKernelsAlone(least: String, below: String, release: String, runs: Bool) async throws
    {
        let script = """
            set -euo pipefail
            uname() { echo '\(release)'; }
            \(ScriptParts.kernels)
            on_kernels '\(least)' '\(below)' echo made
            echo end
            """
        let outcome = try await ChildProcess.runChecked(ChildCommand("bash", ["-c", script]))
        #expect(outcome.standardOutput.text == (runs ? "made\nend\n" : "end\n"))
        #expect(outcome.standardError.text.contains("left out on") == !runs)
        // The same as netlab's own arithmetic.
        #expect(KernelRange(atLeast: least, below: below).contains(release) == runs)
    }

    @Test func scriptGuardsWhatIsForSomeKernels() throws {
        let text = """
            title: t
            host: { net.ipv4.tcp_tw_recycle: { value: 0, kernel: "< 4.11" } }
            nodes:
              a:
                interfaces: { eth0: 10.0.0.1/24 }
                sysctl: { net.ipv4.tcp_rto_max_ms: { value: 2000, kernel: ">= 6.15" } }
              b: { interfaces: { eth0: 10.0.0.2/24 } }
            links: [[a/eth0, b/eth0]]
            phases:
              - name: control
              - { name: fault, set: { host: null, a: { sysctl: null } } }
            """
        let (plan, diagnostics) = ScenarioParser.parse(
            ScenarioSource(name: "t", path: "t.yaml", text: text))
        let script = ScriptText.render(try #require(plan, "\(diagnostics.map(\.message))"))
        #expect(script.contains("on_kernels() {"))
        #expect(script.contains("on_kernels '' '4.11' host_sysctl net.ipv4.tcp_tw_recycle 0\n"))
        #expect(
            script.contains(
                "on_kernels '6.15' '' ip netns exec \"$LAB.a\" sysctl -qw net.ipv4.tcp_rto_max_ms=2000\n"))
        #expect(script.contains("on_kernels '6.15' '' remember_sysctl a net.ipv4.tcp_rto_max_ms\n"))
        #expect(script.contains("HOST_SYSCTL=()"), "what is changed is put back")
        let shown = PlanText.render(try #require(plan))
        #expect(shown.contains("net.ipv4.tcp_tw_recycle=0   # the whole machine, kernels < 4.11"))
        #expect(shown.contains("net.ipv4.tcp_rto_max_ms=2000   # kernels >= 6.15"))
    }
}
