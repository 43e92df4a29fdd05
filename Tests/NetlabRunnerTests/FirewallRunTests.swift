import KernelTestSupport
import LinuxSystem
import NetlabScenario
import NetlabVerdict
import Testing

@testable import NetlabModel
@testable import NetlabRunner

/// Both kinds of iptables, address translation with ports, conntrack, packets seen, carrier: written as an author
/// writes them, and judged by counters.
@Suite(.needsRoot, .needsProgram("iptables-legacy"), .needsProgram("iptables-nft"), .serialized)
struct FirewallRunTests {
    private static func run(
        _ text: String, _ options: ScenarioRun.Options = ScenarioRun.Options()
    ) async throws -> (record: RunRecord, why: [String]) {
        let source = ScenarioSource(name: "firewall-test", path: "firewall-test.yaml", text: text)
        let (plan, diagnostics) = ScenarioParser.parse(source)
        let parsed = try #require(plan, "\(diagnostics.map { "\($0.message) \($0.hint ?? "")" })")
        let record = await ScenarioRun(plan: parsed, options: options).execute()
        #expect(record.leaks == [])
        let verdict = Judge.judge(record, plan: parsed)
        var why = verdict.outcome == .passed ? [] : verdict.causes + [record.failure ?? "\(verdict.outcome)"]
        for phase in verdict.phases {
            why += phase.causes
            why += phase.expectations.filter { $0.outcome != .passed }.map { "\($0.text): \($0.finding)" }
        }
        return (record, why)
    }

    @Test func bothKindsOfIptablesDropAndCount() async throws {
        let (record, why) = try await Self.run(
            """
            title: Two firewalls
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 } }
              server: { interfaces: { eth0: 10.0.0.2/24 } }
            links: [[client/eth0, server/eth0]]
            traffic:
              names: { kind: udp-request, from: client, to: "server:53", count: 30, concurrency: 30, timeout: 300 ms }
            phases:
              - name: control
                expect: [names.answered == 30]
              - name: fault
                set:
                  server:
                    iptables:
                      - { name: old, rule: iptables-legacy -A INPUT -p udp -m statistic --mode nth --every 3 --packet 0 -j DROP }
                      - { name: new, rule: iptables-nft -A INPUT -p udp -m statistic --mode nth --every 4 --packet 0 -j DROP }
                      - { name: plain, rule: -A INPUT -p udp }
                expect:
                  - names.answered == 30 - server rule:old - server rule:new
                  - server rule:old in 8..10
                  - server rule:new in 5..8
                  - server drop:NETFILTER_DROP == server rule:old + server rule:new
              - name: recovery
                set: { server: { iptables: null } }
                expect: [names.answered == 30]
            """)
        #expect(why == [])
        let programs = try #require(record.phases[1].drivers["server iptables"])
        #expect(programs.contains("(legacy)") && programs.contains("(nf_tables)"), "\(programs)")
    }

    /// As on a kernel without xt_comment: rules come and go in every order, and each keeps its name and its counter.
    @Test(arguments: [Iptables.Backend.legacy, .nft])
    func rulesAreCountedByNameWithoutComments(backend: Iptables.Backend) async throws {
        var options = ScenarioRun.Options()
        options.iptables = { _, _ in Iptables.Choice(backend: backend, takesComments: false) }
        let (record, why) = try await Self.run(
            """
            title: A firewall without comments
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 } }
              server:
                interfaces: { eth0: 10.0.0.2/24 }
                iptables:
                  - { name: web, rule: -A INPUT -p tcp --dport 80 }
                  - { name: names, rule: -A INPUT -p udp --dport 53 }
                  - { name: names-again, rule: -A INPUT -p udp --dport 53 }
            links: [[client/eth0, server/eth0]]
            traffic:
              ask: { kind: udp-request, from: client, to: "server:53", count: 7, timeout: 300 ms }
            phases:
              - name: control
                expect:
                  - ask.answered == 7
                  - server rule:web == 0
                  - server rule:names == 7
                  - server rule:names-again == 7
              - name: fault
                set:
                  server:
                    iptables:
                      - { name: names-again, rule: -A INPUT -p udp --dport 53 }
                      - { name: first, rule: -I INPUT -p udp --dport 53 -m statistic --mode nth --every 7 --packet 2 -j DROP }
                expect:
                  - ask.answered == 6
                  - server rule:first == 1
                  - that: server rule:names-again == 6
                    because: it stayed, behind a new rule that takes one packet
              - name: recovery
                set:
                  server:
                    iptables:
                      - { name: names-again, rule: -A INPUT -p udp --dport 53 }
                      - { name: last, rule: -A INPUT -p udp --dport 53 }
                expect: [ask.answered == 7, server rule:names-again == 7, server rule:last == 7]
            """, options)
        #expect(why == [])
        let program = try #require(record.phases[0].drivers["server iptables"])
        #expect(program.contains("no xt_comment"), "\(program)")
        let seen = record.phases.map { phase in
            Set((phase.after.readings["server"] ?? [:]).keys.filter { $0.hasPrefix("rule:") })
        }
        #expect(
            seen == [
                ["rule:web", "rule:names", "rule:names-again"], ["rule:names-again", "rule:first"],
                ["rule:names-again", "rule:last"],
            ])
    }

    @Test func translationTakesPortRangesAndConntrackItsTimeoutsZonesAndHelpers() async throws {
        let (record, why) = try await Self.run(
            """
            title: A router
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 }, routes: [default via 10.0.0.254] }
              router:
                interfaces: { eth0: 10.0.0.254/24, eth1: 192.0.2.1/24 }
                forward: true
                nat:
                  snat: { out: { dev: eth1, to: "192.0.2.1:40000-40009" } }
                  dnat: { in: { dev: eth1, match: tcp dport 8000, to: "10.0.0.1:8000" } }
                conntrack:
                  timeouts: { tcp-established: 10 s, udp: 2 s, udp-stream: 3 s }
                  helpers: { ftp: 21 }
              server:
                interfaces: { eth0: 192.0.2.2/24 }
                firewall:
                  mapped-tcp: input tcp sport 40000-40009 tcp flags & (syn | ack) == syn count
                  mapped-udp: input udp sport 40000-40009 count
            links: [[client/eth0, router/eth0], [router/eth1, server/eth0]]
            traffic:
              web: { kind: tcp-request, from: client, to: "server:80", count: 5, concurrency: 5, timeout: 600 ms }
              names: { kind: udp-request, from: client, to: "server:53", count: 5, concurrency: 5, timeout: 600 ms }
              back: { kind: tcp-request, from: server, to: "192.0.2.1:8000", server: { node: client }, count: 1 }
            phases:
              - name: control
                expect:
                  - web.succeeded == 5
                  - names.answered == 5
                  - server rule:mapped-tcp == 5
                  - server rule:mapped-udp == 5
                  - server/eth0 packet:synack count == 6
                  - server/eth0 packet:syn count == 6
                  - server/eth0 packet:synack mss == 1460
                  - router rule:in == 1
              - name: fault
                set: { router: { nat: { snat: null } } }
                expect: [web.succeeded == 0, back.succeeded == 1, server/eth0 packet:synack count == 1]
              - name: recovery
                fresh: true
                set:
                  router:
                    nat: { snat: { out: { dev: eth1, to: "192.0.2.1:40000-40009" } } }
                    conntrack: { zones: { eth0: 7, eth1: 7 } }
                expect: [web.succeeded == 5, router rule:zone-eth0 rises by at least 5, back.succeeded == 1]
            """)
        #expect(why == [])
        let changes = record.phases[0].changes.map(\.text)
        #expect(changes.contains("router: net.netfilter.nf_conntrack_tcp_timeout_established = 10"))
        #expect(changes.contains("router: net.netfilter.nf_conntrack_udp_timeout_stream = 3"))
    }

    /// nft's grammar has no way to quote the name of a counter.
    @Test func wordsOfNftAreNamesOfRules() async throws {
        let words = NftWords.all.sorted()
        let rules = words.map { "\($0): input udp dport 53 count" }.joined(separator: ", ")
        let counted = words.map { "server rule:\($0) == 3" }.joined(separator: ", ")
        let (_, why) = try await Self.run(
            """
            title: Rules called as nft's own words
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 } }
              server: { interfaces: { eth0: 10.0.0.2/24 }, firewall: { \(rules) } }
            links: [[client/eth0, server/eth0]]
            traffic:
              names: { kind: udp-request, from: client, to: "server:53", count: 3, concurrency: 3, timeout: 2 s }
            phases:
              - name: control
                expect: [names.answered == 3, \(counted)]
              - name: fault
                set: { server: { firewall: { mark: input udp dport 53 drop, accept: null } } }
                expect: [names.answered == 0, "server rule:mark == 3", "server rule:set == 0"]
            """)
        #expect(why == [])
    }

    @Test func aCableThatIsPulledOutIsNoInterfaceThatIsDown() async throws {
        let (_, why) = try await Self.run(
            """
            title: Carrier
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 } }
              server: { interfaces: { eth0: 10.0.0.2/24 } }
            links: [[client/eth0, server/eth0]]
            traffic:
              look: { kind: ping, from: client, to: server, count: 2, timeout: 300 ms }
            phases:
              - name: control
                expect: [look.succeeded == 2, client/eth0 link:carrier == 1]
              - name: fault
                set: { server/eth0: { carrier: false } }
                expect: [look.succeeded == 0, server/eth0 link:carrier == 0, server/eth0 link:up == 1]
              - name: recovery
                set: { server/eth0: { carrier: true } }
                expect: [look.succeeded == 2, server/eth0 link:carrier == 1]
            """)
        #expect(why == [])
    }
}
