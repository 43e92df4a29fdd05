import NetlabModel
import NetlabScenario
import Testing

@testable import NetlabVM

@Suite("Modules that a plan needs")
struct PlanModulesTests {
    static func modules(
        link: String = "[client/eth0, server/eth0]", client: String = "", fault: String = "{}"
    ) throws
        -> PlanModules
    {
        let text = """
            title: x
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 }\(client) }
              server: { interfaces: { eth0: 10.0.0.2/24 } }
            links:
              - \(link)
            traffic:
              web: { kind: tcp-request, from: client, to: "server:80" }
            phases:
              - name: control
                expect: [web.succeeded == 1]
              - name: fault
                set: \(fault)
                expect: [web.succeeded == 1]
            """
        let (plan, diagnostics) = ScenarioParser.parse(ScenarioSource(name: "x", path: "x", text: text))
        return PlanModules(try #require(plan, "\(diagnostics)"))
    }

    @Test func plainCableNeedsNothingButWhatIsAlwaysThere() throws {
        let modules = try Self.modules()
        #expect(modules.names == PlanModules.always)
        #expect(modules.programs.isEmpty)
    }

    @Test func ruleNamesItsExpressions() throws {
        let modules = try Self.modules(
            fault:
                "{ server: { firewall: { a: input numgen inc mod 3 == 0 drop, b: input tcp dport 80 reject } } }"
        )
        #expect(modules.names.isSuperset(of: ["nf_tables", "nft_numgen", "nft_reject_inet"]))
        #expect(modules.names.isDisjoint(with: ["nf_conntrack", "nft_masq", "sch_netem"]))
    }

    @Test func translationNeedsConnectionTracking() throws {
        let modules = try Self.modules(
            fault: "{ server: { firewall: { a: postrouting masquerade } } }")
        #expect(
            modules.names.isSuperset(of: [
                "nf_conntrack", "nft_masq", "nft_chain_nat", "nf_conntrack_netlink",
            ]))
    }

    @Test func delayNeedsNetemAndADropInOrderDoesNot() throws {
        let cable = "{ name: line, ends: [client/eth0, server/eth0] }"
        let delay = try Self.modules(link: cable, fault: "{ line: { impair: { late: { delay: 10 ms } } } }")
        #expect(delay.names.isSuperset(of: ["sch_netem", "bridge", "nf_tables", "tun"]))
        let drop = try Self.modules(link: cable, fault: "{ line: { impair: { cut: { drop: [2] } } } }")
        #expect(drop.names.isSuperset(of: ["bridge", "nft_numgen"]))
        #expect(!drop.names.contains("sch_netem"))
    }

    @Test func iptablesLineNamesItsMatchesTargetAndPrograms() throws {
        let modules = try Self.modules(
            fault: """
                { server: { iptables: [ { name: a, rule: "-A INPUT -p udp -m statistic --mode nth --every 3 --packet 0 -j REJECT" } ] } }
                """)
        #expect(
            modules.names.isSuperset(of: [
                "xt_statistic", "xt_comment", "xt_tcpudp", "ipt_REJECT", "nft_compat",
            ]))
        #expect(modules.names.contains("iptable_filter"))
        #expect(!modules.names.contains("iptable_nat"))
        #expect(modules.programs == ["iptables", "iptables-save", "iptables-legacy", "iptables-legacy-save"])
    }

    @Test func programsOfTrafficBringTheirArguments() throws {
        let text = """
            title: x
            nodes: { client: { interfaces: { eth0: 10.0.0.1/24 } }, server: { interfaces: { eth0: 10.0.0.2/24 } } }
            links: [[client/eth0, server/eth0]]
            traffic: { own: { kind: exec, from: client, command: [sh, ./client.sh, -v] } }
            phases: [{ name: control, expect: [own.exit_code == 0] }]
            """
        let (plan, diagnostics) = ScenarioParser.parse(ScenarioSource(name: "x", path: "x", text: text))
        let modules = PlanModules(try #require(plan, "\(diagnostics)"))
        #expect(modules.programs == ["sh"])
        #expect(modules.arguments == ["./client.sh", "-v"])
    }

    @Test func congestionControlIsAModule() throws {
        let modules = try Self.modules(client: ", sysctl: { net.ipv4.tcp_congestion_control: bbr }")
        #expect(modules.names.isSuperset(of: ["tcp_bbr", "sch_fq"]))
    }
}
