import NetlabModel
import Testing

@Suite("Plans")
struct PlanTests {
    @Test func hashTellsTextAndParametersApart() {
        let source = ScenarioSource(name: "a", path: "a.yaml", text: "title: a")
        #expect(source.hash == ScenarioSource(name: "b", path: "elsewhere", text: "title: a").hash)
        #expect(source.hash.wholeMatch(of: /[0-9a-f]{16}/) != nil)
        let others = [
            ScenarioSource(name: "a", path: "a.yaml", text: "title: b"),
            ScenarioSource(name: "a", path: "a.yaml", text: "title: a", parameters: ["x": "1"]),
            ScenarioSource(name: "a", path: "a.yaml", text: "title: a", parameters: ["x": "2"]),
            ScenarioSource(name: "a", path: "a.yaml", text: "title: ax", parameters: ["": "1"]),
        ]
        #expect(Set(others.map(\.hash) + [source.hash]).count == 5)
    }

    /// The published test vector of 64-bit FNV-1a for "a" and the zero byte that ends each part.
    @Test func hashIsFNV1a() {
        #expect(ScenarioSource(name: "", path: "", text: "a").hash == "089be207b544f1e4")
    }

    @Test(arguments: [
        ("drop", true, false), ("reject with tcp reset", true, false), ("masquerade", false, true),
        ("dnat to 10.0.0.2:80", false, true), ("snat to 10.0.0.1", false, true), ("count", false, false),
        ("notrack", false, false), ("redirect to :8080", false, true),
    ])
    func ruleIsKnownByItsAction(action: String, isFatal: Bool, isNAT: Bool) {
        let rule = FirewallRule(name: "r", hook: .input, match: "tcp", action: action)
        #expect(rule.isFatal == isFatal)
        #expect(rule.isNAT == isNAT)
    }

    @Test func quantitiesOfAPredicateAreReadLeftToRight() {
        let left = Quantity.flow("web", metric: "succeeded")
        let right = Quantity.sum(
            .counter(subject: "server", CounterID(.tcp, "InSegs")),
            .inPhase(.product(2, .flow("web", metric: "sent")), phase: "control"))
        let predicate = Predicate.compare(left, .less, right)
        #expect(predicate.quantities == [left, right])
        #expect(
            right.leaves == [
                .counter(subject: "server", CounterID(.tcp, "InSegs")), .flow("web", metric: "sent"),
            ])
        #expect(Quantity.number(1, text: "1").leaves.isEmpty)
    }

    @Test func linkKnowsTheOtherEndOfACable() {
        let ends = ["a/e", "b/e", "c/e"].compactMap { InterfaceID($0) }
        #expect(Link(name: "l", ends: Array(ends[..<2])).opposite(of: ends[0]) == ends[1])
        #expect(Link(name: "l", ends: ends).opposite(of: ends[0]) == nil)
    }

    @Test func needsAreToldInWords() {
        let needs: [Need] = [
            .kernel(atLeast: "6.5", below: ""), .kernel(atLeast: "", below: "4.11"), .qdisc("tbf"), .cpus(2),
            .realRoot(why: "BPF"),
        ]
        #expect(
            needs.map(\.description) == [
                "a kernel of at least 6.5", "a kernel before 4.11", "the qdisc tbf", "2 CPUs", "root (BPF)",
            ])
    }
}

@Suite("Text for nft")
struct NftTextTests {
    @Test(arguments: [("lottery", "lottery"), ("mark", "mark."), ("Mark", "Mark"), ("mark-1", "mark-1")])
    func counterHasANameThatNftTakes(rule: String, counter: String) {
        #expect(NftText.counter(ofRule: rule) == counter)
        #expect(NftText.rule(ofCounter: counter) == rule)
        var firewall = Firewall()
        firewall.rules = [FirewallRule(name: rule, hook: .input, match: "udp", action: "drop")]
        let script = NftText.script(from: Firewall(), to: firewall)
        #expect(script.contains("add counter inet netlab \(counter)\n"))
        #expect(script.contains("udp counter name \(counter) drop\n"))
    }

    /// What somebody else's rules count under such a name stays what it is.
    @Test func dotOfAnotherNameStays() {
        #expect(NftText.rule(ofCounter: "lottery.") == "lottery.")
    }
}

@Suite("Changes")
struct ChangeTests {
    static func state(_ change: (inout Node) -> Void = { _ in }) -> LabState {
        var node = Node(name: "server")
        var interface = Interface(name: "eth0")
        interface.addresses = [IPPrefix(address: IPAddress(bytes: [10, 0, 0, 2]), length: 24)]
        node.interfaces = [interface]
        change(&node)
        return LabState(nodes: [node])
    }

    @Test func equalStatesNeedNoChange() {
        #expect(Change.between(Self.state(), Self.state()).isEmpty)
    }

    static let steps:
        [(name: String, change: @Sendable (inout Node) -> Void, text: String, command: String)] = [
            (
                "mtu", { $0.interfaces[0].mtu = 100 }, "server/eth0: mtu 100",
                "ip -n server link set dev eth0 mtu 100"
            ),
            (
                "down", { $0.interfaces[0].isUp = false }, "server/eth0: down",
                "ip -n server link set dev eth0 down"
            ),
            (
                "sysctl",
                { $0.sysctls = [SysctlSetting(name: "net.ipv4.tcp_rmem", value: "4096 8192 16384")] },
                "server: net.ipv4.tcp_rmem = 4096 8192 16384",
                "ip netns exec server sysctl -w net.ipv4.tcp_rmem='4096 8192 16384'"
            ),
            (
                "qdisc", { $0.interfaces[0].qdisc = .pfifo(limit: 5) }, "server/eth0: qdisc pfifo limit 5",
                "tc -n server qdisc replace dev eth0 root pfifo limit 5"
            ),
        ]

    @Test(arguments: 0..<4)
    func changeIsToldInWordsAndAsACommand(index: Int) {
        let step = Self.steps[index]
        let changes = Change.between(Self.state(), Self.state(step.change))
        #expect(changes.map(\.text) == [step.text])
        #expect(changes.flatMap(EquivalentCommand.lines) == [step.command])
        #expect(Change.between(Self.state(step.change), Self.state()).count == 1)
    }

    @Test func newLabIsBuiltFromNothing() {
        let commands = Change.between(LabState(), Self.state()).flatMap(EquivalentCommand.lines)
        #expect(commands.first == "ip netns add server")
        #expect(commands.contains("ip -n server address add 10.0.0.2/24 dev eth0"))
        #expect(commands.last == "ip -n server link set dev eth0 up")
    }

    @Test func routesComeBackWithTheirInterface() throws {
        let route = Route(destination: try #require(IPPrefix("0.0.0.0/0")))
        let down = Self.state {
            $0.routes = [route]
            $0.interfaces[0].isUp = false
        }
        let up = Self.state { $0.routes = [route] }
        #expect(Change.between(down, up).contains(.addRoute(node: "server", route)))
    }
}
