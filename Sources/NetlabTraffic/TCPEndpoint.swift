import CNetlab
import Glibc
import LinuxSystem
import NetlabModel
import Netlink

/// The serving end of one accepted connection, whatever it serves; confined to its endpoint's loop.
protocol ServedConnection: AnyObject {
    func begin()
    /// -1 once it is closed.
    var descriptor: Int32 { get }
    /// Closes at the end of the traffic, in good order unless bytes would go on being retransmitted.
    func shut()
    /// Closes as the end of the process would: the kernel decides between FIN and RST.
    func die()
}

/// What a listening port serves.
enum TCPService: Equatable {
    /// Requests and answers; or nothing at all, for connections alone.
    case exchange(TCPExchange)
    /// Bulk data in one direction.
    case bulk(StreamFlow)
    /// Whatever the first bytes of each connection ask for.
    case universal(StandaloneService)

    static func == (left: TCPService, right: TCPService) -> Bool {
        switch (left, right) {
        case (.exchange(let left), .exchange(let right)): left == right
        case (.bulk(let left), .bulk(let right)): left == right
        case (.universal(let left), .universal(let right)): left === right
        default: false
        }
    }
}

/// A listening TCP port of one node and the connections it has accepted.
///
/// The socket is made by `init` on the caller's thread; everything else happens on the servers' loop.
final class TCPEndpoint: Endpoint, @unchecked Sendable {
    let behaviour: ServerBehaviour
    let service: TCPService
    let loop: EventLoop
    var tally = OutcomeTally(zeros: [
        "server.accepted", "server.requests", "server.bytes_received", "server.bytes_sent",
        "server.corrupted",
        "server.peer_closed",
    ])

    private var listener: Int32
    private var watch: EventLoop.Watch?
    private var timer: TimerQueue.Identifier?
    private var deathTimer: TimerQueue.Identifier?
    /// When the last connection ended.
    private(set) var lastEnd: Int64 = 0
    private var connections: [Int: any ServedConnection] = [:]
    private var accepted = 0
    private var firstByte: Int64 = .max
    private var lastByte: Int64 = 0
    private var whenEmpty: (() -> Void)?

    /// Binds and listens.
    ///
    /// SO_REUSEADDR is set unless the behaviour says otherwise: without it connections of an earlier phase in
    /// TIME_WAIT keep the port.
    /// - Throws: `SystemError` of socket, setsockopt, bind (EADDRINUSE, EADDRNOTAVAIL) or listen.
    init(
        port: Int, isIPv6: Bool, behaviour: ServerBehaviour, service: TCPService,
        namespace: NetworkNamespace,
        loop: EventLoop
    ) throws(SystemError) {
        self.behaviour = behaviour
        self.service = service
        self.loop = loop
        listener = try NewSocket.make(
            .stream, in: namespace, isIPv6: isIPv6, behaviour: behaviour.socket, port: port,
            reusesAddress: true)
        do throws(SystemError) {
            let tcp = CInt(IPPROTO_TCP)
            if let time = behaviour.deferAccept {
                let seconds = CInt(clamping: max(1, (time.nanoseconds + 999_999_999) / 1_000_000_000))
                try SocketOptions.set(listener, tcp, TCP_DEFER_ACCEPT, seconds, "TCP_DEFER_ACCEPT")
            }
            if behaviour.socket.fastOpen == true {
                let queue = CInt(clamping: max(1, behaviour.backlog))
                try SocketOptions.set(listener, tcp, TCP_FASTOPEN, queue, "TCP_FASTOPEN")
            }
            guard listen(listener, CInt(clamping: behaviour.backlog)) == 0 else {
                throw SystemError.last("listen", on: "port \(port)")
            }
        } catch {
            Glibc.close(listener)
            throw error
        }
    }

    /// Begins accepting, as the behaviour says.
    func begin() {
        if let life = behaviour.socket.dies {
            deathTimer = loop.at(MonotonicClock.instant() + life.nanoseconds) { [self] in die() }
        }
        switch behaviour.accept {
        case .atOnce: acceptAtOnce()
        case .never: return
        case .after(let time):
            timer = loop.at(MonotonicClock.instant() + time.nanoseconds) { [self] in acceptAtOnce() }
        case .slowly(let pause):
            acceptLater(pause.nanoseconds)
        }
    }

    /// What the kernel does when it ends a process: everything is closed, the listener and who waits in its queue too.
    private func die() {
        stopListening()
        for connection in connections.values { connection.die() }
        connections = [:]
        emptied()
    }

    private func stopListening() {
        loop.cancel(timer)
        loop.cancel(deathTimer)
        if let watch { loop.unwatch(watch) }
        watch = nil
        if listener >= 0 { Glibc.close(listener) }
        listener = -1
    }

    private func acceptAtOnce() {
        do {
            watch = try loop.watch(listener, .readable) { [self] _ in
                while acceptOne() {}
            }
        } catch {
            noteError(error.errno)
        }
    }

    private func acceptLater(_ pause: Int64) {
        timer = loop.at(MonotonicClock.instant() + pause) { [self] in
            _ = acceptOne()
            acceptLater(pause)
        }
    }

    private func acceptOne() -> Bool {
        guard listener >= 0 else { return false }
        let incoming = cnetlab_accept(listener, nil, nil)
        guard incoming >= 0 else {
            let error = errno
            // ECONNABORTED is a client that has gone again.
            if error == ECONNABORTED || error == EINTR { return true }
            if error != EAGAIN {
                noteError(error)
                acceptAgainLater()
            }
            return false
        }
        let descriptor = LowDescriptors.spare(incoming)
        accepted += 1
        tally.add("server.accepted")
        if let timestamp = behaviour.socket.timestamp {
            do {
                try TimestampClock.jump(descriptor, to: timestamp)
            } catch {
                noteError(error.errno)
            }
        }
        let connection: any ServedConnection =
            switch service {
            case .exchange(let exchange):
                ServerConnection(descriptor, number: accepted, exchange: exchange, endpoint: self)
            case .bulk(let plan):
                BulkServer(descriptor, number: accepted, plan: plan, endpoint: self)
            case .universal(let service):
                UniversalConnection(descriptor, number: accepted, service: service, endpoint: self)
            }
        connections[accepted] = connection
        connection.begin()
        return true
    }

    /// Out of descriptors or memory: the listener stays readable, so epoll would turn for nothing.
    private func acceptAgainLater() {
        guard let watch else { return }
        loop.unwatch(watch)
        self.watch = nil
        timer = loop.at(MonotonicClock.instant() + 10_000_000) { [self] in acceptAtOnce() }
    }

    /// Widens the time over which bulk data arrived.
    func noteBulk(from first: Int64, to last: Int64?) {
        guard let last else { return }
        firstByte = min(firstByte, first)
        lastByte = max(lastByte, last)
    }

    func noteError(_ errno: Int32) {
        tally.add("server.errno." + ErrnoName.name(errno))
    }

    func closed(_ number: Int) {
        connections[number] = nil
        lastEnd = MonotonicClock.instant()
        if connections.isEmpty { emptied() }
    }

    private func emptied() {
        let action = whenEmpty
        whenEmpty = nil
        action?()
    }

    /// Closes the listener and, when clients' FINs have had their time to arrive, the connections.
    ///
    /// As long as connections go on ending they are waited for. Where nothing at all is heard for `grace` and a round
    /// trip, the way is broken: a FIN would be repeated from 200 ms on, into whatever comes next. Where some have ended
    /// the way is sound, and a FIN that a busy machine has lost (net.core.netdev_max_backlog) may come a second time.
    /// Kernel: connections nobody accepted are reset by the listener's close, `inet_csk_listen_stop()`.
    func close(grace: Int64, closed: @escaping () -> Void) {
        // A server that accepts at once has accepted those as well, however late its thread had its turn.
        if case .atOnce = behaviour.accept, grace > 0 { while acceptOne() {} }
        stopListening()
        whenEmpty = closed
        guard !connections.isEmpty, grace > 0 else { return shutAll() }
        let now = MonotonicClock.instant()
        let roundTrip = slowestRoundTrip()
        waitForPeers(
            Wait(
                begun: now, limit: now + Self.longestWait, silent: grace + roundTrip,
                lively: OrphanSweep.secondTry + roundTrip))
    }

    /// How long to wait for peers: nanoseconds.
    private struct Wait {
        var begun: Int64
        var limit: Int64
        /// Where nobody has ended yet, and where somebody has.
        var silent: Int64
        var lively: Int64
    }

    /// However many go on ending: no phase waits longer.
    private static let longestWait: Int64 = 5_000_000_000

    /// Other behaviours never close by themselves, whatever the client does: the kernel is asked for the client's FIN.
    private var closesByItself: Bool { behaviour.socket.close != .never && behaviour.socket.read == .atOnce }

    private func waitForPeers(_ wait: Wait) {
        if !closesByItself, connections.values.allSatisfy({ Self.hasPeersEnd($0.descriptor) }) {
            return shutAll()
        }
        let now = MonotonicClock.instant()
        let quiet = lastEnd > wait.begun ? lastEnd + wait.lively : wait.begun + wait.silent
        let deadline = min(wait.limit, quiet)
        if deadline <= now { return shutAll() }
        timer = loop.at(closesByItself ? deadline : min(deadline, now + 5_000_000)) { [self] in
            waitForPeers(wait)
        }
    }

    /// Whether the peer's FIN or RST has come, behind however many unread bytes.
    ///
    /// Kernel: TCP_CLOSE, TCP_CLOSE_WAIT, TCP_LAST_ACK and TCP_CLOSING of tcp_info's state.
    private static func hasPeersEnd(_ descriptor: Int32) -> Bool {
        guard let state = TCPInfo(of: descriptor)?["state"] else { return true }
        return [7, 8, 9, 11].contains(state)
    }

    /// Nanoseconds; of some of the connections, as they all go the same way.
    private func slowestRoundTrip() -> Int64 {
        let times = connections.values.prefix(32).compactMap { TCPInfo(of: $0.descriptor)?.rttMicroseconds }
        return Int64(times.max() ?? 0) * 1000
    }

    private func shutAll() {
        loop.cancel(timer)
        for connection in connections.values { connection.shut() }
        connections = [:]
        emptied()
    }

    func liveEnd(remotePort: Int) -> ConnectionEnd? {
        for connection in connections.values.map(\.descriptor)
        where SocketAddress.remote(of: connection).port == remotePort {
            return try? ConnectionEnd(of: connection)
        }
        return nil
    }

    /// Values to be added to the flow's outcome.
    var values: [String: Int64] {
        var values = tally.values.filter { $0.key.hasPrefix("server.") }
        guard case .bulk(let plan) = service, !plan.isReverse else { return values }
        // Where the server is the receiver, what arrived is what it has seen.
        let bytes = tally["server.bytes_received"]
        values["bytes_received"] = bytes
        values["corrupted"] = tally["server.corrupted"]
        if lastByte > firstByte {
            values["throughput"] = TCPStreamFlow.bitsPerSecond(bytes, over: lastByte - firstByte)
        }
        return values
    }
}
