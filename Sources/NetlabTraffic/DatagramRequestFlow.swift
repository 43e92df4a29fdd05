import Glibc
import LinuxSystem
import NetlabModel

/// The clients of a udp-request flow: each attempt is one datagram from a socket of its own, and its answer.
final class DatagramRequestFlow: FlowDriver, @unchecked Sendable {
    let flow: Flow
    let loop: EventLoop
    let address: SocketAddress
    let salt: UInt64
    fileprivate let plan: RequestFlow
    fileprivate var tally = OutcomeTally(zeros: [
        "attempted", "sent", "answered", "succeeded", "failed", "timed_out", "refused", "reset",
        "unreachable",
        "corrupted", "bytes_sent", "bytes_received",
    ])
    private let namespace: NetworkNamespace
    fileprivate var origin: Int64 = 0
    private var schedule: AttemptSchedule?
    private var active: [Int: DatagramAttempt] = [:]
    private var isCancelled = false

    init(_ flow: Flow, plan: RequestFlow, namespace: NetworkNamespace, salt: UInt64, loop: EventLoop) {
        self.flow = flow
        self.plan = plan
        self.namespace = namespace
        self.salt = salt
        self.loop = loop
        address = SocketAddress(flow.to.address, port: flow.to.port)
    }

    fileprivate func makeSocket(_ number: Int) throws(SystemError) -> Int32 {
        let port = flow.client.bindPorts.map { $0.lowerBound + (number - 1) % $0.count }
        return try NewSocket.make(
            .datagram, in: namespace, isIPv6: flow.to.address.isIPv6, behaviour: flow.client, port: port)
    }

    func begin(origin: Int64, finished: @escaping () -> Void) {
        self.origin = origin
        let begunAt = MonotonicClock.instant()
        let schedule = AttemptSchedule(
            count: plan.count, concurrency: plan.concurrency, rate: plan.rate, loop: loop
        ) { [self] number, due in
            tally.add("attempted")
            let attempt = DatagramAttempt(number: number, due: due, flow: self)
            active[number] = attempt
            attempt.begin()
        } finished: { [self] in
            tally.set("duration", MonotonicClock.instant() - begunAt)
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

/// One datagram and the wait for its answer.
private final class DatagramAttempt {
    let number: Int
    private let due: Int64
    private unowned let flow: DatagramRequestFlow
    private var descriptor: Int32 = -1
    private var watch: EventLoop.Watch?
    private var timer: TimerQueue.Identifier?
    private var header = DatagramHeader(number: 0, sentAt: 0)
    private var localPort: Int?
    private var hasEnded = false

    init(number: Int, due: Int64, flow: DatagramRequestFlow) {
        self.number = number
        self.due = due
        self.flow = flow
    }

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
        timer = flow.loop.at(MonotonicClock.instant() + flow.flow.timeout.nanoseconds) { [self] in
            end(.timeout("recv"))
        }
        send()
    }

    private func send() {
        var bytes = PayloadPattern.bytes(flow.plan.request.bytes)
        header = DatagramHeader(number: number, sentAt: MonotonicClock.instant())
        if bytes.count >= DatagramHeader.length {
            bytes.withUnsafeMutableBytes { header.write(to: $0, salt: flow.salt) }
        }
        let count =
            flow.flow.client.connects
            ? Glibc.send(descriptor, bytes, bytes.count, 0)
            : flow.address.withPointer { sendto(descriptor, bytes, bytes.count, 0, $0, $1) }
        guard count >= 0 else { return end(.errno("send", errno)) }
        localPort = SocketAddress.local(of: descriptor).port
        flow.tally.add("sent")
        flow.tally.add("bytes_sent", Int64(count))
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
        flow.tally.add("bytes_received", Int64(count))
        guard isAnswer(UnsafeRawBufferPointer(rebasing: scratch[0..<count])) else {
            flow.tally.add("corrupted")
            return end(.other("recv: other bytes than were sent"))
        }
        let now = MonotonicClock.instant()
        flow.tally.add("answered")
        flow.tally.latencies.record(UInt64(max(0, now - due)))
        end(nil)
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

    func end(_ failure: OutcomeTally.Failure?) {
        guard !hasEnded else { return }
        hasEnded = true
        flow.loop.cancel(timer)
        if let watch { flow.loop.unwatch(watch) }
        watch = nil
        if descriptor >= 0 { close(descriptor) }
        let record = Attempt(
            number: number, startedAt: due - flow.origin, result: .failed, connectTime: nil,
            duration: MonotonicClock.instant() - due, localPort: localPort)
        flow.ended(self, record, failure: failure)
    }
}
