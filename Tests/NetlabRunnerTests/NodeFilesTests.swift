import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabRunner
import NetlabScenario
import NetlabVerdict
import Testing

/// `hosts` and `resolver`: files of one node, and changes at a time.
@Suite(.needsRoot, .serialized) struct NodeFilesTests {
    private static func run(_ text: String) async throws -> (record: RunRecord, verdict: Verdict) {
        let source = ScenarioSource(name: "files-test", path: "files-test.yaml", text: text)
        let (plan, diagnostics) = ScenarioParser.parse(source)
        let parsed = try #require(plan, "\(diagnostics.map(\.message))")
        var options = ScenarioRun.Options()
        options.allowsExec = true
        let record = await ScenarioRun(plan: parsed, options: options).execute()
        #expect(record.leaks == [])
        return (record, Judge.judge(record, plan: parsed))
    }

    @Test(.needsProgram("getent")) func programsSeeTheNamesOfTheirNode() async throws {
        let before = try TextFile.read("/etc/hosts")
        let (record, verdict) = try await Self.run(
            """
            title: Names
            nodes:
              client:
                interfaces: { eth0: 10.0.0.1/24 }
                hosts: { web.example: 10.0.0.2 }
                resolver: nameserver 10.0.0.2
              server: { interfaces: { eth0: [10.0.0.2/24, 10.0.0.3/24] } }
            links: [[client/eth0, server/eth0]]
            traffic:
              lookup: { kind: exec, from: client, command: [getent, hosts, web.example] }
              stranger: { kind: exec, from: server, command: [getent, hosts, web.example] }
              files: { kind: exec, from: client, command: [cat, /etc/resolv.conf] }
              web: { kind: tcp-request, from: client, to: "web.example:80" }
            phases:
              - name: control
                expect: [lookup.exit_code == 0, stranger.exit_code == 2, web.succeeded == 1]
              - name: fault
                set: { client: { hosts: { web.example: 10.0.0.77 } }, web: { timeout: 200 ms } }
                expect: [lookup.exit_code == 0, web.succeeded == 0]
              - name: recovery
                set: { client: { hosts: null, resolver: null } , web: { to: "10.0.0.3:80" } }
                expect: [lookup.exit_code == 2, web.succeeded == 1]
            """)
        #expect(verdict.outcome == .passed, "\(verdict.phases.map(\.causes)) \(record.failure ?? "")")
        let logs = record.phases.map { $0.flows["lookup"]?.log ?? "" }
        #expect(logs.map { $0.split(separator: " ").first ?? "" } == ["10.0.0.2", "10.0.0.77", ""])
        #expect(
            record.phases.map { $0.flows["files"]?.log == "nameserver 10.0.0.2\n" } == [true, true, false])
        #expect(try TextFile.read("/etc/hosts") == before)
    }

    /// An interface that was set up again needs up to a second until it can be used; the steps behind it must not
    /// wait for that.
    @Test func stepsAreDoneAtTheirTimeWhateverTheOneBeforeWaitsFor() async throws {
        let (record, verdict) = try await Self.run(
            """
            title: Steps
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 } }
              server: { interfaces: { eth0: 10.0.0.2/24 } }
            links: [[client/eth0, server/eth0]]
            traffic:
              look: { kind: ping, from: client, to: server, count: 150, interval: 10 ms, timeout: 300 ms }
            phases:
              - name: control
                expect: [look.succeeded == 150]
              - name: fault
                at:
                  - { after: 20 ms, set: { server/eth0: { up: false } } }
                  - { after: 40 ms, set: { server/eth0: { up: true } } }
                  - { after: 60 ms, set: { server/eth0: { up: false } } }
                  - { after: 80 ms, set: { server/eth0: { up: true } } }
                  - { after: 100 ms, set: { server: { sysctl: { net.ipv4.icmp_echo_ignore_all: 1 } } } }
                expect: [look.succeeded < 150]
            """)
        #expect(verdict.outcome == .passed, "\(verdict.phases.map(\.causes)) \(record.failure ?? "")")
        let steps = try #require(record.phases.last?.steps)
        #expect(steps.map(\.at) == [20, 40, 60, 80, 100].map { $0 * 1_000_000 })
        #expect(steps.allSatisfy { $0.started >= $0.at && $0.ended >= $0.started })
        #expect(steps.map(\.changes.count) == [1, 1, 1, 1, 1])
        // With the kernel's delay each change of a carrier takes 900 ms and more; labs of other tests may slow some of them.
        let carriers = steps.prefix(4).map { $0.ended - $0.started }
        #expect(carriers.reduce(0, +) < 4 * 900_000_000, "\(carriers)")
    }
}
