import NetlabModel
import Testing

/// A program of the user's in the place of netlab's servers.
@Suite struct OwnServerTests {
    private static func plan(_ flows: [Flow]) -> Plan {
        var state = LabState()
        state.nodes = [Node(name: "client"), Node(name: "server")]
        let source = ScenarioSource(name: "t", path: "t", text: "")
        let phase = PhasePlan(
            name: "control", role: .control, state: state, flows: flows, expectations: [],
            position: SourcePosition(line: 1, column: 1))
        return Plan(source: source, title: "t", tags: [], phases: [phase], lesson: Lesson(), needs: [])
    }

    private static func flow(_ name: String, _ kind: FlowKind, to node: String? = "server", port: Int = 80)
        -> Flow
    {
        let target = FlowTarget(node: node, address: IPAddress(bytes: [10, 0, 0, 2]), port: port)
        return Flow(name: name, from: "client", to: target, kind: kind)
    }

    @Test func programServesTheTCPFlowsOfItsNode() throws {
        let plan = Self.plan([
            Self.flow("web", .tcpRequest(RequestFlow())),
            Self.flow("bulk", .tcpStream(StreamFlow()), port: 81),
            Self.flow("voice", .udpStream(DatagramFlow()), port: 82),
            Self.flow("back", .tcpConnect(ConnectFlow()), to: "client", port: 83),
        ])
        let own = OwnServer(node: "server", command: ["./mine", "-v"])
        let changed = try own.replacing(in: plan)
        let flows = changed.phases[0].flows
        #expect(flows.map(\.name) == ["web", "bulk", "voice", "back", "server"])
        #expect(flows.map(\.server.isPresent) == [false, false, true, true, true])
        guard case .tcpRequest(let request) = flows[0].kind, case .exec(let program) = flows[4].kind else {
            return #expect(Bool(false), "other kinds")
        }
        #expect(request.isHTTP && request.request.bytes == 0 && flows[0].to.node == nil)
        #expect(program.command == ["./mine", "-v"] && program.isServer)
        #expect(program.environment == ["NETLAB_PORT": "80", "NETLAB_PORTS": "80 81"])
        #expect(flows[4].from == "server" && flows[4].to.port == 80)
        #expect(changed.needs == [.program("./mine")])
    }

    @Test func nameThatIsTakenIsAvoided() throws {
        let plan = Self.plan([Self.flow("server", .tcpConnect(ConnectFlow()))])
        let changed = try OwnServer(node: "server", command: ["x"]).replacing(in: plan)
        #expect(changed.phases[0].flows.map(\.name) == ["server", "server-program"])
    }

    @Test(arguments: [
        ("sever", ["x"], "there is no node sever; there are client, server"),
        ("server", [], "the command for server is empty"),
        ("client", ["x"], "no flow of TCP has its server in client"),
    ])
    func whatCannotBeReplacedIsSaid(node: String, command: [String], words: String) {
        let plan = Self.plan([Self.flow("web", .tcpRequest(RequestFlow()))])
        let error = #expect(throws: OwnServer.Problem.self) {
            try OwnServer(node: node, command: command).replacing(in: plan)
        }
        #expect(error?.description == words)
    }
}
