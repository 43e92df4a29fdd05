/// A user's own program in the place of netlab's servers in one node.
///
/// In each phase it is started before the traffic and ended after it. It gets the ports of the flows that it is to
/// serve in NETLAB_PORTS, and the first of them in NETLAB_PORT.
public struct OwnServer: Hashable, Sendable {
    public var node: String
    /// Argument vector; never a shell.
    public var command: [String]

    public init(node: String, command: [String]) {
        self.node = node
        self.command = command
    }

    /// Why a plan has no place for it.
    public struct Problem: Error, Hashable, CustomStringConvertible {
        public let description: String
    }

    /// The plan with this program serving the node's TCP ports.
    ///
    /// Of a foreign server only what all servers have in common is known: tcp-request flows speak HTTP/1.1 with it and
    /// do not look at the bytes of a page; tcp-stream and tcp-connect stay as they are. The receivers of UDP stay
    /// netlab's own: nobody else reads their numbers.
    /// - Throws: `Problem` if there is no such node, no flow that it could serve, or no command.
    public func replacing(in plan: Plan) throws(Problem) -> Plan {
        let nodes = Set(plan.phases.flatMap(\.state.nodes).map(\.name))
        guard nodes.contains(node) else {
            throw Problem(
                description: "there is no node \(node); there are \(nodes.sorted().joined(separator: ", "))")
        }
        guard let program = command.first else {
            throw Problem(description: "the command for \(node) is empty")
        }
        var plan = plan
        var serves = false
        for index in plan.phases.indices {
            let served = plan.phases[index].flows.indices.filter { isServed(plan.phases[index].flows[$0]) }
            guard let first = served.first else { continue }
            serves = true
            var server = flow(for: plan.phases[index].flows, like: plan.phases[index].flows[first], served)
            while plan.phases[index].flows.contains(where: { $0.name == server.name }) {
                server.name += "-program"
            }
            for flow in served { plan.phases[index].flows[flow] = foreign(plan.phases[index].flows[flow]) }
            plan.phases[index].flows.append(server)
        }
        guard serves else { throw Problem(description: "no flow of TCP has its server in \(node)") }
        plan.needs.insert(.program(program))
        return plan
    }

    private func isServed(_ flow: Flow) -> Bool {
        guard flow.to.node == node, flow.server.isPresent else { return false }
        switch flow.kind {
        case .tcpRequest, .tcpConnect, .tcpStream: return true
        case .udpStream, .udpRequest, .ping, .forge, .exec: return false
        }
    }

    private func foreign(_ flow: Flow) -> Flow {
        var flow = flow
        flow.to.node = nil
        flow.server = ServerBehaviour()
        flow.server.isPresent = false
        if case .tcpRequest(var plan) = flow.kind {
            // A page for a GET is what any web server has.
            if !plan.isHTTP { plan.request = ByteCount(0) }
            plan.isHTTP = true
            flow.kind = .tcpRequest(plan)
        }
        return flow
    }

    private func flow(for flows: [Flow], like first: Flow, _ served: [Int]) -> Flow {
        var ports: [String] = []
        for port in served.map({ String(flows[$0].to.port) }) where !ports.contains(port) {
            ports.append(port)
        }
        var exec = ExecFlow(command: command)
        exec.isServer = true
        exec.environment = ["NETLAB_PORT": ports[0], "NETLAB_PORTS": ports.joined(separator: " ")]
        let target = FlowTarget(node: nil, address: first.to.address, port: first.to.port)
        return Flow(name: node, from: node, to: target, kind: .exec(exec))
    }
}
