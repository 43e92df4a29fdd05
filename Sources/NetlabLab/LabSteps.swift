import Glibc
import LinuxSystem
import NetlabModel

extension Lab {
    /// Changes the lab at times that count from now. Each step comes at its time, whatever the one before it is still
    /// waiting for; one that takes longer than the pause before the next makes that one late, which its record says.
    ///
    /// Blocks the lab's own thread between the steps.
    /// - Throws: `LabError` of a change that the kernel refused, or `CancellationError`.
    public func follow(_ steps: [TimedStep]) async throws -> [StepRecord] {
        let begin = MonotonicClock.now()
        let wake = try EventFD()
        var records: [StepRecord] = []
        for step in steps {
            let due = begin &+ UInt64(max(0, step.at.nanoseconds))
            await withTaskCancellationHandler {
                Self.wait(until: due, or: wake)
            } onCancel: {
                wake.signal()
            }
            try Task.checkCancellation()
            let started = MonotonicClock.elapsed(since: begin)
            let changes = try await change(to: step.state, waits: false)
            records.append(
                StepRecord(
                    at: step.at.nanoseconds, started: started.nanoseconds,
                    ended: MonotonicClock.elapsed(since: begin).nanoseconds, changes: changes.map(\.record)))
        }
        return records
    }

    private static func wait(until due: UInt64, or wake: EventFD) {
        var entry = pollfd(fd: wake.fileDescriptor, events: Int16(POLLIN), revents: 0)
        while MonotonicClock.now() < due {
            if poll(&entry, 1, MonotonicClock.milliseconds(until: due)) > 0 { return }
        }
    }
}
