import LinuxSystem
import NetlabModel
import Synchronization

/// The clients of a tcp-connect flow that closes its connections at once, on two loops.
///
/// Making a connection costs the client's thread more than twice what it costs the server's: over a veth pair the
/// whole handshake runs inside connect(2). One thread of clients alone would leave the server idle for half of the
/// time. Attempts with odd numbers are made by the clients' loop, those with even ones by a loop of this flow's own.
final class ChurnFlow: FlowDriver, @unchecked Sendable {
    /// With fewer attempts a second thread gains nothing that could be measured.
    static let fewest = 1000

    let flow: Flow
    private let odd: TCPClientFlow
    private let even: TCPClientFlow
    private let loop: EventLoop
    private let ownLoop: EventLoop
    private var begunAt: Int64 = 0
    private var duration: Int64 = 0
    private var running = 0
    private var finished: (() -> Void)?
    private var whenClosed: (() -> Void)?
    /// Connections made by the other loop so far.
    private let connectedThere = Atomic<Int>(0)

    /// nil if the flow is better served by one loop: connections are held or looked at, or few.
    ///
    /// - Throws: `SystemError` of the second loop's thread and descriptors.
    init?(_ flow: Flow, namespace: NetworkNamespace, loop: EventLoop) throws(SystemError) {
        guard case .tcpConnect(let plan) = flow.kind, Self.suits(plan, flow) else { return nil }
        self.flow = flow
        self.loop = loop
        ownLoop = try EventLoop(name: "nl-clients-2")
        var halves = (plan, plan)
        halves.0.count = plan.count - plan.count / 2
        halves.0.concurrency = plan.concurrency - plan.concurrency / 2
        halves.1.count = plan.count / 2
        halves.1.concurrency = plan.concurrency / 2
        var (first, second) = (flow, flow)
        first.kind = .tcpConnect(halves.0)
        second.kind = .tcpConnect(halves.1)
        odd = TCPClientFlow(first, exchange: TCPExchange(), namespace: namespace, loop: loop)
        even = TCPClientFlow(second, exchange: TCPExchange(), namespace: namespace, loop: ownLoop)
    }

    private static func suits(_ plan: ConnectFlow, _ flow: Flow) -> Bool {
        guard !plan.holds, plan.rate == nil, plan.concurrency >= 8, plan.count >= fewest else { return false }
        // What these ask for is about one connection after the other, or about all at once.
        return flow.samples == nil && flow.client.dies == nil && flow.client.bindPorts == nil
            && (flow.client.close == .fin || flow.client.close == .rst)
    }

    func begin(origin: Int64, finished: @escaping () -> Void) {
        begunAt = MonotonicClock.instant()
        self.finished = finished
        running = 2
        ownLoop.submit { [self] in
            even.whenConnected = { [self] in connectedThere.add(1, ordering: .relaxed) }
            even.begin(origin: origin) { [self] in loop.submit { [self] in halfFinished() } }
        }
        odd.begin(origin: origin) { [self] in halfFinished() }
    }

    private func halfFinished() {
        running -= 1
        guard running == 0 else { return }
        duration = MonotonicClock.instant() - begunAt
        let action = finished
        finished = nil
        action?()
    }

    func cancel() {
        odd.cancel()
        ownLoop.submit { [self] in even.cancel() }
    }

    func close(closed: @escaping () -> Void) {
        whenClosed = closed
        odd.close {}
        ownLoop.submit { [self] in even.close {} }
        ownLoop.stop { [self] in
            loop.submit { [self] in
                let action = whenClosed
                whenClosed = nil
                action?()
            }
        }
    }

    /// After `close`: the other loop has ended then.
    func outcome() -> FlowOutcome {
        var tally = odd.tally.numbered { 2 * $0 - 1 }
        tally.merge(even.tally.numbered { 2 * $0 })
        tally.set("duration", duration)
        return tally.outcome(kind: flow.kind, failure: odd.failure ?? even.failure)
    }

    var progress: FlowProgress {
        FlowProgress(
            bytes: 0, events: odd.progress.events + Int64(connectedThere.load(ordering: .relaxed)))
    }
}
