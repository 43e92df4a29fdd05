import NetlabModel
import NetlabScenario
import Testing

/// What becomes of whole files.
@Suite struct PlanTests {
    private static func plan(
        _ name: String, parameters: [String: String] = [:], withholding: String? = nil
    ) throws -> Plan {
        let source = ScenarioSource(
            name: name, path: "\(name).yaml", text: try ScenarioFile.text("Scenarios/\(name).yaml"),
            parameters: parameters)
        let (plan, diagnostics) = ScenarioParser.parse(source, withholding: withholding)
        #expect(diagnostics.isEmpty, "\(DiagnosticList(file: name, diagnostics: diagnostics))")
        return try #require(plan)
    }

    private static func node(_ name: String, _ address: String, mtu: Int = 1500) throws -> Node {
        var node = Node(name: name)
        var interface = Interface(name: "eth0")
        interface.addresses = [try #require(IPPrefix(address))]
        interface.mtu = mtu
        node.interfaces = [interface]
        node.sysctls = [
            SysctlSetting(name: "net.ipv6.conf.all.disable_ipv6", value: "1"),
            SysctlSetting(name: "net.ipv6.conf.default.disable_ipv6", value: "1"),
        ]
        return node
    }

    @Test func theDriverCanBeChosenBesidesTheFile() throws {
        func driver(of scenario: String, _ word: String?) throws -> Link.Driver? {
            let parameters = word.map { [ScenarioSource.driverParameter: $0] } ?? [:]
            return try Self.plan(scenario, parameters: parameters).phases.last?.state.links.first?.driver
        }
        #expect(try driver(of: "loss-2pct", nil) == .auto)
        #expect(try driver(of: "loss-2pct", "kernel") == .kernel)
        #expect(try driver(of: "loss-2pct", "wire") == .wire)
        // The file says wire, and a link that nothing impairs has no driver to choose.
        #expect(try driver(of: "ring-overflow", "kernel") == .wire)
        #expect(try driver(of: "mtu-100", "kernel") == .direct)
        let needs = try Self.plan("loss-2pct", parameters: [ScenarioSource.driverParameter: "kernel"]).needs
        #expect(needs.contains(.qdisc("netem")) || needs.contains(.nftables))
        let source = ScenarioSource(
            name: "x", path: "x.yaml", text: try ScenarioFile.text("Scenarios/loss-2pct.yaml"),
            parameters: [ScenarioSource.driverParameter: "direct"])
        #expect(
            ScenarioParser.parse(source).diagnostics.map(\.message) == [
                "\"direct\" is not a driver to choose"
            ])
    }

    /// What a phase leaves as it was is not read again; what stands on something that it changes is.
    @Test func flowsGoWhereNodesAreInTheirPhase() throws {
        let source = ScenarioSource(
            name: "moves", path: "moves.yaml",
            text: """
                title: A server that moves
                nodes:
                  client: { interfaces: { eth0: 10.0.0.1/24 }, hosts: { web.example: 10.0.0.2 } }
                  server: { interfaces: { eth0: [10.0.0.2/24, 10.0.0.9/24] } }
                links: [[client/eth0, server/eth0]]
                traffic:
                  named: { kind: tcp-connect, from: client, to: "server:80" }
                  looked-up: { kind: tcp-connect, from: client, to: "web.example:80" }
                phases:
                  - name: control
                    expect: [named.connected == 1]
                  - name: fault
                    set: { server/eth0: { addresses: [10.0.0.3/24, 10.0.0.2/24] } }
                    expect: [named.connected == 0]
                  - name: remedy
                    set: { client: { hosts: { web.example: 10.0.0.3 } }, named: { timeout: 3 s } }
                    expect: [named.connected == 1]
                  - name: recovery
                    set: { server/eth0: { addresses: [10.0.0.2/24, 10.0.0.3/24] }, server: { forward: true } }
                    expect: [named.connected == 1]
                """)
        let (plan, diagnostics) = ScenarioParser.parse(source)
        let phases = try #require(plan, "\(diagnostics)").phases
        let named = phases.map { $0.flows[0].to.address.description }
        #expect(named == ["10.0.0.2", "10.0.0.3", "10.0.0.3", "10.0.0.2"])
        let lookedUp = phases.map { $0.flows[1].to.address.description }
        #expect(lookedUp == ["10.0.0.2", "10.0.0.2", "10.0.0.3", "10.0.0.3"])
        #expect(phases.map { $0.flows[0].timeout == .seconds(3) } == [false, false, true, true])
        let forwarding = phases.map {
            $0.state.nodes[1].sysctls.contains { $0.name == "net.ipv4.ip_forward" }
        }
        #expect(forwarding == [false, false, false, true])
    }

    @Test func mtu100BecomesFourPhasesOfOneLab() throws {
        let plan = try Self.plan("mtu-100")
        #expect(plan.title == "The handshake works, the request vanishes")
        #expect(plan.tags == ["tcp", "mtu", "link"])
        #expect(plan.needs == [.networkNamespaces, .device("veth")])
        #expect(plan.phases.map(\.name) == ["control", "fault", "remedy", "recovery"])
        #expect(plan.phases.map(\.role) == [.control, .fault, .recovery, .recovery])
        #expect(plan.phases.map(\.isFresh) == [false, false, true, true])
        #expect(plan.lesson.hints.count == 3)

        let client = try Self.node("client", "10.0.0.1/24")
        let link = Link(
            name: "client-server",
            ends: [
                InterfaceID(node: "client", interface: "eth0"),
                InterfaceID(node: "server", interface: "eth0"),
            ])
        #expect(
            plan.phases[0].state
                == LabState(nodes: [client, try Self.node("server", "10.0.0.2/24")], links: [link]))
        #expect(
            plan.phases[1].state
                == LabState(nodes: [client, try Self.node("server", "10.0.0.2/24", mtu: 100)], links: [link]))
        #expect(plan.phases[1].patchText == ["server/eth0 mtu 100"])
        #expect(plan.phases[2].state.node("server")?.sysctls.last?.name == "net.ipv4.route.min_adv_mss")
        #expect(plan.phases[3].state == plan.phases[0].state)

        var request = RequestFlow()
        request.count = 10
        request.concurrency = 10
        request.request = ByteCount(200)
        request.response = ByteCount(4096)
        var flow = Flow(
            name: "web", from: "client",
            to: FlowTarget(node: "server", address: try #require(IPAddress("10.0.0.2")), port: 80),
            kind: .tcpRequest(request))
        flow.timeout = .seconds(1)
        for phase in plan.phases { #expect(phase.flows == [flow]) }

        let fault = plan.phases[1].expectations
        #expect(fault[0].text == "web.connected == 10")
        #expect(fault[0].because == "SYN, SYN/ACK and ACK carry no payload and are smaller than the MTU")
        #expect(
            fault[0].predicate
                == .compare(.flow("web", metric: "connected"), .equal, .number(10, text: "10")))
        let dropped = Quantity.counter(subject: "server/eth0", CounterID(.link, "rx_dropped"))
        #expect(fault[2].predicate == .rises(dropped, atLeast: .number(10, text: "10")))
        #expect(
            fault[3].predicate
                == .compare(
                    .counter(subject: "client/eth0", CounterID(.link, "tx_dropped")), .equal, dropped))
        #expect(fault[4].predicate == .stays(.counter(subject: "server", CounterID(.icmp, "OutMsgs"))))
    }

    @Test func acceptQueueOverflowChangesTheServerAndCountsByParameters() throws {
        let plan = try Self.plan("accept-queue-overflow", parameters: ["backlog": "9"])
        #expect(plan.phases.map(\.name) == ["control", "fault", "remedy", "recovery"])
        let servers = plan.phases.map { $0.flows[0].server }
        #expect(servers.map(\.backlog) == [64, 9, 64, 64])
        #expect(servers.map(\.accept) == [.atOnce, .never, .never, .atOnce])
        guard case .tcpConnect(let flow) = plan.phases[0].flows[0].kind else {
            Issue.record("burst is no tcp-connect")
            return
        }
        #expect(flow.count == 20)
        #expect(flow.concurrency == 20)
        let fault = plan.phases[1].expectations
        #expect(fault[0].text == "burst.connected == 9 + 1")
        #expect(
            fault[0].predicate
                == .compare(.flow("burst", metric: "connected"), .equal, .number(10, text: "10")))
        #expect(
            plan.phases[0].state.node("client")?.sysctls.last
                == SysctlSetting(name: "net.ipv4.tcp_syn_retries", value: "1"))
    }

    @Test func parameterFromTheCommandLineWinsAndChangesTheHash() throws {
        let plain = try Self.plan("mtu-100")
        let changed = try Self.plan("mtu-100", parameters: ["mtu": "300"])
        let end = InterfaceID(node: "server", interface: "eth0")
        #expect(plain.phases[1].state.interface(end)?.mtu == 100)
        #expect(changed.phases[1].state.interface(end)?.mtu == 300)
        #expect(plain.source.hash != changed.source.hash)
    }

    @Test func withheldFaultLeavesTheStateOfTheControlPhaseAndItsOwnExpectations() throws {
        let plain = try Self.plan("mtu-100")
        let withheld = try Self.plan("mtu-100", withholding: "fault")
        #expect(withheld.phases[1].state == plain.phases[0].state)
        #expect(withheld.phases[1].expectations == plain.phases[1].expectations)
        #expect(withheld.phases[1].patchText.isEmpty)
        #expect(withheld.phases[3].state == plain.phases[3].state)
        #expect(withheld.needs == plain.needs)
    }

    @Test func withheldFaultLeavesTheFlowsAlone() throws {
        let withheld = try Self.plan("accept-queue-overflow", withholding: "fault")
        #expect(withheld.phases[1].flows == withheld.phases[0].flows)
    }

    /// The recovery phase removes a rule that has then never been there, and the fault phase counts its hits.
    @Test func withheldRuleMayBeRemovedAndExpected() throws {
        let withheld = try Self.plan("syn-lost", withholding: "fault")
        #expect(withheld.phases.allSatisfy { $0.state.nodes.allSatisfy { $0.firewall.isEmpty } })
        #expect(
            withheld.phases[1].expectations.contains { $0.text == "server rule:lose-first-syn == 1" })
        #expect(withheld.needs.contains(.nftables))
    }

    @Test func everyFileOfTheCatalogueCanBeWithheld() throws {
        for (name, text) in try ScenarioFile.catalogue() {
            let source = ScenarioSource(name: name, path: name, text: text)
            let plan = try #require(ScenarioParser.parse(source).plan)
            for phase in plan.phases where phase.role == .fault {
                let (withheld, diagnostics) = ScenarioParser.parse(source, withholding: phase.name)
                #expect(withheld != nil, "\(DiagnosticList(file: name, diagnostics: diagnostics))")
            }
        }
    }

    @Test func everyFileOfTheCatalogueHasALessonWithThreeHints() throws {
        for (name, text) in try ScenarioFile.catalogue() {
            let plan = try #require(
                ScenarioParser.parse(ScenarioSource(name: name, path: name, text: text)).plan)
            let lesson = plan.lesson
            for text in [lesson.symptom, lesson.look, lesson.cause, lesson.cure] {
                #expect(!text.isEmpty, "\(name)")
            }
            #expect(lesson.hints.count == 3, "\(name)")
            #expect(!lesson.sources.isEmpty, "\(name)")
            #expect(!plan.tags.isEmpty, "\(name)")
        }
    }
}
