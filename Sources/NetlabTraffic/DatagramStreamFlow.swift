import LinuxSystem
import NetlabModel

/// A udp-stream flow: its sender and, where netlab runs it, its receiver.
final class DatagramStreamFlow: FlowDriver, @unchecked Sendable {
    let flow: Flow
    private let plan: DatagramFlow
    private let sender: DatagramSender
    private let receiver: DatagramReceiver?
    private let control: DatagramControl?
    private var receipt: StandaloneReceipt?
    private let loop: EventLoop
    private var sent: DatagramSender.Result?
    private var got: DatagramReceiver.Result?
    private var failure: String?
    private var unread = 0
    private var begunAt: Int64 = 0
    private var duration: Int64 = 0
    /// Threads that have not ended yet.
    private var running = 0
    private var finished: (() -> Void)?
    private var whenClosed: (() -> Void)?

    /// Opens all sockets of the flow.
    ///
    /// - Throws: `SystemError`, see `DatagramSender` and `DatagramReceiver`.
    init(
        _ flow: Flow, plan: DatagramFlow, client: NetworkNamespace, server: NetworkNamespace?, seed: UInt64,
        announces: Bool, loop: EventLoop
    ) throws(SystemError) {
        self.flow = flow
        self.plan = plan
        self.loop = loop
        control =
            announces ? DatagramControl(flow, size: plan.sizes == nil ? plan.size.bytes : 0, salt: seed) : nil
        if let server, flow.server.isPresent {
            receiver = try TakenPort.outwait { () throws(SystemError) -> DatagramReceiver in
                try DatagramReceiver(flow, plan: plan, namespace: server, salt: seed)
            }
        } else {
            receiver = nil
        }
        sender = try DatagramSender(
            flow, plan: plan, namespace: client, salt: seed, overtakes: !announces)
    }

    func begin(origin: Int64, finished: @escaping () -> Void) {
        self.finished = finished
        begunAt = MonotonicClock.instant()
        do {
            try receiver?.start { [self] result in
                loop.submit { [self] in
                    got = result
                    running -= 1
                    finishIfDone()
                }
            }
            if receiver != nil { running += 1 }
            try sender.start(before: control?.announce) { [self] result in
                receiver?.senderIsDone()
                let receipt = control?.collect(after: plan.linger)
                loop.submit { [self] in
                    sent = result
                    self.receipt = receipt
                    running -= 1
                    finishIfDone()
                }
            }
            running += 1
        } catch {
            failure = "\(error)"
            receiver?.cancel()
            self.finished = nil
            finished()
        }
    }

    private func finishIfDone() {
        guard running == 0 else { return }
        if let finished {
            self.finished = nil
            duration = MonotonicClock.instant() - begunAt
            finished()
        }
        closeSockets()
    }

    func cancel() {
        guard finished != nil || sent == nil else { return }
        failure = failure ?? "interrupted before it had finished"
        sender.cancel()
        receiver?.cancel()
    }

    func close(closed: @escaping () -> Void) {
        whenClosed = closed
        // Cancelled threads end soon, and until then the sockets are theirs.
        if running == 0 { closeSockets() }
    }

    private func closeSockets() {
        guard let whenClosed else { return }
        self.whenClosed = nil
        unread = receiver?.countUnread() ?? 0
        receiver?.closeSocket()
        sender.closeSockets()
        whenClosed()
    }

    func outcome() -> FlowOutcome {
        guard let sent else {
            return FlowOutcome(kind: flow.kind.word, failure: failure ?? "it was never started")
        }
        var tally = OutcomeTally(zeros: [])
        tally.set("attempted", Int64(sent.attempted))
        tally.set("sent", Int64(sent.sent))
        tally.set("failed", Int64(sent.attempted - sent.sent))
        tally.set("bytes_sent", Int64(sent.bytes))
        tally.set("send_duration", sent.duration)
        for (error, count) in sent.errors { tally.add("errno." + ErrnoName.name(error), Int64(count)) }
        tally.set("pacing", sent.lateness)
        tally.set("duration", duration)
        tally.set("received", Int64(got?.received ?? 0))
        tally.set("bytes_received", Int64(got?.bytes ?? 0))
        tally.set("corrupted", Int64(got?.corrupted ?? 0))
        tally.set("unread", Int64(unread))
        let isNumbered = plan.smallestSize >= DatagramHeader.length
        let arrived = isNumbered ? (got?.ledger.distinct ?? 0) + (got?.corrupted ?? 0) : got?.received ?? 0
        tally.set("lost", Int64(max(0, sent.sent - arrived - unread)))
        if isNumbered {
            tally.set("duplicated", Int64(got?.ledger.duplicated ?? 0))
            tally.set("reordered", Int64(got?.ledger.reordered ?? 0))
            tally.set("reorder_extent", Int64(got?.ledger.largestExtent ?? 0))
            tally.set("jitter", Int64(got?.ledger.jitter ?? 0))
            if let got { tally.set("delay", got.delays) }
        }
        let span = got.map { $0.lastAt - $0.firstAt } ?? 0
        tally.set(
            "throughput",
            TCPStreamFlow.bitsPerSecond(Int64(got?.bytes ?? 0), over: span > 0 ? span : duration))
        if let receipt { Self.merge(receipt, into: &tally, sent: sent.sent) }
        if let problem = control?.problem { return tally.outcome(kind: flow.kind, failure: problem) }
        if let error = got?.error, error != 0 { tally.add("server.errno." + ErrnoName.name(error)) }
        return tally.outcome(kind: flow.kind, failure: failure)
    }

    var progress: FlowProgress {
        FlowProgress(bytes: Int64(sender.bytesHandedOver), events: Int64(sender.handedOver))
    }

    /// The books of a receiver on another machine. Its clock is another one: no one-way delay.
    private static func merge(_ receipt: StandaloneReceipt, into tally: inout OutcomeTally, sent: Int) {
        for (name, value) in [
            ("received", receipt.received), ("bytes_received", receipt.bytes),
            ("duplicated", receipt.duplicated),
            ("reordered", receipt.reordered), ("reorder_extent", receipt.extent),
            ("corrupted", receipt.corrupted), ("jitter", receipt.jitter),
        ] {
            tally.set(name, Int64(clamping: value))
        }
        tally.set(
            "lost", Int64(max(0, sent - Int(clamping: receipt.distinct) - Int(clamping: receipt.corrupted))))
        tally.set(
            "throughput",
            TCPStreamFlow.bitsPerSecond(
                Int64(clamping: receipt.bytes), over: Int64(clamping: receipt.duration)))
    }
}
