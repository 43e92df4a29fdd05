import KernelTestSupport
import LinuxSystem
import NetlabScenario
import Testing

@testable import NetlabModel
@testable import NetlabRunner

/// Settings that this kernel does not have are found before anything is built.
@Suite(.needsRoot) struct SettingPreflightTests {
    private static func missing(node: String = "", host: String = "") throws -> [MissingNeed] {
        let text = """
            title: t
            host: { \(host) }
            nodes:
              a: { interfaces: { eth0: 10.0.0.1/24 }, sysctl: { \(node) } }
              b: { interfaces: { eth0: 10.0.0.2/24 } }
            links: [[a/eth0, b/eth0]]
            traffic: { web: { kind: tcp-request, from: a, to: "b:80" } }
            phases: [{ name: control, expect: [web.succeeded == 1] }]
            """
        let (plan, diagnostics) = ScenarioParser.parse(
            ScenarioSource(name: "t", path: "t.yaml", text: text))
        var options = ScenarioRun.Options()
        options.allowsHostChanges = true
        return Preflight(options: options).missing(
            for: try #require(plan, "\(diagnostics.map(\.message))"))
    }

    @Test func whatNoKernelHasIsMissing() throws {
        let missing = try Self.missing(node: "net.ipv4.tcp_no_such_thing: 1")
        #expect(missing.map(\.need) == ["the sysctl net.ipv4.tcp_no_such_thing"])
        #expect(missing.first?.reason == "this kernel has no sysctl net.ipv4.tcp_no_such_thing")
        #expect(try Self.missing(host: "net.core.no_such_thing: 1").count == 1)
    }

    @Test func whatIsThereIsNot() throws {
        let node =
            "net.ipv4.tcp_syn_retries: 1, net.ipv4.conf.eth0.rp_filter: 1, net.ipv4.neigh.eth0.gc_stale_time: 9"
        #expect(try Self.missing(node: node) == [])
        // Connection tracking brings its own settings, and older kernels do this without being told.
        #expect(try Self.missing(node: "net.ipv4.tcp_syn_linear_timeouts: 0") == [])
        #expect(try Self.missing(host: "net.core.netdev_max_backlog: 1000") == [])
    }

    @Test func settingOfOtherKernelsIsNotMissed() throws {
        let setting = "net.ipv4.tcp_no_such_thing: { value: 1, kernel: \"< 2.6\" }"
        #expect(try Self.missing(node: setting, host: setting) == [])
        let needed = "net.ipv4.tcp_no_such_thing: { value: 1, kernel: \">= 2.6\" }"
        #expect(try Self.missing(node: needed).count == 1)
    }

    @Test(arguments: [
        ("net.ipv4.tcp_tw_reuse_delay", "came with Linux 6.14", "at least 6.14"),
        ("net.ipv4.tcp_tw_recycle", "removed in Linux 4.12", "before 4.12"),
        ("net.ipv4.of_which_nobody_knows", "has no sysctl", "that has it"),
    ])
    func absenceSaysSinceWhen(name: String, reason: String, cure: String) {
        let absence = Preflight.absence(of: name)
        #expect(absence.reason.contains(reason), "\(absence.reason)")
        #expect(absence.cure.contains(cure), "\(absence.cure)")
    }
}
