import NetlabModel
import Testing

@testable import NetlabReport

@Suite("Pictures of a lab")
struct TopologyPictureTests {
    static func interface(_ name: String, _ addresses: String...) -> Interface {
        var interface = Interface(name: name)
        interface.addresses = addresses.compactMap { IPPrefix($0) }
        return interface
    }

    static func node(_ name: String, _ interfaces: Interface...) -> Node {
        var node = Node(name: name)
        node.interfaces = interfaces
        return node
    }

    static func link(_ name: String, _ ends: String...) -> Link {
        Link(name: name, ends: ends.compactMap { InterfaceID($0) })
    }

    static func text(_ state: LabState, first: String? = nil, width: Int = 100) -> String {
        TopologyPicture.lines(state, first: first, width: width).map { $0.rendered(ReportStyle()) + "\n" }
            .joined()
    }

    static var routed: LabState {
        LabState(
            nodes: [
                node("server", interface("eth0", "10.1.0.2/24", "2001:db8:1::2/64")),
                node("router", interface("eth0", "10.0.0.254/24"), interface("eth1", "10.1.0.254/24")),
                node("client", interface("eth0", "10.0.0.1/24"), interface("lo1", "192.0.2.1/32")),
            ],
            links: [link("left", "client/eth0", "router/eth0"), link("right", "router/eth1", "server/eth0")])
    }

    @Test func chainIsARowOfBoxesFromTheFirstNode() {
        #expect(
            Self.text(Self.routed, first: "client") == """
                  ┌─ client ─────────┐            ┌─ router ──────────────────────┐            ┌─ server ─────────┐
                  │             eth0 ├────────────┤ eth0                     eth1 ├────────────┤ eth0             │
                  │      10.0.0.1/24 │            │ 10.0.0.254/24   10.1.0.254/24 │            │ 10.1.0.2/24      │
                  │ lo1 192.0.2.1/32 │            └───────────────────────────────┘            │ 2001:db8:1::2/64 │
                  └──────────────────┘                                                         └──────────────────┘

                """)
    }

    @Test func impairedLinkIsABrokenLineWithItsNameAndItsImpairments() {
        var state = MTUFixture.state(mtu: 1400)
        state.links[0].name = "wan"
        state.links[0].impairments = [
            NamedImpairment(
                name: "lossy", from: MTUFixture.client,
                impairment: .loss(.random(Probability(0.3), correlation: Probability(0))))
        ]
        state.nodes[1].interfaces[0].isUp = false
        #expect(
            Self.text(state) == """
                  ┌─ client ────┐           ┌─ server ────┐
                  │        eth0 ├╌╌╌ wan ╌╌╌┤ eth0        │
                  │ 10.0.0.1/24 │           │ 10.0.0.2/24 │
                  └─────────────┘           │ mtu 1400    │
                                            │ down        │
                                            └─────────────┘
                  wan  lossy: loss 30% from client/eth0

                """)
    }

    @Test func chainThatIsTooWideIsAList() {
        let text = Self.text(Self.routed, width: 60)
        #expect(
            text == """
                  left (cable)
                   ├─ client/eth0  10.0.0.1/24
                   └─ router/eth0  10.0.0.254/24
                  right (cable)
                   ├─ router/eth1  10.1.0.254/24
                   └─ server/eth0  10.1.0.2/24, 2001:db8:1::2/64
                  client/lo1  192.0.2.1/32

                """)
    }

    @Test func switchIsAListOfItsEnds() {
        let state = LabState(
            nodes: ["a", "b", "c"].map { Self.node($0, Self.interface("eth0", "10.0.0.1/24")) } + [
                Self.node("alone")
            ],
            links: [Self.link("lan", "a/eth0", "b/eth0", "c/eth0")])
        #expect(
            Self.text(state) == """
                  lan (switch)
                   ├─ a/eth0  10.0.0.1/24
                   ├─ b/eth0  10.0.0.1/24
                   └─ c/eth0  10.0.0.1/24
                  alone

                """)
    }

    @Test func ringAndParallelCablesAreNoChain() {
        let nodes = ["a", "b"].map { Self.node($0, Self.interface("eth0"), Self.interface("eth1")) }
        let parallel = LabState(
            nodes: nodes, links: [Self.link("x", "a/eth0", "b/eth0"), Self.link("y", "a/eth1", "b/eth1")])
        #expect(Self.text(parallel).hasPrefix("  x (cable)\n"))
        #expect(Self.text(LabState(nodes: [Self.node("a")])) == "  a\n")
        #expect(Self.text(LabState()) == "")
    }
}
