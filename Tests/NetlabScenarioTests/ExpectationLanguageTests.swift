import NetlabModel
import NetlabScenario
import Testing

/// What expectations come to mean.
@Suite struct ExpectationLanguageTests {
    private static func predicate(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws
        -> Predicate
    {
        let whole = BrokenScenario.sound.replacing("web.timed_out == 10", with: text)
        let (plan, diagnostics) = ScenarioParser.parse(ScenarioSource(name: "t", path: "t.yaml", text: whole))
        #expect(
            diagnostics.isEmpty, "\(DiagnosticList(file: "t.yaml", diagnostics: diagnostics))",
            sourceLocation: sourceLocation)
        return try #require(plan?.phases[1].expectations.first?.predicate, sourceLocation: sourceLocation)
    }

    private static let failed = Quantity.flow("web", metric: "failed")
    private static let drops = Quantity.counter(subject: "server", CounterID(.tcpExt, "ListenDrops"))

    private static func number(_ value: Double, _ text: String) -> Quantity { .number(value, text: text) }

    private static let table: [(String, Predicate)] = [
        ("web.failed == 3", .compare(failed, .equal, number(3, "3"))),
        ("web.failed!=3", .compare(failed, .notEqual, number(3, "3"))),
        ("web.failed <= 3", .compare(failed, .lessOrEqual, number(3, "3"))),
        ("web.failed>=3", .compare(failed, .greaterOrEqual, number(3, "3"))),
        ("web.failed < 3", .compare(failed, .less, number(3, "3"))),
        ("web.failed > 3", .compare(failed, .greater, number(3, "3"))),
        ("web.failed in 3..5", .within(failed, lower: number(3, "3"), upper: number(5, "5"))),
        ("web.failed in 3 .. 5", .within(failed, lower: number(3, "3"), upper: number(5, "5"))),
        (
            "web.latency.p99 in 40 ms..1 s",
            .within(
                .flow("web", metric: "latency.p99"), lower: number(40e6, "40 ms"), upper: number(1e9, "1 s"))
        ),
        (
            "web.bytes_sent <= 4KiB",
            .compare(.flow("web", metric: "bytes_sent"), .lessOrEqual, number(4096, "4KiB"))
        ),
        ("server TcpExt.ListenDrops stays", .stays(drops)),
        ("server TcpExt.ListenDrops rises", .rises(drops, atLeast: number(1, "1"))),
        ("server TcpExt.ListenDrops rises by at least 5", .rises(drops, atLeast: number(5, "5"))),
        ("server TcpExt.ListenDrops rises by at least web.failed", .rises(drops, atLeast: failed)),
        (
            "web.failed ~ 30% of web.attempted",
            .share(failed, Probability(0.3), of: .flow("web", metric: "attempted"))
        ),
        (
            "web.failed ~ 30% of (web.attempted + web.failed)",
            .share(failed, Probability(0.3), of: .sum(.flow("web", metric: "attempted"), failed))
        ),
        (
            "web.timestamps.clocks == web.timestamps.offset",
            .compare(
                .flow("web", metric: "timestamps.clocks"), .equal,
                .flow("web", metric: "timestamps.offset"))
        ),
        (
            "web.failed >= 30 % of web.attempted",
            .compare(failed, .greaterOrEqual, .product(0.3, .flow("web", metric: "attempted")))
        ),
        ("web.failed == 2 * server TcpExt.ListenDrops", .compare(failed, .equal, .product(2, drops))),
        (
            "web.failed == server TcpExt.ListenDrops + 2 - web.reset",
            .compare(
                failed, .equal,
                .difference(.sum(drops, number(2, "2")), .flow("web", metric: "reset")))
        ),
        ("web.failed == 20 - 4 - 1", .compare(failed, .equal, number(15, "15"))),
        (
            "web.failed == 2 * (web.reset + 1)",
            .compare(
                failed, .equal, .product(2, .sum(.flow("web", metric: "reset"), number(1, "1"))))
        ),
        (
            "web.failed > web.failed of control",
            .compare(failed, .greater, .inPhase(failed, phase: "control"))
        ),
        (
            "web.errno.ECONNREFUSED == 1",
            .compare(.flow("web", metric: "errno.ECONNREFUSED"), .equal, number(1, "1"))
        ),
        ("web.tcpi.snd_cwnd == 1", .compare(.flow("web", metric: "tcpi.snd_cwnd"), .equal, number(1, "1"))),
        (
            "server/eth0 link:rx_dropped stays",
            .stays(.counter(subject: "server/eth0", CounterID(.link, "rx_dropped")))
        ),
        (
            "server listen:80 recv_q == 5",
            .compare(
                .counter(subject: "server", CounterID(.listen, "recv_q", selector: "80")), .equal,
                number(5, "5"))
        ),
        (
            "router rule:lottery rises",
            .rises(
                .counter(subject: "router", CounterID(.rule, "", selector: "lottery")),
                atLeast: number(1, "1"))
        ),
        (
            "uplink impair:lossy stays",
            .stays(.counter(subject: "uplink", CounterID(.impair, "", selector: "lossy")))
        ),
        (
            "uplink impair:delivered stays",
            .stays(
                .counter(subject: "uplink", CounterID(.impair, "", selector: "delivered")))
        ),
        (
            "server drop:NETFILTER_DROP stays",
            .stays(.counter(subject: "server", CounterID(.drop, "NETFILTER_DROP")))
        ),
        ("server IcmpMsg.InType3 stays", .stays(.counter(subject: "server", CounterID(.icmpMsg, "InType3")))),
        (
            "client pmtu:10.1.0.2 == 1400",
            .compare(
                .counter(subject: "client", CounterID(.mtu, "", selector: "10.1.0.2")), .equal,
                number(1400, "1400"))
        ),
    ]

    @Test(arguments: table) func expectationIsWhatItSays(text: String, expected: Predicate) throws {
        #expect(try Self.predicate(text) == expected)
    }

    @Test func becauseAndPositionAreKept() throws {
        let source = ScenarioSource(name: "t", path: "t.yaml", text: BrokenScenario.sound)
        let expectation = try #require(ScenarioParser.parse(source).plan?.phases[1].expectations.first)
        #expect(expectation.because == "nothing fits")
        #expect(expectation.position == SourcePosition(line: 29, column: 15))
    }

    @Test func needsFollowFromWhatTheScenarioDoes() throws {
        func needs(_ old: String, _ new: String) throws -> Set<Need> {
            let text = BrokenScenario.sound.replacing(old, with: new)
            return try #require(
                ScenarioParser.parse(ScenarioSource(name: "t", path: "t.yaml", text: text)).plan
            ).needs
        }
        let plain = try needs("", "")
        #expect(plain == [.networkNamespaces, .device("veth"), .nftables, .tun])
        #expect(
            try needs("web.timed_out == 10", "server drop:NO_SOCKET rises").subtracting(plain) == [
                .dropReasons
            ])
        #expect(
            try needs("web.timed_out == 10", "server conntrack:drop rises").subtracting(plain) == [.conntrack]
        )
        #expect(
            try needs("lesson:", "host: { net.core.somaxconn: 1 }\nlesson:").subtracting(plain)
                == [.hostChange("net.core.somaxconn")])
        #expect(
            try needs("lesson:", "requires: { kernel: \">= 5.10 < 6.12\", programs: [x], cpus: 2 }\nlesson:")
                .subtracting(plain)
                == [.kernel(atLeast: "5.10", below: "6.12"), .program("x"), .cpus(2)])
        #expect(
            try needs("timeout: 1 s", "client: { congestion-control: cubic }").subtracting(plain)
                == [.congestionControl("cubic")])
        #expect(
            try needs(
                "    forward: true",
                "    forward: true\n    iptables: [-A INPUT -j DROP]\n    nat: { masquerade: eth1 }"
            )
            .subtracting(plain) == [.program("iptables"), .conntrack])
        #expect(
            try needs("mtu: 1500 } }\n    routes", "qdisc: { tbf: { rate: 1 mbit } } } }\n    routes")
                .subtracting(plain)
                == [.qdisc("tbf")])
    }
}
