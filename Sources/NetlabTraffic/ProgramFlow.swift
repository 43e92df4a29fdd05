import LinuxSystem
import NetlabModel
import Netlink

/// An exec flow: a program in a node, in a process group of its own that ends with the traffic at the latest.
final class ProgramFlow: FlowDriver, @unchecked Sendable {
    /// What is kept of what a program writes.
    private static let logLimit = 64 * 1024
    /// How long a server may take until it listens.
    private static let readiness: Int64 = 10_000_000_000

    let flow: Flow
    private let plan: ExecFlow
    private let namespace: NetworkNamespace
    private let files: [String: String]
    private let loop: EventLoop
    private var child: ChildProcess?
    private var result: ChildProcess.Outcome?
    private var failure: String?
    private var isStarting = false
    private var isCancelled = false
    private var begunAt: Int64 = 0
    private var whenReady: (() -> Void)?
    private var finished: (() -> Void)?
    private var whenClosed: (() -> Void)?

    init(
        _ flow: Flow, plan: ExecFlow, namespace: NetworkNamespace, files: [String: String] = [:],
        loop: EventLoop
    ) {
        self.flow = flow
        self.plan = plan
        self.namespace = namespace
        self.files = files
        self.loop = loop
    }

    var isAwaited: Bool { !plan.isServer }
    var isService: Bool { plan.isServer }

    func begin(origin: Int64, finished: @escaping () -> Void) {
        self.finished = finished
        begunAt = MonotonicClock.instant()
        isStarting = true
        var command = ChildCommand(
            plan.command.first ?? "", Array(plan.command.dropFirst()), in: namespace,
            timeout: plan.isServer ? nil : flow.timeout)
        command.environment = plan.environment.mapValues { $0 }
        command.files = files
        command.outputLimit = plan.parsesIperf3 ? 4 << 20 : Self.logLimit
        Task.detached { [self, command] in
            do throws(ChildProcessError) {
                let child = try await ChildProcess.start(command)
                loop.submit { [self] in started(child) }
                let outcome = await child.outcome()
                loop.submit { [self] in ended(outcome) }
            } catch {
                let text = "\(error)"
                loop.submit { [self] in couldNotStart(text) }
            }
        }
    }

    private func started(_ child: ChildProcess) {
        isStarting = false
        self.child = child
        if isCancelled || whenClosed != nil { child.terminate() }
        lookForListener(until: begunAt + Self.readiness)
    }

    private func couldNotStart(_ text: String) {
        isStarting = false
        failure = failure ?? text
        ready()
        finish()
    }

    private func ended(_ outcome: ChildProcess.Outcome) {
        result = outcome
        if plan.isServer, whenReady != nil {
            failure = failure ?? "\(plan.command.first ?? "") ended before it listened: \(outcome.summary)"
        }
        ready()
        finish()
    }

    private func finish() {
        let action = finished
        finished = nil
        action?()
        whenClosed?()
        whenClosed = nil
    }

    // MARK: Readiness

    /// Calls back when the server listens on the flow's port; at once if it has none.
    func awaitReadiness(_ ready: @escaping () -> Void) { whenReady = ready }

    private func ready() {
        let action = whenReady
        whenReady = nil
        action?()
    }

    /// The kernel is asked who listens; the program need not say anything.
    private func lookForListener(until deadline: Int64) {
        guard whenReady != nil else { return }
        if flow.to.port == 0 || isListening() { return ready() }
        let now = MonotonicClock.instant()
        if now >= deadline {
            failure = failure ?? "\(plan.command.first ?? "") does not listen on port \(flow.to.port)"
            return ready()
        }
        _ = loop.at(now + 2_000_000) { [self] in lookForListener(until: deadline) }
    }

    private func isListening() -> Bool {
        guard let diagnostics = try? SocketDiagnostics(in: namespace) else { return true }
        let port = UInt16(truncatingIfNeeded: flow.to.port)
        for family in [AddressFamily.ipv4, .ipv6] {
            for (transport, state) in [(Transport.tcp, TCPState.listen), (.udp, .close)] {
                let found = try? diagnostics.sockets(
                    transport, family, states: [state], localPort: port, withDetails: false)
                if found?.contains(where: { $0.localPort == port }) == true { return true }
            }
        }
        return false
    }

    // MARK: Ending

    func cancel() {
        guard result == nil, failure == nil, !plan.isServer else { return }
        isCancelled = true
        failure = "interrupted before it had finished"
        child?.terminate()
        let action = finished
        finished = nil
        action?()
    }

    func close(closed: @escaping () -> Void) {
        if result != nil || (child == nil && !isStarting) { return closed() }
        whenClosed = closed
        child?.terminate()
    }

    func outcome() -> FlowOutcome {
        var tally = OutcomeTally(zeros: ["succeeded", "failed", "timed_out"], withErrnos: false)
        var log = ""
        if let result {
            switch result.termination {
            case .exited(let code):
                tally.set("exit_code", Int64(code))
                tally.set("signal", 0)
            case .signalled(let signal): tally.set("signal", Int64(signal))
            }
            let isFine = result.isSuccess || plan.isServer && result.ending == .requested
            tally.set(isFine ? "succeeded" : "failed", 1)
            if result.ending == .timedOut { tally.set("timed_out", 1) }
            tally.set("duration", result.elapsed.nanoseconds)
            tally.set("max_rss", Int64(result.peakResidentBytes))
            // A server that was ended before it had served anybody has nothing to report.
            if plan.parsesIperf3, !plan.isServer || !result.standardOutput.text.isEmpty {
                do {
                    for (name, value) in try Iperf3Report.values(result.standardOutput.text) {
                        tally.set(name, value)
                    }
                } catch {
                    failure = failure ?? "iperf3: \(error)"
                }
            }
            log = String((result.standardOutput.text + result.standardError.text).prefix(Self.logLimit))
        } else if failure == nil {
            failure = "it was never started"
        }
        return tally.outcome(kind: flow.kind, log: log, failure: failure)
    }
}
