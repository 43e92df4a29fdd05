import Glibc
import LinuxSystem
import NetlabModel
import Netlink

/// The clients of a tcp-stream flow.
final class TCPStreamFlow: FlowDriver, @unchecked Sendable {
    let flow: Flow
    let plan: StreamFlow
    /// What a server of its own is told first; nil in a lab, where it knows.
    let greeting: StandaloneGreeting?
    let loop: EventLoop
    let address: SocketAddress
    var tally: OutcomeTally
    private let namespace: NetworkNamespace
    private(set) var origin: Int64 = 0
    private var begunAt: Int64 = 0
    private var clients: [BulkClient] = []
    private var left = 0
    private var hasInfo = false
    private var isCancelled = false
    private var firstByte: Int64 = .max
    private var lastByte: Int64 = 0
    private var finished: (() -> Void)?
    private var series: InfoSeries?
    private var deathTimer: TimerQueue.Identifier?

    init(
        _ flow: Flow, plan: StreamFlow, greets: Bool, namespace: NetworkNamespace, loop: EventLoop
    ) {
        greeting = greets ? Self.greeting(for: plan) : nil
        self.flow = flow
        self.plan = plan
        self.namespace = namespace
        self.loop = loop
        address = SocketAddress(flow.to.address, port: flow.to.port)
        tally = OutcomeTally(zeros: [
            "attempted", "connected", "succeeded", "failed", "timed_out", "refused", "reset", "unreachable",
            "bytes_sent", "bytes_received", "writes", "corrupted",
        ])
    }

    private static func greeting(for plan: StreamFlow) -> StandaloneGreeting {
        let size = plan.writeSize.bytes
        guard plan.isReverse else { return StandaloneGreeting(purpose: .upload, size: size, amount: 0) }
        return switch plan.amount {
        case .bytes(let count):
            StandaloneGreeting(purpose: .download, size: size, amount: UInt64(clamping: count.bytes))
        case .writes(let count):
            StandaloneGreeting(purpose: .download, size: size, amount: UInt64(clamping: count * size))
        case .time(let time):
            StandaloneGreeting(
                purpose: .timedDownload, size: size, amount: UInt64(clamping: time.nanoseconds))
        }
    }

    /// What the server of an upload says that it has received.
    func noteReceipt(_ receipt: StandaloneReceipt) {
        tally.add("bytes_received", Int64(clamping: receipt.bytes))
        tally.set(
            "throughput",
            tally["throughput"]
                + Self.bitsPerSecond(Int64(clamping: receipt.bytes), over: Int64(clamping: receipt.duration)))
    }

    func makeSocket(_ number: Int) throws(SystemError) -> Int32 {
        let port = flow.client.bindPorts.map { $0.lowerBound + (number - 1) % $0.count }
        return try NewSocket.makeClient(
            in: namespace, isIPv6: flow.to.address.isIPv6, behaviour: flow.client, port: port)
    }

    // MARK: FlowDriver

    func begin(origin: Int64, finished: @escaping () -> Void) {
        self.origin = origin
        self.finished = finished
        begunAt = MonotonicClock.instant()
        left = max(1, plan.connections)
        clients = (1...left).map { BulkClient(number: $0, flow: self) }
        tally.add("attempted", Int64(left))
        if let interval = flow.samples {
            series = InfoSeries(every: interval, origin: origin, on: loop) { [unowned self] in liveDescriptor
            }
        }
        if let life = flow.client.dies {
            deathTimer = loop.at(origin + life.nanoseconds) { [self] in
                for client in clients { client.die() }
            }
        }
        for client in clients { client.begin() }
    }

    func cancel() {
        guard finished != nil || clients.isEmpty else { return }
        isCancelled = true
        for client in clients { client.cancel() }
        finish()
    }

    private func finish() {
        guard let finished else { return }
        self.finished = nil
        tally.set("duration", MonotonicClock.instant() - begunAt)
        finished()
    }

    func close(closed: @escaping () -> Void) {
        series?.stop()
        loop.cancel(deathTimer)
        for client in clients { client.close() }
        closed()
    }

    func outcome() -> FlowOutcome {
        var tally = tally
        if plan.isReverse, lastByte > firstByte {
            tally.set("throughput", Self.bitsPerSecond(tally["bytes_received"], over: lastByte - firstByte))
        }
        // All of it in one read, or received by somebody else: the whole time is what there is to divide by.
        if tally.values["throughput"] == nil {
            tally.set("throughput", Self.bitsPerSecond(tally["bytes_received"], over: tally["duration"]))
        }
        return tally.outcome(
            kind: flow.kind, series: series, failure: isCancelled ? "interrupted before it had finished" : nil
        )
    }

    static func bitsPerSecond(_ bytes: Int64, over nanoseconds: Int64) -> Int64 {
        Int64(Double(bytes) * 8e9 / Double(max(1, nanoseconds)))
    }

    var progress: FlowProgress {
        var progress = FlowProgress(bytes: clients.reduce(0) { $0 + $1.moved }, events: tally["succeeded"])
        progress.note(liveDescriptor)
        return progress
    }

    var liveDescriptor: Int32? { clients.lazy.compactMap(\.liveDescriptor).first }

    // MARK: From the connections

    func ended(
        _ client: BulkClient, _ attempt: Attempt, failure: OutcomeTally.Failure?, source: BulkSource?,
        sink: BulkSink
    ) {
        tally.end(attempt, failure: failure, success: .succeeded)
        tally.add("bytes_sent", Int64(source?.bytes ?? 0))
        tally.add("writes", Int64(source?.writes ?? 0))
        tally.add("bytes_received", Int64(sink.bytes))
        tally.add("corrupted", Int64(sink.corrupted))
        if sink.firstAt != nil { firstByte = min(firstByte, client.connectedAt) }
        lastByte = max(lastByte, sink.lastAt ?? 0)
        left -= 1
        if left == 0, !isCancelled { finish() }
    }

    func noteInfo(of socket: StreamSocket) {
        guard !hasInfo, let info = TCPInfo(of: socket.descriptor) else { return }
        hasInfo = true
        for (name, value) in info.values { tally.set("tcpi." + name, Int64(clamping: value)) }
    }
}

/// One connection of a tcp-stream flow as its client sees it.
final class BulkClient: StreamSocketOwner {
    private let number: Int
    private unowned let flow: TCPStreamFlow
    private var socket: StreamSocket?
    private var source: BulkSource?
    private var sink = BulkSink()
    private var begunAt: Int64 = 0
    private var connectTime: Int64?
    private var timer: TimerQueue.Identifier?
    private var hasSentAll = false
    private var peerEnded = false
    private var receipt: [UInt8] = []
    private var hasEnded = false

    init(number: Int, flow: TCPStreamFlow) {
        self.number = number
        self.flow = flow
    }

    private var behaviour: SocketBehaviour { flow.flow.client }

    /// By `MonotonicClock`.
    var connectedAt: Int64 { begunAt + (connectTime ?? 0) }

    /// Bytes so far, in both directions.
    var moved: Int64 { Int64((source?.bytes ?? 0) + sink.bytes) }

    var liveDescriptor: Int32? {
        guard connectTime != nil, let socket, socket.isOpen else { return nil }
        return socket.descriptor
    }

    func begin() {
        begunAt = MonotonicClock.instant()
        do {
            let socket = StreamSocket(
                try flow.makeSocket(number), on: flow.loop, behaviour: behaviour, unreadFrom: nil,
                now: begunAt)
            socket.discardsInput = flow.plan.isReverse && BulkSink.discards(flow.plan, behaviour)
            self.socket = socket
            watchProgress()
            socket.connect(to: flow.address, owner: self)
        } catch {
            end(.errno(error.operation, error.errno))
        }
    }

    /// The time-out runs from the last moment at which bytes moved.
    private func watchProgress() {
        guard !hasEnded, let socket else { return }
        let deadline = max(begunAt, socket.lastProgress) + flow.flow.timeout.nanoseconds
        if deadline <= MonotonicClock.instant(), !isWaitingOnPurpose {
            end(.timeout(connectTime == nil ? "connect" : hasSentAll || source == nil ? "recv" : "send"))
        } else {
            let next = max(deadline, MonotonicClock.instant() + 1_000_000)
            timer = flow.loop.at(next) { [self] in watchProgress() }
        }
    }

    /// Between two writes there is nothing that could move.
    private var isWaitingOnPurpose: Bool {
        connectTime != nil && source != nil && !hasSentAll && socket?.isSending == false
    }

    func streamConnected() {
        guard let socket, !hasEnded else { return }
        let now = MonotonicClock.instant()
        connectTime = now - begunAt
        flow.tally.add("connected")
        flow.tally.connectTimes.record(UInt64(max(0, now - begunAt)))
        if let timestamp = behaviour.timestamp {
            do {
                try TimestampClock.jump(socket.descriptor, to: timestamp)
            } catch {
                return end(.errno("setsockopt TCP_TIMESTAMP", error.errno))
            }
        }
        if let greeting = flow.greeting {
            socket.send(.bytes(greeting.bytes))
        } else {
            startSource()
        }
    }

    private func startSource() {
        guard let socket, !flow.plan.isReverse else { return }
        let source = BulkSource(flow.plan, socket: socket) { [unowned self] in sentAll() }
        self.source = source
        source.begin()
    }

    func streamDrained() {
        if let source { source.drained() } else if flow.greeting != nil { startSource() }
    }

    private func sentAll() {
        guard !hasEnded, let socket else { return }
        hasSentAll = true
        switch behaviour.close {
        case .fin, .half, .unread:
            // The end is only known when the peer has read everything and closed as well.
            socket.finishSending()
            if peerEnded { end(nil) }
        case .rst, .never: end(nil)
        }
    }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        if flow.greeting != nil, !flow.plan.isReverse {
            receipt += bytes
            return
        }
        let verifies = flow.plan.writeSize.bytes < BulkSource.fastWriteSize
        sink.take(bytes, verifies: verifies, at: MonotonicClock.instant())
        if behaviour.close == .unread, flow.plan.isReverse { end(nil) }
    }

    func streamDiscarded(_ count: Int) { sink.take(count, at: MonotonicClock.instant()) }

    func streamEnded() {
        peerEnded = true
        if flow.plan.isReverse {
            let missing = expected.map { $0 - sink.bytes } ?? 0
            end(missing == 0 ? nil : .other("recv: closed by the peer, \(missing) bytes short"))
        } else if hasSentAll {
            if let receipt = StandaloneReceipt(receipt) { flow.noteReceipt(receipt) }
            end(nil)
        } else {
            end(.other("send: closed by the peer"))
        }
    }

    private var expected: Int? {
        switch flow.plan.amount {
        case .bytes(let count): count.bytes
        case .writes(let count): count * flow.plan.writeSize.bytes
        case .time: nil
        }
    }

    func streamFailed(_ call: String, _ errno: Int32) { end(.errno(call, errno)) }

    func cancel() { end(.other("cancelled")) }

    /// Its process is killed: the kernel decides how the connection ends.
    func die() {
        source?.stop()
        socket?.close()
        end(.other("the client was killed"))
    }

    private func end(_ failure: OutcomeTally.Failure?) {
        guard !hasEnded else { return }
        hasEnded = true
        flow.loop.cancel(timer)
        source?.stop()
        if let socket { flow.noteInfo(of: socket) }
        let now = MonotonicClock.instant()
        let port = socket.flatMap { $0.isOpen ? SocketAddress.local(of: $0.descriptor).port : nil }
        if failure != nil {
            socket?.abort()
        } else {
            switch behaviour.close {
            case .fin, .half, .unread: socket?.close()
            case .rst: socket?.abort()
            case .never: break
            }
        }
        let attempt = Attempt(
            number: number, startedAt: begunAt - flow.origin, result: .failed, connectTime: connectTime,
            duration: now - begunAt, localPort: port)
        flow.ended(self, attempt, failure: failure, source: source, sink: sink)
    }

    /// At the end of the traffic.
    func close() { socket?.close() }
}
