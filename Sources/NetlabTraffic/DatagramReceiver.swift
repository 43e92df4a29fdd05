import CNetlab
import Glibc
import Histogram
import LinuxSystem
import NetlabModel
import Synchronization

/// Receives the datagrams of a udp-stream flow on a thread of its own, or leaves them in the socket.
final class DatagramReceiver: @unchecked Sendable {
    struct Result {
        var received = 0
        var bytes = 0
        var corrupted = 0
        var ledger: StreamLedgers
        var delays = OutcomeTally.Distribution(numberOfSignificantValueDigits: .three)
        var error: Int32 = 0
        /// `MonotonicClock` of the first and the last arrival.
        var firstAt: Int64 = 0
        var lastAt: Int64 = 0
    }

    private let plan: DatagramFlow
    private let lanes: DatagramLanes
    private var descriptor: Int32
    private let behaviour: SocketBehaviour
    private let salt: UInt64
    private let limit: Duration
    private let wake: EventFD
    private let isCancelled = Atomic(false)
    /// `MonotonicClock` when the sender had handed over its last datagram; 0 before.
    private let sentAt = Atomic<Int64>(0)

    /// Binds the port.
    ///
    /// - Throws: `SystemError` of socket, setsockopt or bind (EADDRINUSE, EADDRNOTAVAIL).
    init(_ flow: Flow, plan: DatagramFlow, namespace: NetworkNamespace, salt: UInt64) throws(SystemError) {
        self.plan = plan
        self.salt = salt
        lanes = DatagramLanes(plan, connects: flow.client.connects, overtakes: true)
        behaviour = flow.server.socket
        limit = flow.timeout
        wake = try EventFD()
        descriptor = try NewSocket.make(
            .datagram, in: namespace, isIPv6: flow.to.address.isIPv6, behaviour: behaviour, port: flow.to.port
        )
    }

    deinit { closeSocket() }

    /// Not while the thread runs.
    func closeSocket() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Tells it that nothing more will be sent; from any thread.
    func senderIsDone() {
        sentAt.store(MonotonicClock.instant(), ordering: .relaxed)
        wake.signal()
    }

    /// Ends receiving early; from any thread.
    func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        wake.signal()
    }

    /// Starts the thread; it ends when the sender is done and stragglers have had their time.
    ///
    /// - Parameter done: called on it with what was read.
    func start(done: @escaping @Sendable (Result) -> Void) throws(SystemError) {
        _ = try HomeThread(name: "nl-udp-recv") { done(self.receive()) }
    }

    private func receive() -> Result {
        // Paced traffic is little work and has to be seen as it comes: on a busy machine the socket's buffer would be
        // full before an ordinary thread had its turn, and the loss would be the receiver's own.
        if plan.rate != nil || plan.bitRate != nil, behaviour.read == .atOnce { _ = cnetlab_run_first() }
        let isFast = (plan.batch != nil || plan.segments != nil) && behaviour.read == .atOnce
        return isFast ? receiveFast() : receiveExactly()
    }

    /// Many datagrams a call, and a look every 300 µs while they come thick: waking up for each would cost more than
    /// taking it. Arrival times are those of the calls.
    private func receiveFast() -> Result {
        cnetlab_sharpen_timers()
        var result = Result(ledger: StreamLedgers(lanes, expected: plan.count))
        let batch = DatagramBatch(
            slots: 64, size: plan.segments == nil ? max(64, plan.largestSize + 1) : 65536)
        if plan.segments != nil { batch.enableCoalescing(descriptor) }
        var lastRead: Int64 = 0
        while !isCancelled.load(ordering: .relaxed) {
            let now = MonotonicClock.instant()
            let end = endTime(lastRead: lastRead)
            let count = batch.receive(from: descriptor) { take($0, at: now, into: &result) }
            if count > 0 {
                lastRead = now
                if now < end, count < batch.slots {
                    _ = cnetlab_wait_readable(-1, wake.fileDescriptor, 300_000)
                }
                continue
            }
            // What had come by then has been read, however late the machine let this thread run.
            guard now < end else { break }
            let isBusy = now - lastRead < 5_000_000
            let ready = cnetlab_wait_readable(
                isBusy ? -1 : descriptor, wake.fileDescriptor,
                isBusy ? 300_000 : end == .max ? -1 : max(0, end - now))
            if ready & 2 != 0 { wake.drain() }
        }
        return result
    }

    private func receiveExactly() -> Result {
        var result = Result(ledger: StreamLedgers(lanes, expected: plan.count))
        var allowance = ReadAllowance(behaviour.read, start: MonotonicClock.instant())
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 64)
        defer { buffer.deallocate() }
        var lastRead: Int64 = 0
        while !isCancelled.load(ordering: .relaxed) {
            let now = MonotonicClock.instant()
            let end = endTime(lastRead: lastRead)
            // A reader that reads at once has read what has come by then, however late the machine let it run.
            let isOver = now >= end
            if isOver, behaviour.read != .atOnce { break }
            var socketToAwait = descriptor
            var until = end
            switch allowance.permit(at: now) {
            case .now: break
            case .notBefore(let time):
                socketToAwait = -1
                until = min(end, time)
            case .never: socketToAwait = -1
            }
            let ready = cnetlab_wait_readable(
                socketToAwait, wake.fileDescriptor, until == .max ? -1 : max(0, until - now))
            if ready & 2 != 0 { wake.drain() }
            guard ready & 1 != 0 else {
                if isOver { break }
                continue
            }
            while case .now = allowance.permit(at: MonotonicClock.instant()) {
                let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
                guard count >= 0 else {
                    if errno != EAGAIN, errno != EINTR { result.error = errno }
                    break
                }
                let arrival = MonotonicClock.instant()
                lastRead = arrival
                allowance.took(max(1, count))
                take(UnsafeRawBufferPointer(rebasing: buffer[0..<count]), at: arrival, into: &result)
            }
            if isOver { break }
        }
        return result
    }

    /// When to stop: `linger` after the sender's end or after the last datagram, whichever is later, but not for ever.
    /// Links and readers may be slow, or have been kept waiting by a busy machine.
    private func endTime(lastRead: Int64) -> Int64 {
        let sent = sentAt.load(ordering: .relaxed)
        guard sent > 0 else { return .max }
        let linger = plan.linger.nanoseconds
        let pause = if case .slowly(_, let pause) = behaviour.read { pause.nanoseconds } else { Int64(0) }
        return min(max(sent, lastRead) + linger + pause, sent + linger + limit.nanoseconds)
    }

    private func take(_ bytes: UnsafeRawBufferPointer, at arrival: Int64, into result: inout Result) {
        result.received += 1
        result.bytes += bytes.count
        if result.firstAt == 0 { result.firstAt = arrival }
        result.lastAt = arrival
        guard bytes.count == plan.size.bytes || plan.sizes != nil else {
            result.corrupted += 1
            return
        }
        guard bytes.count >= DatagramHeader.length else {
            if !PayloadPattern.matches(bytes, from: 0) { result.corrupted += 1 }
            return
        }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[DatagramHeader.length...])
        guard let header = DatagramHeader(from: bytes, salt: salt),
            bytes.count == plan.size(of: header.number, seed: salt),
            PayloadPattern.matches(rest, from: DatagramHeader.length)
        else {
            result.corrupted += 1
            return
        }
        result.ledger.enter(number: header.number, transit: arrival - header.sentAt)
        result.delays.record(UInt64(max(0, arrival - header.sentAt)))
    }

    /// Counts what the application never read, and leaves it where it is.
    ///
    /// Kernel: Udp.InDatagrams counts a datagram when it is read, but not when it is only looked at (MSG_PEEK);
    /// SO_PEEK_OFF moves the look on from one to the next, by their whole length if MSG_TRUNC returns that.
    func countUnread() -> Int {
        var count = 0
        var byte: UInt8 = 0
        do {
            try SocketOptions.set(descriptor, SOL_SOCKET, SO_PEEK_OFF, 0, "SO_PEEK_OFF")
        } catch {
            return 0
        }
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_PEEK) | Int32(MSG_TRUNC)
        while recv(descriptor, &byte, 1, flags) >= 0 { count += 1 }
        return count
    }
}
