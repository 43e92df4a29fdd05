import LinuxSystem
import NetlabModel
import Netlink

@testable import NetlabTraffic

/// Fresh namespaces for traffic: one with its loopback device, or two joined by a veth pair.
struct TrafficBench {
    let namespaces: [String: NetworkNamespace]
    /// Where servers are reached.
    let address: IPAddress

    /// `host` alone; servers and clients meet on 127.0.0.1 (and ::1).
    static func loopback() throws -> TrafficBench {
        let namespace = try NetworkNamespace.create()
        try RouteSocket(in: namespace).setLink("lo", LinkChange(isUp: true))
        return TrafficBench(
            namespaces: ["client": namespace, "server": namespace], address: IPAddress(bytes: [127, 0, 0, 1]))
    }

    /// `client` 10.0.0.1 and `server` 10.0.0.2.
    static func pair() throws -> TrafficBench {
        let client = try NetworkNamespace.create()
        let server = try NetworkNamespace.create()
        let (near, far) = (try RouteSocket(in: client), try RouteSocket(in: server))
        try near.createVethPair(name: "eth0", isUp: true, peerName: "eth0", peerNamespace: server)
        try far.setLink("eth0", LinkChange(isUp: true))
        try near.addAddress([10, 0, 0, 1], prefixLength: 24, to: "eth0")
        try far.addAddress([10, 0, 0, 2], prefixLength: 24, to: "eth0")
        try near.waitUntilUsable(links: ["eth0"])
        try far.waitUntilUsable(links: ["eth0"])
        return TrafficBench(
            namespaces: ["client": client, "server": server], address: IPAddress(bytes: [10, 0, 0, 2]))
    }

    var server: NetworkNamespace { namespaces["server"]! }
    var client: NetworkNamespace { namespaces["client"]! }

    /// A flow from client to server.
    func flow(
        _ kind: FlowKind, named name: String = "web", port: Int = 80,
        _ change: (inout Flow) -> Void = { _ in }
    ) -> Flow {
        var flow = Flow(
            name: name, from: "client", to: FlowTarget(node: "server", address: address, port: port),
            kind: kind)
        flow.timeout = .seconds(2)
        change(&flow)
        return flow
    }

    /// Runs flows from start to finish.
    func run(_ flows: [Flow], seed: UInt64 = 1) async throws -> [String: FlowOutcome] {
        let session = try TrafficSession.start(flows, namespaces: namespaces, seed: seed)
        await session.run()
        return await session.finish()
    }

    /// Runs one flow from start to finish.
    func run(_ flow: Flow, seed: UInt64 = 1) async throws -> FlowOutcome {
        try await run([flow], seed: seed)[flow.name] ?? FlowOutcome(kind: "", failure: "no outcome")
    }
}

extension FlowOutcome {
    /// A value, or -1 where there is none: never equal to an expected count by accident.
    subscript(name: String) -> Int64 { values[name] ?? -1 }
}

extension FlowKind {
    static func requests(
        _ count: Int, concurrency: Int = 1, request: Int = 100, response: Int = 1000,
        _ change: (inout RequestFlow) -> Void = { _ in }
    ) -> FlowKind {
        var flow = RequestFlow()
        flow.count = count
        flow.concurrency = concurrency
        flow.request = ByteCount(request)
        flow.response = ByteCount(response)
        change(&flow)
        return .tcpRequest(flow)
    }

    static func connects(_ count: Int, concurrency: Int = 1, holds: Bool = true) -> FlowKind {
        var flow = ConnectFlow()
        flow.count = count
        flow.concurrency = concurrency
        flow.holds = holds
        return .tcpConnect(flow)
    }

    static func datagrams(_ count: Int, size: Int = 200, _ change: (inout DatagramFlow) -> Void = { _ in })
        -> FlowKind
    {
        var flow = DatagramFlow()
        flow.count = count
        flow.size = ByteCount(size)
        flow.linger = .milliseconds(50)
        change(&flow)
        return .udpStream(flow)
    }
}
