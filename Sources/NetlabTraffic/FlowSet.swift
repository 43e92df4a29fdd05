import LinuxSystem
import NetlabModel

/// Makes drivers and endpoints for the flows of a session.
final class FlowSet {
    /// One port served in one node. Flows that want the same one share it if they agree on everything.
    private struct PortKey: Hashable {
        var isTCP: Bool
        var node: String
        var isIPv6: Bool
        var port: Int
        var address: IPAddress?
    }

    private enum Service: Equatable {
        case tcp(TCPService)
        case datagrams(answer: ByteCount)

        var isTCP: Bool {
            if case .tcp = self { true } else { false }
        }
    }

    private struct Served {
        var index: Int
        var flow: String
        var behaviour: ServerBehaviour
        var service: Service
    }

    let clients: EventLoop
    let servers: EventLoop
    private let namespaces: [String: NetworkNamespace]
    private let seed: UInt64
    /// Whether the far ends are servers of their own that have to be told what to do.
    private let isStandalone: Bool
    private let allowedDestinations: Set<IPAddress>
    /// Node → path → text of files that programs see there in place of the machine's.
    var programFiles: [String: [String: String]] = [:]
    private(set) var drivers: [any FlowDriver] = []
    private(set) var endpoints: [any Endpoint] = []
    private(set) var endpointIndex: [String: Int] = [:]
    private var served: [PortKey: Served] = [:]
    private let connections: ConnectionFinder
    private let heartbeats: [Heartbeat]

    init(
        namespaces: [String: NetworkNamespace], seed: UInt64, allowedDestinations: [IPAddress],
        isStandalone: Bool = false,
        clients: EventLoop, servers: EventLoop
    ) {
        self.allowedDestinations = Set(allowedDestinations)
        self.namespaces = namespaces
        self.seed = seed
        self.isStandalone = isStandalone
        self.clients = clients
        connections = ConnectionFinder(clients: clients, servers: servers)
        self.servers = servers
        heartbeats = [Heartbeat(of: clients), Heartbeat(of: servers)]
    }

    /// Adds a flow; one that cannot be set up becomes one that has failed.
    func add(_ flow: Flow) {
        let driver: any FlowDriver
        do {
            driver = try makeDriver(flow)
        } catch {
            driver = FailedFlow(flow, failure: error.text)
        }
        drivers.append(driver)
        connections.add(driver, endpoint: endpointIndex[flow.name].map { endpoints[$0] })
    }

    private struct SetupError: Error {
        var text: String

        init(_ text: String) { self.text = text }
        init(_ error: SystemError, of end: String) { text = "\(end): \(error)" }
    }

    private func makeDriver(_ flow: Flow) throws(SetupError) -> any FlowDriver {
        guard let client = namespaces[flow.from] else { throw SetupError("there is no node \(flow.from)") }
        let server = flow.to.node.flatMap { namespaces[$0] }
        switch flow.kind {
        case .tcpRequest, .tcpConnect:
            let exchange = exchange(of: flow)
            if let server, let node = flow.to.node, flow.server.isPresent {
                try serve(flow, .tcp(.exchange(exchange)), node: node, namespace: server)
            }
            try probe(flow, in: client, kind: .stream)
            do {
                if let churn = try ChurnFlow(flow, namespace: client, loop: clients) { return churn }
            } catch {
                throw SetupError(error, of: "tcp-connect")
            }
            return TCPClientFlow(flow, exchange: exchange, namespace: client, loop: clients)
        case .udpStream(let plan):
            do {
                return try DatagramStreamFlow(
                    flow, plan: plan, client: client, server: server, seed: flowSeed(flow),
                    announces: isStandalone, loop: clients)
            } catch {
                throw SetupError(error, of: "udp-stream")
            }
        case .tcpStream(let plan):
            if let server, let node = flow.to.node, flow.server.isPresent {
                try serve(flow, .tcp(.bulk(plan)), node: node, namespace: server)
            }
            try probe(flow, in: client, kind: .stream)
            return TCPStreamFlow(
                flow, plan: plan, greets: isStandalone, namespace: client, loop: clients)
        case .udpRequest(let plan):
            if let server, let node = flow.to.node, flow.server.isPresent {
                try serve(flow, .datagrams(answer: plan.response), node: node, namespace: server)
            }
            try probe(flow, in: client, kind: .datagram)
            return DatagramRequestFlow(
                flow, plan: plan, namespace: client, salt: flowSeed(flow), loop: clients,
                heartbeats: heartbeats)
        case .ping(let plan):
            do {
                return try EchoFlow(
                    flow, plan: plan, namespace: client,
                    identifier: UInt16(truncatingIfNeeded: flowSeed(flow) >> 16), loop: clients)
            } catch {
                throw SetupError(error, of: "ping from \(flow.from)")
            }
        case .forge(let plan): return try forge(flow, plan, in: client)
        case .exec(let plan):
            guard !plan.command.isEmpty else { throw SetupError("its command is empty") }
            return ProgramFlow(
                flow, plan: plan, namespace: client, files: programFiles[flow.from] ?? [:], loop: clients)
        }
    }

    /// Forged packets never leave the lab, whatever a scenario asks for.
    private func forge(_ flow: Flow, _ plan: ForgeFlow, in namespace: NetworkNamespace) throws(SetupError)
        -> any FlowDriver
    {
        guard allowedDestinations.contains(flow.to.address) else {
            throw SetupError(
                "\(flow.to.address) is no address of the lab; forged packets are sent to those only")
        }
        if let source = plan.source, source.isIPv6 != flow.to.address.isIPv6 {
            throw SetupError("source \(source) and destination \(flow.to.address) are of different families")
        }
        do {
            return try ForgedFlow(
                flow, plan: plan, namespace: namespace, loop: clients, connections: connections)
        } catch {
            throw SetupError(error, of: "forge")
        }
    }

    private func exchange(of flow: Flow) -> TCPExchange {
        guard case .tcpRequest(let plan) = flow.kind else { return TCPExchange() }
        return TCPExchange(plan, to: flow.to, greets: isStandalone)
    }

    private func serve(_ flow: Flow, _ service: Service, node: String, namespace: NetworkNamespace)
        throws(SetupError)
    {
        let key = PortKey(
            isTCP: service.isTCP, node: node, isIPv6: flow.to.address.isIPv6, port: flow.to.port,
            address: flow.server.socket.bindAddress)
        if let other = served[key] {
            guard other.behaviour == flow.server, other.service == service else {
                throw SetupError(
                    "flow \(other.flow) is served at port \(flow.to.port) of \(node) in another way; "
                        + "give one of them another port")
            }
            endpointIndex[flow.name] = other.index
            return
        }
        do {
            let endpoint = try TakenPort.outwait { () throws(SystemError) -> any Endpoint in
                switch service {
                case .tcp(let service):
                    try TCPEndpoint(
                        port: flow.to.port, isIPv6: flow.to.address.isIPv6, behaviour: flow.server,
                        service: service, namespace: namespace, loop: servers)
                case .datagrams(let answer):
                    try DatagramEndpoint(
                        port: flow.to.port, isIPv6: flow.to.address.isIPv6, behaviour: flow.server,
                        responseLength: answer.bytes, namespace: namespace, loop: servers)
                }
            }
            served[key] = Served(
                index: endpoints.count, flow: flow.name, behaviour: flow.server, service: service)
            endpointIndex[flow.name] = endpoints.count
            endpoints.append(endpoint)
        } catch {
            throw SetupError(error, of: "server in \(node)")
        }
    }

    /// Tries the client's socket options once, so that a wrong one fails the flow and not each attempt.
    private func probe(_ flow: Flow, in namespace: NetworkNamespace, kind: NewSocket.Kind) throws(SetupError)
    {
        var behaviour = flow.client
        behaviour.bindAddress = nil
        do {
            let isIPv6 = flow.to.address.isIPv6
            let descriptor =
                kind == .stream
                ? try NewSocket.makeClient(in: namespace, isIPv6: isIPv6, behaviour: behaviour)
                : try NewSocket.make(kind, in: namespace, isIPv6: isIPv6, behaviour: behaviour)
            _ = OwnedFileDescriptor(adopting: descriptor)
        } catch {
            throw SetupError(error, of: "client in \(flow.from)")
        }
    }

    /// FNV-1a over the name, so that flows of one session differ and the same flow always gets the same.
    private func flowSeed(_ flow: Flow) -> UInt64 {
        flow.name.utf8.reduce(seed ^ 0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
