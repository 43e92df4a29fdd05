import NetlabModel
import Testing

@testable import NetlabVerdict

@Suite("Books of nodes")
struct NodeBooksTests {
    static func entries(
        _ counters: [String: Int64], rules: [FirewallRule] = [], drops: [DropRecord] = [],
        forged: Int64 = 0
    ) -> [BookEntry] {
        var node = Node(name: "n")
        node.firewall.rules = rules
        var flows: [Flow] = []
        var phase = PhaseRecord(name: "fault")
        if forged > 0 {
            flows = [
                Flow(
                    name: "f", from: "n",
                    to: FlowTarget(node: "m", address: IPAddress(bytes: [10, 0, 0, 2]), port: 80),
                    kind: .forge(ForgeFlow()))
            ]
            phase.flows["f"] = FlowOutcome(kind: "forge", values: ["sent": 1, "packets": forged])
        }
        let plan = PhasePlan(
            name: "fault", role: .fault, state: LabState(nodes: [node], links: []), flows: flows,
            expectations: [], position: RunFixture.start)
        phase.before.readings = ["n": counters.mapValues { _ in 0 }]
        phase.after.readings = ["n": counters]
        phase.drops = drops
        return Bookkeeper(plan: plan, phase: phase).entries()
    }

    static func drop(_ reason: String, _ function: String, _ count: Int64) -> DropRecord {
        DropRecord(node: "n", interface: "eth0", reason: reason, location: function, count: count)
    }

    /// A router that passed everything on.
    static func router(_ more: [String: Int64]) -> [String: Int64] {
        [
            "Ip.InReceives": 0, "Ip.InDelivers": 0, "Ip.ForwDatagrams": 0, "Ip.OutRequests": 0,
            "Ip.OutTransmits": 0,
        ].merging(more) { $1 }
    }

    @Test func nodeThatPassesEverythingOnHasNoBookOfSending() {
        let entries = Self.entries(
            Self.router(["Ip.InReceives": 9, "Ip.ForwDatagrams": 9, "Ip.OutTransmits": 9]))
        #expect(entries.map(\.scope) == [.node])
        #expect(entries.allSatisfy { $0.unexplained == 0 })
    }

    @Test func packetThatVanishesOnItsWayOutIsShown() {
        let entries = Self.entries(
            Self.router(["Ip.InReceives": 9, "Ip.ForwDatagrams": 9, "Ip.OutTransmits": 7]))
        #expect(entries.map(\.scope) == [.node, .sending])
        #expect(entries.map(\.unexplained) == [0, 2])
    }

    @Test func dropOfTheForwardHookIsBookedOnceAndNotSent() {
        let rule = FirewallRule(name: "wall", hook: .forward, match: "udp dport 9", action: "drop")
        let entries = Self.entries(
            Self.router([
                "Ip.InReceives": 20, "Ip.ForwDatagrams": 20, "Ip.OutTransmits": 12, "rule:wall": 8,
            ]), rules: [rule], drops: [Self.drop("NETFILTER_DROP", "nft_do_chain", 8)])
        #expect(entries.map(\.scope) == [.node])
        #expect(entries.first?.dropped.map(\.counter) == ["rule:wall"])
        #expect(entries.first?.unexplained == 0)
    }

    @Test func translationThatFailsOnTheWayOutIsToldByItsReason() {
        let entries = Self.entries(
            Self.router(["Ip.InReceives": 42, "Ip.ForwDatagrams": 42, "Ip.OutTransmits": 22]),
            drops: [Self.drop("NETFILTER_DROP", "nf_hook_slow", 20)])
        #expect(entries.map(\.unexplained) == [0, 0])
        #expect(entries.last?.scope == .sending)
        #expect(entries.last?.dropped.map(\.function) == ["nf_hook_slow"])
        #expect(entries.last?.dropped.map(\.count) == [20])
    }

    @Test func eachDropOfNetfilterIsBookedOnce() {
        // Five died before the routing decision, three behind it; one reason tells both.
        let entries = Self.entries(
            Self.router(["Ip.InReceives": 15, "Ip.ForwDatagrams": 10, "Ip.OutTransmits": 7]),
            drops: [Self.drop("NETFILTER_DROP", "nf_hook_slow", 8)])
        #expect(entries.map { $0.dropped.map(\.count) } == [[5], [3]])
        #expect(entries.map(\.unexplained) == [0, 0])
        let short = Self.entries(
            Self.router(["Ip.InReceives": 15, "Ip.ForwDatagrams": 10, "Ip.OutTransmits": 7]),
            drops: [Self.drop("NETFILTER_DROP", "nf_hook_slow", 6)])
        #expect(short.map(\.unexplained) == [0, 2])
    }

    @Test func forgedPacketsAreToBeSentThoughNobodyAskedForThem() {
        let counters = Self.router([
            "Ip.OutRequests": 4, "Ip.OutTransmits": 9, "Ip.InReceives": 1, "Ip.InDelivers": 1,
        ])
        #expect(Self.entries(counters, forged: 5).map(\.scope) == [.node])
        // Without them more was sent than anybody wanted.
        #expect(Self.entries(counters).last?.unexplained == -5)
    }

    @Test func datagramThatAFullQueueRefusedIsBookedOnce() {
        let entry = Self.entries(
            Self.router(["Ip.OutRequests": 200, "Ip.OutTransmits": 200, "Ip.OutDiscards": 182]),
            drops: [Self.drop("QDISC_DROP", "__dev_queue_xmit", 182)]
        ).last
        #expect(entry?.scope == .sending)
        #expect(entry?.arrived == 18)
        #expect(entry?.dropped.map(\.counter) == ["drop:QDISC_DROP"])
        #expect(entry?.unexplained == 0)
    }

    @Test func datagramThatTheDeviceReturnedWasHandedToIt() {
        let entries = Self.entries(
            Self.router(["Ip.OutRequests": 9, "Ip.OutTransmits": 9, "Ip.OutDiscards": 3]),
            drops: [
                Self.drop("NOT_SPECIFIED", "__dev_forward_skb2", 7),
                Self.drop("QDISC_DROP", "__dev_queue_xmit", 2),
            ])
        #expect(entries.last?.arrived == 7)
        #expect(entries.map(\.unexplained) == [0, 0])
    }

    @Test func groupThatNobodyHasJoinedHasNoCounter() {
        let entry = Self.entries(
            Self.router(["Ip6.InReceives": 2, "Ip6.InDelivers": 1]),
            drops: [Self.drop("NOT_SPECIFIED", "ip6_mc_input", 1)]
        ).first
        #expect(entry?.dropped.map(\.counter) == ["drop:NOT_SPECIFIED"])
        #expect(entry?.unexplained == 0)
    }

    @Test func packetThatNeverLeftIsBookedAsSending() {
        let rule = FirewallRule(name: "out", hook: .output, match: "udp dport 5", action: "drop")
        let entries = Self.entries(
            [
                "Ip.InReceives": 5, "Ip.OutRequests": 100, "Ip.ForwDatagrams": 5, "Ip.OutTransmits": 95,
                "Ip.OutDiscards": 12, "Ip.FragCreates": 4, "Ip.FragOKs": 2, "rule:out": 9,
            ], rules: [rule])
        #expect(entries.map(\.scope) == [.node, .sending])
        #expect(entries[0].unexplained == 0)
        #expect(entries[1].sent == 105)
        #expect(entries[1].arrived == 93)
        #expect(entries[1].dropped.map(\.count) == [9, 3])
        #expect(entries[1].unexplained == 0)
    }

    @Test func requestWithoutARouteWasToBeSentAllTheSame() {
        let entry = Self.entries(
            Self.router(["Ip.OutRequests": 5, "Ip.OutTransmits": 5, "Ip.OutNoRoutes": 8])
        ).last
        #expect(entry?.scope == .sending)
        #expect(entry?.sent == 13)
        #expect(entry?.arrived == 5)
        #expect(entry?.dropped.map(\.counter) == ["Ip.OutNoRoutes"])
        #expect(entry?.unexplained == 0)
    }

    @Test func bothVersionsOfIPAreInTheBooks() {
        let entries = Self.entries(
            Self.router([
                "Ip6.InReceives": 10, "Ip6.InDelivers": 4, "Ip6.OutForwDatagrams": 5, "Ip6.InNoRoutes": 1,
                "Ip6.OutRequests": 3, "Ip6.OutTransmits": 7, "Ip6.OutDiscards": 1,
            ]))
        #expect(entries.map(\.scope) == [.node, .sending])
        #expect(entries.map(\.unexplained) == [0, 0])
        #expect(entries[0].dropped.map(\.counter) == ["Ip6.InNoRoutes"])
        #expect(entries[1].dropped.map(\.counter) == ["Ip6.OutDiscards"])
    }

    @Test func packetWithoutARouteIsRefusedAtReception() {
        let entry = Self.entries(Self.router(["Ip.InReceives": 3, "IpExt.InNoRoutes": 3])).first
        #expect(entry?.dropped.map(\.counter) == ["IpExt.InNoRoutes"])
        #expect(entry?.unexplained == 0)
    }
}
