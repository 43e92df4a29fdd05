import CNetlab
import Glibc

extension ChildProcess {
    /// Feeds standard input, collects output, keeps the deadlines, and reaps. Runs on the child's own thread.
    func supervise() {
        var supervisor = Supervisor(child: self)
        let exit = supervisor.run()
        let (outcome, waiting) = state.withLock { state in
            let status = exit.status
            let signal = status & 0x7f
            let outcome = Outcome(
                termination: signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal),
                ending: supervisor.ending ?? .byItself,
                standardOutput: state.standardOutput, standardError: state.standardError,
                elapsed: MonotonicClock.elapsed(since: started),
                userTime: .microseconds(exit.user_microseconds),
                systemTime: .microseconds(exit.system_microseconds),
                peakResidentBytes: Int(exit.resident_kilobytes) * 1024,
                voluntarySwitches: Int(exit.voluntary_switches),
                involuntarySwitches: Int(exit.involuntary_switches))
            state.outcome = outcome
            defer { state.waiting = [] }
            return (outcome, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }
}

private struct Supervisor {
    let child: ChildProcess
    /// Why the group was signalled, if it was.
    var ending: ChildProcess.Outcome.Ending?

    private let pidfd: OwnedFileDescriptor?
    private var input: OwnedFileDescriptor?
    private var output: OwnedFileDescriptor?
    private var error: OwnedFileDescriptor?
    private var unwritten: ArraySlice<UInt8>
    private var timeout: UInt64?
    private var killAt: UInt64?

    /// How often the child is looked at where the kernel has no pidfd (before Linux 5.3).
    private static let lookEvery: Int32 = 10
    /// How long descendants that left the group may hold the pipes open after the child's end.
    private static let drainFor = Duration.milliseconds(500)

    init(child: ChildProcess) {
        self.child = child
        let number = cnetlab_pidfd_open(child.processID)
        pidfd = number >= 0 ? OwnedFileDescriptor(adopting: number) : nil
        let pipes = child.pipes.withLock { pipes in
            defer { pipes = nil }
            return pipes
        }
        input = pipes?.input
        output = pipes?.output
        error = pipes?.error
        unwritten = child.command.standardInput[...]
        timeout = child.command.timeout.map { MonotonicClock.deadline(after: $0) }
    }

    mutating func run() -> cnetlab_exit {
        while cnetlab_child_has_exited(child.processID) == 0 {
            wait(until: [timeout, killAt].compactMap { $0 }.min(), watchingChild: true)
            keepDeadlines()
        }
        // The dead child still holds its number, so the group cannot be anybody else's.
        kill(-child.processID, SIGKILL)
        var exit = cnetlab_exit()
        child.state.withLock { state in
            cnetlab_child_reap(child.processID, &exit)
            state.isReaped = true
        }
        input = nil
        let end = MonotonicClock.deadline(after: Self.drainFor)
        while output != nil || error != nil, MonotonicClock.now() < end {
            wait(until: end, watchingChild: false)
        }
        return exit
    }

    private mutating func keepDeadlines() {
        let asked = child.state.withLock { $0.ending }
        if killAt == nil {
            if let asked {
                signalGroup(because: asked)
            } else if let timeout, MonotonicClock.now() >= timeout {
                signalGroup(because: .timedOut)
            }
        } else if let killAt, MonotonicClock.now() >= killAt {
            kill(-child.processID, SIGKILL)
            self.killAt = .max
        }
    }

    private mutating func signalGroup(because reason: ChildProcess.Outcome.Ending) {
        ending = reason
        timeout = nil
        killAt = MonotonicClock.deadline(after: child.command.grace)
        kill(-child.processID, SIGTERM)
        // A stopped process takes SIGTERM only when it goes on.
        kill(-child.processID, SIGCONT)
    }

    /// One poll over all that may happen, and its consequences.
    private mutating func wait(until deadline: UInt64?, watchingChild: Bool) {
        var entries = [
            pollfd(fd: input?.number ?? -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: output?.number ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: error?.number ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child.control.fileDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: watchingChild ? pidfd?.number ?? -1 : -1, events: Int16(POLLIN), revents: 0),
        ]
        var milliseconds = MonotonicClock.milliseconds(until: deadline == .max ? nil : deadline)
        if watchingChild, pidfd == nil {
            milliseconds = milliseconds < 0 ? Self.lookEvery : min(milliseconds, Self.lookEvery)
        }
        guard poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return }
        if entries[0].revents != 0 { feed() }
        if entries[1].revents != 0, let descriptor = output, !collect(descriptor, \.standardOutput) {
            output = nil
        }
        if entries[2].revents != 0, let descriptor = error, !collect(descriptor, \.standardError) {
            error = nil
        }
        if entries[3].revents != 0 { child.control.drain() }
    }

    private mutating func feed() {
        guard let descriptor = input else { return }
        let written = unwritten.withUnsafeBytes { write(descriptor.number, $0.baseAddress, $0.count) }
        if written > 0 { unwritten = unwritten.dropFirst(written) }
        // A child that does not read to the end (EPIPE) is no error: `head` does so.
        if unwritten.isEmpty || (written < 0 && errno != EAGAIN && errno != EINTR) { input = nil }
    }

    /// - Returns: false at the end of the stream.
    private func collect(
        _ descriptor: OwnedFileDescriptor, _ stream: WritableKeyPath<ChildProcess.State, CapturedOutput>
    ) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 1) { buffer in
            let count = read(descriptor.number, buffer.baseAddress, buffer.count)
            if count == 0 { return false }
            guard count > 0 else { return errno == EAGAIN || errno == EINTR }
            child.state.withLock { state in
                state[keyPath: stream].append(
                    UnsafeRawBufferPointer(rebasing: buffer[..<count]), limit: child.command.outputLimit)
            }
            return true
        }
    }
}
