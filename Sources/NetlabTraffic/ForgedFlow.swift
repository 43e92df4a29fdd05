import CNetlab
import LinuxSystem
import NetlabModel
import Netlink
import Synchronization

/// A forge flow: raw packets with chosen fields, sent by a thread of its own, and only to addresses of the lab.
final class ForgedFlow: FlowDriver, @unchecked Sendable {
    /// The fastest it goes, whatever was asked for.
    private static let highestRate = 100_000.0

    let flow: Flow
    private let plan: ForgeFlow
    private let namespace: NetworkNamespace
    private let loop: EventLoop
    /// Both ends of the connection that is pretended to be continued; asked when the flow begins.
    private let connections: ConnectionFinder?
    private let stop: EventFD
    private let isStopped = Atomic(false)
    private var tally = OutcomeTally(zeros: ["attempted", "sent", "packets", "failed", "bytes_sent"])
    private var failure: String?
    private var isRunning = false
    private var isOver = false
    private var finished: (() -> Void)?
    private var whenClosed: (() -> Void)?

    init(
        _ flow: Flow, plan: ForgeFlow, namespace: NetworkNamespace, loop: EventLoop,
        connections: ConnectionFinder?
    ) throws(SystemError) {
        self.flow = flow
        self.plan = plan
        self.namespace = namespace
        self.loop = loop
        self.connections = connections
        stop = try EventFD()
    }

    func begin(origin: Int64, finished: @escaping () -> Void) {
        self.finished = finished
        guard let name = plan.connection, let connections else { return start(nil) }
        connections.find(name) { [self] result in
            switch result {
            case .success(let ends): start(ends)
            case .failure(let error): finish("\(error); have a flow hold one open and start after it")
            }
        }
    }

    private func start(_ ends: [ConnectionEnd]?) {
        guard finished != nil else { return }
        isRunning = true
        do {
            _ = try HomeThread(name: "nl-forge") { [self] in
                let (tally, failure) = send(ends)
                loop.submit { [self] in
                    self.tally = tally
                    isRunning = false
                    finish(failure)
                    whenClosed?()
                    whenClosed = nil
                }
            }
        } catch {
            isRunning = false
            finish("\(error)")
        }
    }

    private func finish(_ failure: String?) {
        self.failure = self.failure ?? failure
        isOver = true
        let action = finished
        finished = nil
        action?()
    }

    // MARK: On the thread

    private func send(_ ends: [ConnectionEnd]?) -> (OutcomeTally, failure: String?) {
        var tally = tally
        let forge: PacketForge
        let sender: RawSender
        do throws(SystemError) {
            forge = try makeForge(ends)
            sender = try RawSender(to: flow.to.address, in: namespace, belowIP: forge.needsLinkLayer)
        } catch {
            return (tally, "\(error)")
        }
        cnetlab_sharpen_timers()
        let begin = MonotonicClock.instant()
        var pacing = Pacing(min(plan.rate?.perSecond ?? Self.highestRate, Self.highestRate), start: begin)
        for index in 0..<plan.count {
            // Without a rate packets follow each other as fast as they can be made, up to the highest rate.
            while !isStopped.load(ordering: .relaxed) {
                let left = pacing.next - MonotonicClock.instant()
                guard left > 0 else { break }
                _ = cnetlab_wait_readable(stop.fileDescriptor, -1, left)
            }
            guard !isStopped.load(ordering: .relaxed) else { break }
            pacing.took(place: MonotonicClock.instant())
            tally.add("attempted")
            var isWhole = true
            for packet in forge.packets(index) {
                if let error = sender.send(packet) {
                    tally.add("errno." + ErrnoName.name(error))
                    isWhole = false
                } else {
                    tally.add("packets")
                    tally.add("bytes_sent", Int64(packet.count))
                }
            }
            tally.add(isWhole ? "sent" : "failed")
        }
        tally.set("duration", MonotonicClock.instant() - begin)
        return (tally, nil)
    }

    private func makeForge(_ ends: [ConnectionEnd]?) throws(SystemError) -> PacketForge {
        var pretended: (own: ConnectionEnd, peer: ConnectionEnd)?
        if let ends, ends.count == 2 {
            let goesToFirst = ends[0].address == flow.to.address
            pretended = goesToFirst ? (ends[1], ends[0]) : (ends[0], ends[1])
        }
        let source: IPAddress
        if let chosen = plan.source ?? pretended?.own.address {
            source = chosen
        } else {
            do {
                let route = try RouteSocket(in: namespace).route(to: flow.to.address.bytes)
                source = route.source.map(IPAddress.init) ?? flow.to.address
            } catch {
                throw SystemError(error.operation, errno: error.errno)
            }
        }
        return PacketForge(
            plan: plan, source: source, destination: flow.to.address, destinationPort: flow.to.port,
            pretended: pretended)
    }

    // MARK: FlowDriver

    func cancel() {
        if isOver { return }
        failure = failure ?? "interrupted before it had finished"
        isStopped.store(true, ordering: .relaxed)
        stop.signal()
        finish(nil)
    }

    func close(closed: @escaping () -> Void) {
        if isRunning { whenClosed = closed } else { closed() }
    }

    func outcome() -> FlowOutcome { tally.outcome(kind: flow.kind, failure: failure) }
}
