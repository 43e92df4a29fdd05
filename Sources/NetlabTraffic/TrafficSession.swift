import LinuxSystem
import NetlabModel
import Synchronization

/// The traffic of one phase: servers and clients of all its flows, between namespaces of this process.
///
/// Sockets are made inside the namespaces; the threads that use them stay at home. There is one thread for all
/// TCP clients, one for all TCP servers, and two for each udp-stream.
public final class TrafficSession: Sendable {
    /// How long `finish` waits for a sign of life of connections that are to end, besides a round trip: less than the
    /// 200 ms after which the kernel repeats a FIN at the earliest (TCP_RTO_MIN).
    private static let grace: Int64 = 180_000_000

    private let clients: EventLoop
    private let servers: EventLoop
    private let schedule: FlowSchedule
    private let sweep: OrphanSweep
    private let endpoints: [any Endpoint]
    /// The endpoint that serves a flow, by the flow's name.
    private let endpointIndex: [String: Int]
    private let outcomes = Mutex<[String: FlowOutcome]?>(nil)

    /// Opens servers and prepares flows: all listeners are ready when this returns.
    ///
    /// A flow that cannot be set up (a port in use, a congestion control that is not there) does not stop the
    /// others; its outcome says why in `failure`.
    /// - Parameters:
    ///   - flows: names are unique; `from` and `to.node` name namespaces.
    ///   - namespaces: by node name.
    ///   - seed: of everything that is drawn; equal seeds send equal packets.
    ///   - allowedDestinations: addresses of the lab, the only ones that forged packets may go to.
    ///   - programFiles: files that programs see in place of the machine's: node → path → text.
    /// - Throws: `TrafficError`; nothing is left open then.
    public static func start(
        _ flows: [Flow], namespaces: [String: NetworkNamespace], seed: UInt64,
        allowedDestinations: [IPAddress] = [], programFiles: [String: [String: String]] = [:]
    ) throws(TrafficError) -> TrafficSession {
        try FlowSchedule.check(flows)
        for flow in flows {
            for node in [flow.from, flow.to.node].compactMap(\.self) where namespaces[node] == nil {
                throw .unknownNode(flow: flow.name, node: node)
            }
        }
        DescriptorLimit.raise(for: flows)
        let clients: EventLoop
        let servers: EventLoop
        do {
            clients = try EventLoop(name: "nl-clients")
            servers = try EventLoop(name: "nl-servers")
        } catch {
            throw .system(error)
        }
        let set = FlowSet(
            namespaces: namespaces, seed: seed, allowedDestinations: allowedDestinations, clients: clients,
            servers: servers)
        set.programFiles = programFiles
        for flow in flows { set.add(flow) }
        return TrafficSession(set, sweep: OrphanSweep(flows, namespaces: namespaces))
    }

    /// One flow from this machine to a server of its own.
    static func standalone(_ flow: Flow, seed: UInt64) throws(TrafficError) -> TrafficSession {
        do throws(SystemError) {
            let set = FlowSet(
                namespaces: [flow.from: .home], seed: seed, allowedDestinations: [], isStandalone: true,
                clients: try EventLoop(name: "nl-client"), servers: try EventLoop(name: "nl-idle"))
            set.add(flow)
            return TrafficSession(set, sweep: OrphanSweep([], namespaces: [:]))
        } catch {
            throw .system(error)
        }
    }

    /// How far a flow has come; nil for one that is not known, or after `finish`.
    func progress(of name: String) async -> FlowProgress? {
        await withCheckedContinuation { continuation in
            let isOpen = clients.submit { [schedule] in
                continuation.resume(returning: schedule.progress(of: name))
            }
            if !isOpen { continuation.resume(returning: nil) }
        }
    }

    private init(_ set: FlowSet, sweep: OrphanSweep) {
        self.sweep = sweep
        clients = set.clients
        servers = set.servers
        endpoints = set.endpoints
        endpointIndex = set.endpointIndex
        schedule = FlowSchedule(set.drivers, loop: set.clients)
    }

    deinit {
        // A session that was dropped before `finish` must not leave threads and sockets behind.
        Self.close(schedule, endpoints, sweep, clients: clients, servers: servers, grace: 0) {}
    }

    /// Runs all flows and returns when every attempt has an outcome.
    ///
    /// Sockets that behaviour keeps (listeners, connections that nobody accepted or that are held) are still open
    /// then, so that queues and gauges can be read. Cancelling the task ends all attempts early; their flows then
    /// say so in `failure`.
    public func run() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                servers.submit { [endpoints] in
                    for endpoint in endpoints { endpoint.begin() }
                }
                let isRunning = clients.submit { [schedule] in
                    schedule.begin { continuation.resume() }
                }
                if !isRunning { continuation.resume() }
            }
        } onCancel: {
            clients.submit { [schedule] in schedule.cancel() }
        }
    }

    /// Closes everything that is still open and returns the outcomes by flow name.
    ///
    /// Connections that are held are closed by the client, then by the server. They are waited for as long as they go
    /// on ending, 5 s at the most; where nothing shows a sign of life for 180 ms and a round trip, or nothing more for
    /// 450 ms, they are reset, so that nothing retransmits into what comes next. Calling it again returns the same
    /// outcomes.
    public func finish() async -> [String: FlowOutcome] {
        if let outcomes = outcomes.withLock({ $0 }) { return outcomes }
        let result = await withCheckedContinuation { continuation in
            Self.close(schedule, endpoints, sweep, clients: clients, servers: servers, grace: Self.grace) {
                [schedule, endpoints, endpointIndex] in
                var outcomes = schedule.outcomes()
                for (name, index) in endpointIndex {
                    outcomes[name]?.values.merge(endpoints[index].values) { _, servers in servers }
                }
                continuation.resume(returning: outcomes)
            }
        }
        outcomes.withLock { $0 = result }
        return result
    }

    /// Clients first, then servers, then the threads; `closed` is the last act of the last thread.
    private static func close(
        _ schedule: FlowSchedule, _ endpoints: [any Endpoint], _ sweep: OrphanSweep, clients: EventLoop,
        servers: EventLoop,
        grace: Int64, closed: @escaping @Sendable () -> Void
    ) {
        let isOpen = clients.submit {
            schedule.cancel()
            let begun = MonotonicClock.instant()
            schedule.close {
                servers.submit {
                    let gate = CountingGate(endpoints.count) {
                        let lastSign = endpoints.map(\.lastEnd).max() ?? 0
                        sweep.run(on: servers, grace: grace, begun: begun, lastSign: lastSign) {
                            servers.stop { clients.stop(ended: closed) }
                        }
                    }
                    for endpoint in endpoints { endpoint.close(grace: grace) { gate.pass() } }
                }
            }
        }
        // Closed before: by an earlier `finish`, whose caller has the outcomes.
        if !isOpen { closed() }
    }
}

/// Calls back when it has been passed a number of times; confined to one thread.
private final class CountingGate {
    private var left: Int
    private var action: (() -> Void)?

    init(_ count: Int, action: @escaping () -> Void) {
        left = count
        self.action = action
        if count == 0 { open() }
    }

    func pass() {
        left -= 1
        if left == 0 { open() }
    }

    private func open() {
        let action = action
        self.action = nil
        action?()
    }
}
