import NetlabModel
import Testing

@testable import NetlabVerdict

@Suite("Books")
struct BookkeeperTests {
    static let client = InterfaceID(node: "client", interface: "eth0")
    static let server = InterfaceID(node: "server", interface: "eth0")

    static func entries(
        _ impairments: [NamedImpairment] = [], rules: [FirewallRule] = [],
        after: [String: [String: Int64]]
    ) -> [BookEntry] {
        var link = Link(name: "wire", ends: [client, server])
        link.impairments = impairments
        var node = Node(name: "server")
        node.firewall.rules = rules
        let plan = PhasePlan(
            name: "fault", role: .fault, state: LabState(nodes: [node], links: [link]), flows: [],
            expectations: [], position: RunFixture.start)
        var phase = PhaseRecord(name: "fault")
        phase.before.readings = after.mapValues { $0.mapValues { _ in 0 } }
        phase.after.readings = after
        return Bookkeeper(plan: plan, phase: phase).entries()
    }

    @Test func frameThatTheReceiverRefusesIsBookedOnce() {
        let entry = Self.entries(after: [
            "client/eth0": ["link:tx_packets": 30, "link:tx_dropped": 80, "link:rx_packets": 0],
            "server/eth0": ["link:rx_packets": 30, "link:rx_dropped": 80, "link:tx_packets": 0],
        ]).first
        #expect(entry?.place == "client/eth0 → server/eth0")
        #expect(entry?.sent == 110)
        #expect(
            entry?.dropped == [BookedDrop(place: "server/eth0", counter: "link:rx_dropped", count: 80)])
        #expect(entry?.unexplained == 0)
    }

    @Test func frameThatTheSenderDropsIsBookedAtTheSender() {
        let entry = Self.entries(after: [
            "client/eth0": ["link:tx_packets": 30, "link:tx_dropped": 7, "link:rx_packets": 0],
            "server/eth0": ["link:rx_packets": 30, "link:rx_dropped": 2, "link:tx_packets": 0],
        ]).first
        #expect(entry?.dropped.map(\.count) == [2, 5])
        #expect(entry?.unexplained == 0)
    }

    @Test func floodedFramesOfASwitchAreCopies() {
        let third = InterfaceID(node: "third", interface: "eth0")
        let link = Link(name: "lan", ends: [Self.client, Self.server, third])
        let plan = PhasePlan(
            name: "fault", role: .fault, state: LabState(nodes: [], links: [link]), flows: [],
            expectations: [], position: RunFixture.start)
        var phase = PhaseRecord(name: "fault")
        // One broadcast of the client, and four frames to the server of which it refuses one; one is lost inside.
        phase.after.readings = [
            "client/eth0": ["link:tx_packets": 6, "link:tx_dropped": 0, "link:rx_packets": 0],
            "server/eth0": ["link:tx_packets": 0, "link:rx_packets": 4, "link:rx_dropped": 1],
            "third/eth0": ["link:tx_packets": 0, "link:rx_packets": 1],
            "lan": ["impair:offered": 6, "impair:delivered": 5, "impair:dropped": 1],
        ]
        phase.before.readings = phase.after.readings.mapValues { $0.mapValues { _ in 0 } }
        let whole = Bookkeeper(plan: plan, phase: phase).entries()
        #expect(whole.map(\.scope) == [.switch])
        #expect(whole.first?.sent == 6)
        #expect(whole.first?.copied == 0)
        #expect(
            whole.first?.dropped == [
                BookedDrop(place: "server/eth0", counter: "link:rx_dropped", count: 1)
            ])
        #expect(whole.first?.unexplained == 0)
        phase.after.readings["lan"]?["impair:delivered"] = 4
        phase.after.readings["server/eth0"]?["link:rx_packets"] = 3
        #expect(Bookkeeper(plan: plan, phase: phase).entries().first?.unexplained == 1)
        phase.after.readings["lan"]?["impair:delivered"] = 7
        phase.after.readings["third/eth0"]?["link:rx_packets"] = 4
        let flooded = Bookkeeper(plan: plan, phase: phase).entries().first
        #expect(flooded?.copied == 2)
        #expect(flooded?.unexplained == 0)
    }

    @Test func packetThatVanishesIsShownAsUnexplained() {
        let entry = Self.entries(after: [
            "client/eth0": ["link:tx_packets": 30, "link:rx_packets": 0],
            "server/eth0": ["link:rx_packets": 28, "link:tx_packets": 0],
        ]).first
        #expect(entry?.unexplained == 2)
    }

    private static func amount(_ packets: Int64) -> LinkAccount.Amount {
        LinkAccount.Amount(packets: packets, bytes: packets * 100)
    }

    /// What a link that counts for itself tells: 100 in, 10 doubled, 30 lost, 4 held in the phase, after others before it.
    private static func kept(delivered: Int64) -> [BookEntry] {
        func account(_ factor: Int64, delivered: Int64) -> LinkAccount {
            LinkAccount(
                link: "wire", from: "client/eth0", to: "server/eth0", offered: amount(100 * factor),
                copied: amount(10 * factor), delivered: amount(delivered), inFlight: amount(4 * factor - 4),
                dropped: [
                    LinkAccount.Drop(place: "wire", counter: "impair:lossy", amount: amount(20 * factor)),
                    LinkAccount.Drop(
                        place: "server/eth0", counter: "link:rx_dropped", amount: amount(10 * factor)),
                ])
        }
        let plan = PhasePlan(
            name: "fault", role: .fault,
            state: LabState(nodes: [], links: [Link(name: "wire", ends: [client, server])]), flows: [],
            expectations: [], position: RunFixture.start)
        var phase = PhaseRecord(name: "fault")
        phase.before.accounts = [account(1, delivered: 80)]
        phase.after.accounts = [account(2, delivered: 80 + delivered)]
        return Bookkeeper(plan: plan, phase: phase).entries()
    }

    @Test func aLinkThatCountsForItselfIsBookedByDirection() throws {
        let entry = try #require(Self.kept(delivered: 76).first)
        #expect(entry.place == "wire: client/eth0 → server/eth0")
        #expect(entry.dropped.map(\.place) == [entry.place, "server/eth0"])
        #expect(entry.dropped.map(\.count) == [20, 10])
        #expect(entry.inFlight == 4)
        #expect(entry.unexplained == 0)
        #expect(
            entry.bytes
                == ByteAccount(sent: 10_000, copied: 1_000, arrived: 7_600, dropped: 3_000, inFlight: 400))
        #expect(entry.bytes?.unexplained == Int64(0))
    }

    @Test func whatALinkCannotAccountForIsTold() throws {
        let entry = try #require(Self.kept(delivered: 73).first)
        #expect(entry.unexplained == 3)
        #expect(entry.bytes?.unexplained == Int64(300))
    }

    @Test func aLinkThatWasMadeAnewHasNoAccountOfThePhase() {
        #expect(Self.kept(delivered: -10).isEmpty)
    }

    @Test func impairedLinkNamesWhatDropped() {
        let loss = NamedImpairment(
            name: "lossy", from: nil,
            impairment: .loss(.random(Probability(0.3), correlation: Probability(0))))
        let twice = NamedImpairment(
            name: "twice", from: nil,
            impairment: .duplicate(Probability(0.1), correlation: Probability(0)))
        let entry = Self.entries(
            [loss, twice],
            after: [
                "wire": [
                    "impair:offered": 100, "impair:delivered": 80, "impair:dropped": 30, "impair:lossy": 30,
                    "impair:twice": 70, "impair:duplicated": 10,
                ]
            ]
        ).first
        #expect(entry?.scope == .link)
        #expect(entry?.copied == 10)
        #expect(entry?.dropped == [BookedDrop(place: "wire", counter: "impair:lossy", count: 30)])
        #expect(entry?.unexplained == 0)
    }

    @Test func copiesThatNobodyCountedAreWhatCameOutBeyond() {
        let twice = NamedImpairment(
            name: "twice", from: nil,
            impairment: .duplicate(Probability(0.1), correlation: Probability(0)))
        let entry = Self.entries(
            [twice],
            after: [
                "wire": [
                    "impair:offered": 100, "impair:delivered": 108, "impair:dropped": 0, "impair:twice": 100,
                ]
            ]
        ).first
        #expect(entry?.copied == 8)
        #expect(entry?.unexplained == 0)
    }

    @Test func dropsThatNoImpairmentClaimsAreTheLinks() {
        let loss = NamedImpairment(
            name: "lossy", from: nil,
            impairment: .loss(.random(Probability(0.3), correlation: Probability(0))))
        let entry = Self.entries(
            [loss],
            after: [
                "wire": [
                    "impair:offered": 100, "impair:delivered": 60, "impair:dropped": 40, "impair:lossy": 30,
                ]
            ]
        ).first
        #expect(entry?.dropped.map(\.counter) == ["impair:lossy", "impair:dropped"])
        #expect(entry?.dropped.map(\.count) == [30, 10])
    }

    @Test func totalOfALinkCountsMoreThanItsNames() {
        let entry = Self.entries(after: [
            "wire": ["impair:offered": 100, "impair:delivered": 60, "impair:dropped": 40]
        ]).first
        #expect(entry?.dropped == [BookedDrop(place: "wire", counter: "impair:dropped", count: 40)])
    }

    /// Newer kernels count a packet as forwarded before the forward hook sees it, older ones after.
    @Test(arguments: [100, 60] as [Int64])
    func packetDroppedAtTheForwardHookIsBookedOnce(forwarded: Int64) {
        let rule = FirewallRule(
            name: "policer", hook: .forward, match: "limit rate over 1/second", action: "drop")
        let entry = Self.entries(
            rules: [rule],
            after: ["server": ["Ip.InReceives": 100, "Ip.ForwDatagrams": forwarded, "rule:policer": 40]]
        ).first { $0.scope == .node }
        #expect(entry?.arrived == 60)
        #expect(entry?.unexplained == 0)
    }

    @Test func nodeBooksRulesAndErrorsAndShowsReasonsBeside() {
        let rule = FirewallRule(name: "lottery", hook: .input, match: "udp dport 5", action: "drop")
        let entry = Self.entries(
            rules: [rule],
            after: [
                "server": [
                    "Ip.InReceives": 100, "Ip.InDelivers": 60, "Ip.InHdrErrors": 3, "rule:lottery": 30,
                    "drop:NETFILTER_DROP": 30, "drop:IP_CSUM": 3,
                ]
            ]
        ).first
        #expect(entry?.scope == .node)
        #expect(entry?.dropped.map(\.counter) == ["rule:lottery", "Ip.InHdrErrors"])
        #expect(entry?.reasons.map(\.counter) == ["drop:NETFILTER_DROP", "drop:IP_CSUM"])
        #expect(entry?.unexplained == 7)
    }

    @Test func packetThatOnlyADropReasonTellsOfIsExplainedByIt() {
        var plan = RunFixture([]).phases[0]
        plan.state.links = []
        var phase = PhaseRecord(name: "fault")
        phase.before.readings["server"] = ["Ip.InReceives": 0, "Ip.InDelivers": 0]
        phase.after.readings["server"] = ["Ip.InReceives": 10, "Ip.InDelivers": 6]
        phase.drops = [
            DropRecord(
                node: "server", interface: nil, reason: "QUEUE_PURGE", location: "sk_stream_kill_queues",
                count: 9),
            DropRecord(
                node: "server", interface: "eth0", reason: "IP_RPFILTER", location: "ip_rcv_finish_core",
                count: 3),
            DropRecord(
                node: "client", interface: "eth0", reason: "NETFILTER_DROP", location: "nft_do_chain",
                count: 5),
        ]
        let entry = Bookkeeper(plan: plan, phase: phase).entries().first
        #expect(
            entry?.dropped == [
                BookedDrop(
                    place: "server/eth0", counter: "drop:IP_RPFILTER", count: 3,
                    function: "ip_rcv_finish_core")
            ])
        #expect(entry?.unexplained == 1)
        #expect(entry?.reasons.map(\.count) == [3])
    }

    @Test func fragmentsThatWereJoinedAreNoLoss() {
        let entry = Self.entries(after: [
            "server": [
                "Ip.InReceives": 30, "Ip.InDelivers": 9, "Ip.ReasmReqds": 30, "Ip.ReasmOKs": 9,
                "Ip.ReasmFails": 1,
            ]
        ]).first
        #expect(entry?.dropped.map(\.counter) == ["Ip.ReasmFails"])
        #expect(entry?.unexplained == 0)
    }

    @Test func iptablesRuleOfAnInboundChainIsBooked() {
        var plan = RunFixture([]).phases[0]
        plan.state.nodes[1].firewall.iptables = [
            IptablesRule(name: "in", arguments: ["-A", "INPUT", "-j", "DROP"]),
            IptablesRule(name: "out", arguments: ["-A", "OUTPUT", "-j", "DROP"]),
        ]
        var phase = PhaseRecord(name: "fault")
        phase.before.readings["server"] = [
            "Ip.InReceives": 0, "Ip.InDelivers": 0, "rule:in": 0, "rule:out": 0,
        ]
        phase.after.readings["server"] = [
            "Ip.InReceives": 10, "Ip.InDelivers": 6, "rule:in": 4, "rule:out": 3,
        ]
        #expect(
            Bookkeeper(plan: plan, phase: phase).entries().first?.dropped.map(\.counter) == ["rule:in"])
    }

    @Test func datagramThatNoSocketTookIsBookedAtItsNode() {
        let entry = Self.entries(after: [
            "server": [
                "Ip.InReceives": 100, "Ip.InDelivers": 100, "Udp.RcvbufErrors": 97, "Udp.InErrors": 97,
                "TcpExt.ListenDrops": 2, "TcpExt.ListenOverflows": 2,
            ]
        ]).first
        #expect(entry?.arrived == 1)
        #expect(entry?.dropped.map(\.counter) == ["Udp.RcvbufErrors", "TcpExt.ListenDrops"])
        #expect(entry?.unexplained == 0)
    }

    @Test func packetThatWaitedForItsNeighbourNeverLeft() {
        let plan = RunFixture([]).phases[0]
        var phase = PhaseRecord(name: "fault")
        phase.before.readings["client"] = ["Ip.OutRequests": 0, "Ip.OutTransmits": 0]
        phase.after.readings["client"] = ["Ip.OutRequests": 3, "Ip.OutTransmits": 3]
        phase.drops = [
            DropRecord(
                node: "client", interface: "eth0", reason: "NEIGH_FAILED", location: "neigh_invalidate",
                count: 3)
        ]
        let entries = Bookkeeper(plan: plan, phase: phase).entries()
        #expect(entries.map(\.scope) == [.sending])
        #expect(entries.first?.arrived == 0)
        #expect(entries.first?.dropped.map(\.place) == ["client/eth0"])
        #expect(entries.first?.unexplained == 0)
    }

    @Test func counterBearsTheFunctionThatFreedAsMany() {
        let plan = RunFixture([]).phases[0]
        var phase = PhaseRecord(name: "fault")
        phase.before.readings["server"] = [
            "Ip.InReceives": 0, "Ip.InDelivers": 0, "Udp.RcvbufErrors": 0,
        ]
        phase.after.readings["server"] = [
            "Ip.InReceives": 9, "Ip.InDelivers": 9, "Udp.RcvbufErrors": 4,
        ]
        for count in [Int64(4), 5] {
            phase.drops = [
                DropRecord(
                    node: "server", interface: nil, reason: "SOCKET_RCVBUFF", location: "udp_queue",
                    count: count)
            ]
            let drop = Bookkeeper(plan: plan, phase: phase).entries().first?.dropped.first
            #expect(drop?.function == (count == 4 ? "udp_queue" : nil))
        }
    }

    @Test func ruleBearsTheFunctionThatFreedItsPackets() {
        var plan = RunFixture([]).phases[0]
        plan.state.nodes[1].firewall.rules = [FiredCheckTests.lottery]
        var phase = PhaseRecord(name: "fault")
        phase.before.readings["server"] = ["Ip.InReceives": 0, "Ip.InDelivers": 0, "rule:lottery": 0]
        phase.after.readings["server"] = ["Ip.InReceives": 10, "Ip.InDelivers": 6, "rule:lottery": 4]
        phase.drops = [
            DropRecord(
                node: "server", interface: nil, reason: "NETFILTER_DROP", location: "nft_do_chain", count: 4
            )
        ]
        #expect(
            Bookkeeper(plan: plan, phase: phase).entries().first?.dropped == [
                BookedDrop(place: "server", counter: "rule:lottery", count: 4, function: "nft_do_chain")
            ])
    }

    @Test func quietPlacesAreLeftOut() {
        #expect(Self.entries(after: ["server": ["Ip.InReceives": 0, "Ip.InDelivers": 0]]).isEmpty)
    }
}

@Suite("What moved unasked")
struct UnmentionedTests {
    @Test func movedCountersAreListedWithOrdinaryOnesLast() {
        let fixture = RunFixture(
            [.rises(counter("TcpExt.ListenDrops"), atLeast: number(1))],
            before: [
                "TcpExt.ListenDrops": 0, "Tcp.InSegs": 5, "TcpExt.TCPTimeouts": 1, "Udp.NoPorts": 3,
            ],
            after: [
                "TcpExt.ListenDrops": 4, "Tcp.InSegs": 25, "TcpExt.TCPTimeouts": 3, "Udp.NoPorts": 3,
                "drop:NO_SOCKET": 2, "Tcp.CurrEstab": 4,
            ])
        #expect(
            fixture.verdict.phases[0].unmentioned == [
                MovedCounter(subject: "server", id: "TcpExt.TCPTimeouts", delta: 2),
                MovedCounter(subject: "server", id: "drop:NO_SOCKET", delta: 2),
                MovedCounter(subject: "server", id: "Tcp.InSegs", delta: 20, isOrdinary: true),
            ])
    }

    @Test func counterOfAnotherSubjectIsNotMentioned() {
        var fixture = RunFixture(
            [.rises(counter("TcpExt.ListenDrops"), atLeast: number(1))],
            before: ["TcpExt.ListenDrops": 0], after: ["TcpExt.ListenDrops": 4])
        fixture.record.phases[0].before.readings["client"] = ["TcpExt.ListenDrops": 0]
        fixture.record.phases[0].after.readings["client"] = ["TcpExt.ListenDrops": 1]
        #expect(fixture.verdict.phases[0].unmentioned.map(\.subject) == ["client"])
    }
}
