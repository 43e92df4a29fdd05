import Glibc
import LinuxSystem
import NetlabModel

/// The clients of a udp-request flow: each attempt has a socket of its own and sends one datagram from it, or several
/// one after the other, each when the one before it has been answered.
final class DatagramRequestFlow: FlowDriver, @unchecked Sendable {
    let flow: Flow
    let loop: EventLoop
    let address: SocketAddress
    let salt: UInt64
    fileprivate let plan: RequestFlow
    fileprivate var tally: OutcomeTally
    private let namespace: NetworkNamespace
    fileprivate var origin: Int64 = 0
    private var schedule: AttemptSchedule?
    private var active: [Int: DatagramAttempt] = [:]
    private var isCancelled = false
    /// Of the loops at both ends, for time-outs that a busy machine could spoil.
    private let heartbeats: [Heartbeat]
    /// A time-out grows by as many times itself at most.
    fileprivate static let mostGrowth: Int64 = 4

    init(
        _ flow: Flow, plan: RequestFlow, namespace: NetworkNamespace, salt: UInt64, loop: EventLoop,
        heartbeats: [Heartbeat]
    ) {
        self.flow = flow
        self.plan = plan
        self.namespace = namespace
        self.salt = salt
        self.loop = loop
        self.heartbeats = flow.timeout <= .seconds(10) ? heartbeats : []
        tally = OutcomeTally(
            zeros: [
                "attempted", "sent", "answered", "succeeded", "failed", "timed_out", "refused", "reset",
                "unreachable", "corrupted", "bytes_sent", "bytes_received",
            ] + (plan.requestsPerConnection > 1 ? ["duplicated"] : []))
        address = SocketAddress(flow.to.address, port: flow.to.port)
    }

    /// For how long both ends together were kept from running, ns.
    fileprivate var heldUp: Int64 { heartbeats.reduce(0) { $0 + $1.heldUp } }

    fileprivate func makeSocket(_ number: Int) throws(SystemError) -> Int32 {
        let port = flow.client.bindPorts.map { $0.lowerBound + (number - 1) % $0.count }
        return try NewSocket.make(
            .datagram, in: namespace, isIPv6: flow.to.address.isIPv6, behaviour: flow.client, port: port)
    }

    func begin(origin: Int64, finished: @escaping () -> Void) {
        self.origin = origin
        let begunAt = MonotonicClock.instant()
        for heartbeat in heartbeats { heartbeat.retain() }
        let schedule = AttemptSchedule(
            count: plan.count, concurrency: plan.concurrency, rate: plan.rate, loop: loop
        ) { [self] number, due in
            tally.add("attempted")
            let attempt = DatagramAttempt(number: number, due: due, flow: self)
            active[number] = attempt
            attempt.begin()
        } finished: { [self] in
            tally.set("duration", MonotonicClock.instant() - begunAt)
            for heartbeat in heartbeats { heartbeat.release() }
            finished()
        }
        self.schedule = schedule
        schedule.begin()
    }

    fileprivate func ended(_ attempt: DatagramAttempt, _ record: Attempt, failure: OutcomeTally.Failure?) {
        active[attempt.number] = nil
        tally.end(record, failure: failure, success: .succeeded)
        schedule?.ended()
    }

    func cancel() {
        if schedule?.isFinished == true { return }
        isCancelled = true
        guard let schedule else { return }
        schedule.stop()
        for attempt in active.values { attempt.end(.other("cancelled")) }
        schedule.finish()
    }

    func close(closed: @escaping () -> Void) {
        closed()
    }

    func outcome() -> FlowOutcome {
        tally.outcome(kind: flow.kind, failure: isCancelled ? "interrupted before it had finished" : nil)
    }
}

/// One socket: a datagram and the wait for its answer, as often as agreed.
private final class DatagramAttempt {
    let number: Int
    private let due: Int64
    private unowned let flow: DatagramRequestFlow
    private var descriptor: Int32 = -1
    private var watch: EventLoop.Watch?
    private var timer: TimerQueue.Identifier?
    private var deadline: Int64 = 0
    private var heldUpBefore: Int64 = 0
    private var request: [UInt8] = []
    private var header = DatagramHeader(number: 0, sentAt: 0)
    private var requestStart: Int64
    private var requestsDone = 0
    private var localPort: Int?
    private var hasEnded = false

    init(number: Int, due: Int64, flow: DatagramRequestFlow) {
        self.number = number
        self.due = due
        self.flow = flow
        requestStart = due
    }

    private var requestsInAll: Int { max(1, flow.plan.requestsPerConnection) }
    /// The number of this attempt's first request; those of all attempts differ.
    private var firstNumber: Int { (number - 1) * requestsInAll + 1 }

    func begin() {
        do {
            descriptor = try flow.makeSocket(number)
            if flow.flow.client.connects,
                flow.address.withPointer({ connect(descriptor, $0, $1) }) != 0
            {
                return end(.errno("connect", errno))
            }
            watch = try flow.loop.watch(descriptor, .readable) { [self] in ready($0) }
        } catch {
            return end(.errno(error.operation, error.errno))
        }
        request = PayloadPattern.bytes(flow.plan.request.bytes)
        send()
    }

    private func send() {
        let now = MonotonicClock.instant()
        header = DatagramHeader(number: firstNumber + requestsDone, sentAt: now)
        if request.count >= DatagramHeader.length {
            request.withUnsafeMutableBytes { header.write(to: $0, salt: flow.salt) }
        }
        heldUpBefore = flow.heldUp
        awaitAnswer(until: now + flow.flow.timeout.nanoseconds)
        let count =
            flow.flow.client.connects
            ? Glibc.send(descriptor, request, request.count, 0)
            : flow.address.withPointer { sendto(descriptor, request, request.count, 0, $0, $1) }
        guard count >= 0 else { return end(.errno("send", errno)) }
        if requestsDone == 0, number <= Attempt.limit {
            localPort = SocketAddress.local(of: descriptor).port
        }
        flow.tally.add("sent")
        flow.tally.add("bytes_sent", Int64(count))
    }

    /// One timer serves all requests of the attempt: when it fires too early, it is set anew.
    private func awaitAnswer(until deadline: Int64) {
        self.deadline = deadline
        if timer == nil { setTimer(deadline) }
    }

    private func setTimer(_ time: Int64) {
        timer = flow.loop.at(time) { [self] in
            // An answer may have come that nobody has had the time to look at.
            if watch != nil { ready(.readable) }
            guard !hasEnded else { return }
            let growth = min(
                flow.heldUp - heldUpBefore,
                DatagramRequestFlow.mostGrowth * flow.flow.timeout.nanoseconds)
            if MonotonicClock.instant() >= deadline + growth {
                end(.timeout("recv"))
            } else {
                setTimer(deadline + growth)
            }
        }
    }

    private func ready(_ events: Readiness) {
        if case .never = flow.flow.client.read, !events.contains(.error) {
            if let watch { flow.loop.unwatch(watch) }
            watch = nil
            return
        }
        let scratch = flow.loop.scratch
        let count = recv(descriptor, scratch.baseAddress, scratch.count, Int32(MSG_DONTWAIT))
        guard count >= 0 else {
            let error = errno
            if error != EAGAIN, error != EINTR { end(.errno("recv", error)) }
            return
        }
        let now = MonotonicClock.instant()
        let bytes = UnsafeRawBufferPointer(rebasing: scratch[0..<count])
        flow.tally.add("bytes_received", Int64(count))
        guard isAnswer(bytes) else {
            if answersEarlierRequest(bytes) { return flow.tally.add("duplicated") }
            flow.tally.add("corrupted")
            return end(.other("recv: other bytes than were sent"))
        }
        flow.tally.add("answered")
        flow.tally.latencies.record(UInt64(max(0, now - requestStart)))
        requestsDone += 1
        guard requestsDone < requestsInAll else { return end(nil) }
        requestStart = MonotonicClock.instant()
        send()
    }

    private func isAnswer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == flow.plan.response.bytes else { return false }
        let length = DatagramHeader.length
        guard bytes.count >= length, flow.plan.request.bytes >= length else {
            // Too short to carry a mark on one of the two ways: position decides what the bytes are.
            let marked = min(flow.plan.request.bytes, bytes.count >= length ? length : 0)
            let rest = UnsafeRawBufferPointer(rebasing: bytes[marked...])
            return PayloadPattern.matches(rest, from: marked)
        }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[length...])
        return DatagramHeader(from: bytes, salt: flow.salt) == header
            && PayloadPattern.matches(rest, from: length)
    }

    /// An answer of this attempt that has come before: the next request is only sent when the last one is answered.
    private func answersEarlierRequest(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard requestsDone > 0, flow.plan.request.bytes >= DatagramHeader.length,
            let header = DatagramHeader(from: bytes, salt: flow.salt)
        else { return false }
        return (firstNumber..<firstNumber + requestsDone).contains(header.number)
    }

    func end(_ failure: OutcomeTally.Failure?) {
        guard !hasEnded else { return }
        hasEnded = true
        flow.loop.cancel(timer)
        if let watch { flow.loop.forget(watch) }
        watch = nil
        if descriptor >= 0 { close(descriptor) }
        let record = Attempt(
            number: number, startedAt: due - flow.origin, result: .failed, connectTime: nil,
            duration: MonotonicClock.instant() - due, localPort: localPort)
        flow.ended(self, record, failure: failure)
    }
}
