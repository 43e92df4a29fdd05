import NetlabModel
import NetlabScenario
import Testing

/// What the words of the language come to mean, part by part.
@Suite struct LanguageTests {
    private static func plan(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Plan
    {
        let (plan, diagnostics) = ScenarioParser.parse(ScenarioSource(name: "t", path: "t.yaml", text: text))
        #expect(
            diagnostics.isEmpty, "\(DiagnosticList(file: "t.yaml", diagnostics: diagnostics))",
            sourceLocation: sourceLocation)
        return try #require(plan, sourceLocation: sourceLocation)
    }

    /// Two nodes on a cable, with `more` laid into places marked by name.
    private static func lab(
        client: String = "", server: String = "", link: String = "", flow: String = "", phases: String = ""
    ) throws -> PhasePlan {
        let text = """
            title: t
            nodes:
              client: { interfaces: { eth0: [10.0.0.1/24, fd00::1/64] }\(client) }
              server: { interfaces: { eth0: { addresses: [10.0.0.2/24, fd00::2/64]\(server) } } }
            links:
              - { ends: [client/eth0, server/eth0]\(link) }
            traffic:
              web: { kind: tcp-request, from: client, to: "server:80" }
              more: { \(flow.isEmpty ? "kind: ping, from: client, to: server" : flow) }
            phases:
              - name: control
            \(phases)
            """
        return try #require(try plan(text).phases.first)
    }

    private static func client(_ text: String) throws -> Node {
        try #require(try lab(client: text).state.node("client"))
    }

    private static func impairment(_ text: String) throws -> NamedImpairment {
        let link = try #require(try lab(link: ", impair: { x: { \(text) } }").state.links.first)
        return try #require(link.impairments.first)
    }

    private static func flow(_ text: String) throws -> Flow {
        try #require(try lab(flow: text).flows.first { $0.name == "more" })
    }

    // MARK: Nodes

    @Test func interfaceHasAllItsSettings() throws {
        let phase = try Self.lab(
            server: ", mtu: 1400, up: false, mac: 02:00:00:00:00:02, txqueuelen: 5, offloads: { tso: false, "
                + "tx-udp-segmentation: true }, qdisc: { tbf: { rate: 1 mbit, burst: 2 KiB, limit: 3000 B } }, rps: [0, 2]"
        )
        var expected = Interface(name: "eth0")
        expected.addresses = try ["10.0.0.2/24", "fd00::2/64"].map { try #require(IPPrefix($0)) }
        expected.mtu = 1400
        expected.isUp = false
        expected.mac = MACAddress("02:00:00:00:00:02")
        expected.txQueueLength = 5
        expected.offloads = ["tso": false, "tx-udp-segmentation": true]
        expected.qdisc = .tbf(
            rate: DataRate(bitsPerSecond: 1_000_000), burst: ByteCount(2048), limit: ByteCount(3000))
        expected.rpsCPUs = 5
        #expect(phase.state.node("server")?.interfaces == [expected])
    }

    @Test(arguments: [
        ("pfifo: { limit: 10 }", Qdisc.pfifo(limit: 10)),
        ("bfifo: { limit: 10 KiB }", .bfifo(limit: ByteCount(10240))),
        ("htb: { rate: 2 mbit }", .htb(rate: DataRate(bitsPerSecond: 2_000_000), limit: 1000)),
        (
            "netem: [{ loss: 1% }, { limit: 5 }]",
            .netem([.loss(.random(Probability(0.01), correlation: Probability(0))), .limit(packets: 5)])
        ),
    ])
    func qdiscIsOfItsKind(text: String, expected: Qdisc) throws {
        let phase = try Self.lab(server: ", qdisc: { \(text) }")
        #expect(phase.state.node("server")?.interfaces[0].qdisc == expected)
    }

    @Test func routeInWordsEqualsRouteAsMapping() throws {
        let words = try Self.client(
            ", routes: [10.1.0.0/16 via 10.0.0.2 dev eth0 src 10.0.0.1 metric 5 mtu lock 1000 advmss 900 initcwnd 4 "
                + "initrwnd 5 quickack 1 onlink]")
        let mapping = try Self.client(
            ", routes: [{ to: 10.1.0.0/16, via: 10.0.0.2, dev: eth0, src: 10.0.0.1, metric: 5, mtu: lock 1000, advmss: 900, "
                + "initcwnd: 4, initrwnd: 5, quickack: true, onlink: true }]")
        #expect(words.routes == mapping.routes)
        var expected = Route(destination: try #require(IPPrefix("10.1.0.0/16")))
        expected.gateway = IPAddress("10.0.0.2")
        expected.device = "eth0"
        expected.source = IPAddress("10.0.0.1")
        expected.metric = 5
        expected.mtu = 1000
        expected.isMTULocked = true
        expected.advertisedMSS = 900
        expected.initialCongestionWindow = 4
        expected.initialReceiveWindow = 5
        expected.quickACK = true
        expected.isOnLink = true
        #expect(words.routes == [expected])
    }

    @Test func defaultRouteIsOfTheFamilyOfItsNextHop() throws {
        let routes = try Self.client(
            ", routes: [default via fd00::2, default via 10.0.0.2, unreachable 10.9.0.0/16]"
        ).routes
        #expect(routes.map { "\($0.destination)" } == ["::/0", "0.0.0.0/0", "10.9.0.0/16"])
        #expect(routes[2].kind == .unreachable)
    }

    @Test func forwardSetsBothFamiliesAndOwnSysctlsWin() throws {
        let node = try Self.client(
            ", forward: true, sysctl: { net.ipv4.ip_forward: 0, net.ipv4.tcp_rmem: 4096 8192 16384 }")
        #expect(
            node.sysctls == [
                SysctlSetting(name: "net.ipv6.conf.all.forwarding", value: "1"),
                SysctlSetting(name: "net.ipv4.ip_forward", value: "0"),
                SysctlSetting(name: "net.ipv4.tcp_rmem", value: "4096 8192 16384"),
            ])
    }

    @Test func neighboursHostsAndResolverAreRead() throws {
        let node = try Self.client(
            ", neighbours: { 10.0.0.9: 02:00:00:00:00:09 }, hosts: { www: 10.0.0.2 }, resolver: nameserver 10.0.0.2"
        )
        #expect(
            node.neighbours == [
                Neighbour(
                    address: try #require(IPAddress("10.0.0.9")),
                    mac: try #require(MACAddress("02:00:00:00:00:09")),
                    device: "eth0")
            ])
        #expect(node.hosts == ["www": IPAddress("10.0.0.2")])
        #expect(node.resolver == "nameserver 10.0.0.2")
    }

    @Test func firewallKeepsItsOrderAndNATBecomesRules() throws {
        let firewall = try Self.client(
            ", firewall: { b: input tcp dport 80 reject with tcp reset, a: { hook: ingress, device: eth0, match: arp, do: drop, "
                + "priority: -5 } }, nat: { masquerade: eth0, dnat: { web: { dev: eth0, match: tcp dport 80, to: \"10.0.0.2:80\" } } }, "
                + "iptables: [\"iptables -A INPUT -m comment --comment 'two words' -j DROP\", { name: six, rule: ip6tables -A INPUT -j DROP }, "
                + "iptables-legacy -A INPUT -j DROP]"
        ).firewall
        #expect(firewall.rules.map(\.name) == ["b", "a", "masquerade-eth0", "web"])
        #expect(
            firewall.rules[0]
                == FirewallRule(
                    name: "b", hook: .input, match: "tcp dport 80", action: "reject with tcp reset"))
        #expect(firewall.rules[1].device == "eth0")
        #expect(firewall.rules[1].priority == -5)
        #expect(
            firewall.rules[2]
                == FirewallRule(
                    name: "masquerade-eth0", hook: .postrouting, match: "oifname \"eth0\"",
                    action: "masquerade"))
        #expect(firewall.rules[3].match == "iifname \"eth0\" tcp dport 80")
        #expect(firewall.rules[3].action == "dnat ip to 10.0.0.2:80")
        #expect(
            firewall.iptables == [
                IptablesRule(
                    name: "iptables-1",
                    arguments: ["-A", "INPUT", "-m", "comment", "--comment", "two words", "-j", "DROP"]),
                IptablesRule(name: "six", arguments: ["-A", "INPUT", "-j", "DROP"], isIPv6: true),
                IptablesRule(name: "iptables-3", arguments: ["-A", "INPUT", "-j", "DROP"], backend: .legacy),
            ])
        #expect(
            firewall.iptables.map(\.program) == ["iptables", "ip6tables", "iptables-legacy"])
    }

    // MARK: Links

    @Test func linkIsDirectUnlessAnyPhaseImpairsIt() throws {
        let plain = try #require(try Self.lab().state.links.first)
        #expect(plain.name == "client-server")
        #expect(plain.driver == .direct)
        #expect(plain.allowsSuperPackets)
        let later = try #require(
            try Self.lab(
                phases:
                    "  - { name: fault, set: { client-server: { impair: { x: { loss: 1% } } } }, expect: [web.failed >= 1] }"
            )
            .state.links.first)
        #expect(later.driver == .auto)
        #expect(!later.allowsSuperPackets)
        #expect(later.impairments.isEmpty)
    }

    @Test func secondLinkOfTwoNodesIsNamedAfterItsInterfaces() throws {
        let plan = try Self.plan(
            """
            title: t
            nodes:
              a: { interfaces: { eth0: 10.0.0.1/24, eth1: 10.1.0.1/24 } }
              b: { interfaces: { eth0: 10.0.0.2/24, eth1: 10.1.0.2/24 } }
            links: [[a/eth0, b/eth0], [a/eth1, b/eth1]]
            phases: [{ name: control }]
            """)
        #expect(plan.phases[0].state.links.map(\.name) == ["a-eth0-b-eth0", "a-eth1-b-eth1"])
    }

    private static let none = Probability(0)

    @Test(arguments: [
        ("loss: 2%", Impairment.loss(.random(Probability(0.02), correlation: none))),
        (
            "loss: { probability: 2%, correlation: 25% }",
            .loss(.random(Probability(0.02), correlation: Probability(0.25)))
        ),
        (
            "loss: { gilbert-elliott: { p: 1%, r: 25% } }",
            .loss(
                .gilbertElliott(
                    p: Probability(0.01), r: Probability(0.25), lossInBad: Probability(1), lossInGood: none))
        ),
        (
            "loss: { markov: { p13: 50%, p32: 10% } }",
            .loss(
                .markov(
                    p13: Probability(0.5), p31: Probability(0.5), p32: Probability(0.1), p23: none, p14: none)
            )
        ),
        ("delay: 40 ms", .delay(DelayModel(delay: .milliseconds(40)))),
        (
            "delay: { time: 40 ms, jitter: 5 ms, distribution: pareto, correlation: 25%, keeps-order: true }",
            .delay(
                DelayModel(
                    delay: .milliseconds(40), jitter: .milliseconds(5), distribution: .pareto,
                    correlation: Probability(0.25),
                    keepsOrder: true))
        ),
        (
            "delay: { time: 1 s, packets: [3, 1, 3] }",
            .pattern(PacketPattern(.delay(.seconds(1)), .numbers([1, 3])))
        ),
        ("reorder: 25%", .reorder(Probability(0.25), correlation: none, gap: nil)),
        ("reorder: { probability: 25%, gap: 5 }", .reorder(Probability(0.25), correlation: none, gap: 5)),
        ("duplicate: 1%", .duplicate(Probability(0.01), correlation: none)),
        ("duplicate: every 10", .pattern(PacketPattern(.duplicate, .every(10)))),
        (
            "corrupt: { probability: 1%, correlation: 50% }",
            .corrupt(Probability(0.01), correlation: Probability(0.5))
        ),
        ("corrupt: first 2", .pattern(PacketPattern(.corrupt, .first(2)))),
        ("rate: 10 mbit", .rate(DataRate(bitsPerSecond: 10_000_000), limit: 1000)),
        ("rate: { rate: 1 kbit, limit: 3 }", .rate(DataRate(bitsPerSecond: 1000), limit: 3)),
        ("limit: 7", .limit(packets: 7)),
        (
            "slot: { minimum: 1 ms, maximum: 2 ms, packets: 3, bytes: 4 KiB }",
            .slot(
                SlotModel(
                    minimum: .milliseconds(1), maximum: .milliseconds(2), packets: 3, bytes: ByteCount(4096)))
        ),
        ("drop: all", .pattern(PacketPattern(.drop, .all))),
        ("emulate: tw_recycle", .emulate(.twRecycle)),
        ("hold: { packets: every 4, until: 2 }", .pattern(PacketPattern(.holdUntil(packets: 2), .every(4)))),
    ])
    func impairmentIsWhatItSays(text: String, expected: Impairment) throws {
        #expect(try Self.impairment(text).impairment == expected)
    }

    @Test func impairmentHasItsDirectionAndMatch() throws {
        let impairment = try Self.impairment(
            "from: server, match: tcp data dport 80 size 100..200, drop: all")
        #expect(impairment.from == InterfaceID(node: "server", interface: "eth0"))
        #expect(impairment.match == PacketMatch([.tcp, .data, .destinationPort(80), .size(100...200)]))
        #expect(try Self.impairment("drop: all").from == nil)
    }

    private static func whole(_ parts: String) throws -> Plan {
        let text = "title: t\n" + parts
        let (plan, diagnostics) = ScenarioParser.parse(ScenarioSource(name: "t", path: "t.yaml", text: text))
        return try #require(plan, "\(DiagnosticList(file: "t.yaml", diagnostics: diagnostics))")
    }

    @Test func sysctlMayBeForSomeKernelsAndAPatchKeepsThem() throws {
        let plan = try Self.whole(
            """
            host: { net.ipv4.tcp_tw_recycle: { value: 0, kernel: "< 4.11", otherwise: it is gone } }
            nodes:
              a:
                interfaces: { eth0: 10.0.0.1/24 }
                sysctl: { net.ipv4.tcp_rto_max_ms: { value: 2000, kernel: ">= 6.15" }, net.ipv4.tcp_sack: 0 }
              b: { interfaces: { eth0: 10.0.0.2/24 } }
            links: [[a/eth0, b/eth0]]
            traffic: { web: { kind: tcp-request, from: a, to: "b:80", client: { syn-timestamp: 7 } } }
            phases:
              - { name: control, expect: [web.succeeded == 1] }
              - name: fault
                set: { host: { net.ipv4.tcp_tw_recycle: { value: 1 } } }
                expect: [web.timestamps.offset == 1]
              - { name: bare, set: { host: { net.ipv4.tcp_tw_recycle: 0 } }, expect: [web.failed == 0] }
            """)
        let range = KernelRange("< 4.11")
        func recycle(_ value: String) -> [SysctlSetting] {
            [
                SysctlSetting(
                    name: "net.ipv4.tcp_tw_recycle", value: value, kernel: range, otherwise: "it is gone")
            ]
        }
        #expect(plan.phases[0].state.host == recycle("0"))
        #expect(plan.phases[1].state.host == recycle("1"))
        #expect(plan.phases[1].patchText == ["host net.ipv4.tcp_tw_recycle 1"])
        #expect(
            plan.phases[2].state.host == [SysctlSetting(name: "net.ipv4.tcp_tw_recycle", value: "0")])
        let own = plan.phases[0].state.nodes[0].sysctls.suffix(2)
        #expect(own.map(\.value) == ["2000", "0"])
        #expect(own.map(\.kernel) == [KernelRange(">= 6.15"), nil])
        #expect(plan.phases[0].flows[0].client.synTimestamp == 7)
        #expect(plan.phases[0].flows[0].client.timestamp == nil)
    }
}
