import Glibc
import LinuxSystem
import NetlabModel
import Netlink

/// The clients of a tcp-request or tcp-connect flow.
final class TCPClientFlow: FlowDriver, @unchecked Sendable {
    let flow: Flow
    let exchange: TCPExchange
    let address: SocketAddress
    let isConnectOnly: Bool
    let holds: Bool
    let writeSize: Int?
    /// Nanoseconds between requests on one connection.
    let pause: Int64
    var tally: OutcomeTally

    private let namespace: NetworkNamespace
    private let loop: EventLoop
    private let count: Int
    private let concurrency: Int
    private let rate: EventRate?

    private(set) var origin: Int64 = 0
    private var begunAt: Int64 = 0
    private var active: [Int: ClientConnection] = [:]
    private var kept: [Int: ClientConnection] = [:]
    private var hasInfo = false
    private var isCancelled = false
    private var schedule: AttemptSchedule?
    private var series: InfoSeries?
    private var deathTimer: TimerQueue.Identifier?
    private var isDead = false
    /// Called after each attempt that was a success.
    var whenConnected: (() -> Void)?
    private static let socketsAtOnce = 32
    /// Made and not used yet.
    private var bareSockets: [Int32] = []

    /// - Parameter exchange: as the server of this flow has it.
    init(_ flow: Flow, exchange: TCPExchange, namespace: NetworkNamespace, loop: EventLoop) {
        self.flow = flow
        self.exchange = exchange
        self.namespace = namespace
        self.loop = loop
        address = SocketAddress(flow.to.address, port: flow.to.port)
        var zeros = [
            "attempted", "connected", "failed", "timed_out", "refused", "reset", "unreachable", "peer_closed",
            "peer_reset", "bytes_received",
        ]
        switch flow.kind {
        case .tcpRequest(let request):
            isConnectOnly = false
            holds = false
            count = request.count
            concurrency = request.concurrency
            rate = request.rate
            writeSize = request.writeSize?.bytes
            pause = request.pause.nanoseconds
            zeros += ["succeeded", "answered", "corrupted", "bytes_sent"]
        case .tcpConnect(let connect):
            isConnectOnly = true
            holds = connect.holds
            count = connect.count
            concurrency = connect.concurrency
            rate = connect.rate
            writeSize = nil
            pause = 0
        default:
            preconditionFailure("\(flow.kind.word) is no flow of TCP connections")
        }
        tally = OutcomeTally(zeros: zeros)
    }

    /// A socket of this flow's client, bound as its behaviour says; ports of a range are used in turn.
    func makeSocket(_ number: Int) throws(SystemError) -> Int32 {
        let port = flow.client.bindPorts.map { $0.lowerBound + (number - 1) % $0.count }
        let isIPv6 = flow.to.address.isIPv6
        if bareSockets.isEmpty {
            // Entering a namespace costs as much as making a socket: those that are soon needed come along.
            let count = min(Self.socketsAtOnce, schedule?.company ?? 1)
            bareSockets = try NewSocket.makeBare(.stream, in: namespace, isIPv6: isIPv6, count: count)
        }
        return try NewSocket.makeClient(
            in: namespace, isIPv6: isIPv6, behaviour: flow.client, port: port, from: bareSockets.popLast())
    }

    private func closeBareSockets() {
        for descriptor in bareSockets { Glibc.close(descriptor) }
        bareSockets = []
    }

    // MARK: FlowDriver

    func begin(origin: Int64, finished: @escaping () -> Void) {
        self.origin = origin
        begunAt = MonotonicClock.instant()
        let schedule = AttemptSchedule(
            count: count, concurrency: concurrency, rate: rate, loop: loop
        ) { [self] number, due in
            tally.add("attempted")
            let connection = ClientConnection(number: number, due: due, flow: self, loop: loop)
            active[number] = connection
            connection.begin()
        } finished: { [self] in
            tally.set("duration", MonotonicClock.instant() - begunAt)
            closeBareSockets()
            finished()
        }
        self.schedule = schedule
        if let interval = flow.samples {
            series = InfoSeries(every: interval, origin: origin, on: loop) { [unowned self] in liveDescriptor
            }
        }
        if let life = flow.client.dies {
            deathTimer = loop.at(origin + life.nanoseconds) { [self] in die() }
        }
        schedule.begin()
    }

    /// The client's process is killed: what it has open is closed by the kernel, and it tries nothing more.
    private func die() {
        isDead = true
        for connection in kept.values { connection.socket?.close() }
        kept = [:]
        schedule?.stop()
        for connection in active.values { connection.die() }
        if schedule?.isFinished == false { schedule?.finish() }
    }

    func cancel() {
        if schedule?.isFinished == true { return }
        isCancelled = !isDead
        guard let schedule else { return }
        schedule.stop()
        for connection in active.values { connection.cancel() }
        schedule.finish()
    }

    func close(closed: @escaping () -> Void) {
        whenConnected = nil
        closeBareSockets()
        series?.stop()
        loop.cancel(deathTimer)
        for connection in kept.values { connection.socket?.close() }
        kept = [:]
        closed()
    }

    func outcome() -> FlowOutcome {
        tally.outcome(kind: flow.kind, series: series, failure: failure)
    }

    var failure: String? { isCancelled ? "interrupted before it had finished" : nil }

    var progress: FlowProgress {
        var progress = FlowProgress(
            bytes: tally["bytes_sent"] + tally["bytes_received"],
            events: isConnectOnly ? tally["connected"] : tally["answered"])
        progress.note(liveDescriptor)
        return progress
    }

    var liveDescriptor: Int32? {
        let connections = (Array(kept.values) + Array(active.values)).filter { $0.isConnected }
        return connections.min { $0.number < $1.number }?.socket?.descriptor
    }

    // MARK: From the connections

    func ended(
        _ connection: ClientConnection, _ attempt: Attempt, failure: OutcomeTally.Failure?, isKept: Bool
    ) {
        active[connection.number] = nil
        if isKept { kept[connection.number] = connection }
        if failure == nil { whenConnected?() }
        tally.end(attempt, failure: failure, success: isConnectOnly ? .connected : .succeeded)
        schedule?.ended()
    }

    /// The peer of a kept connection has closed it.
    func peerEnded(_ connection: ClientConnection) {
        tally.add("peer_closed")
        guard flow.client.close == .half else { return }
        kept[connection.number] = nil
        connection.socket?.close()
    }

    /// A kept connection has broken.
    func peerFailed(_ connection: ClientConnection, _ errno: Int32) {
        tally.add("peer_reset")
        tally.add("errno." + ErrnoName.name(errno))
        kept[connection.number] = nil
        connection.socket?.close()
    }

    /// Keeps tcp_info of the first connection that ends.
    func noteInfo(of socket: StreamSocket) {
        guard !hasInfo, let info = TCPInfo(of: socket.descriptor) else { return }
        hasInfo = true
        for (name, value) in info.values { tally.set("tcpi." + name, Int64(clamping: value)) }
    }
}
