import LinuxSystem
import Synchronization

/// The thread on which a lab's work is done: at home, and its own.
///
/// Changing the kernel blocks, and steps have to come at their time. On the task pool, which has as many threads as
/// there are CPUs, a step would wait for whatever other labs are doing there.
final class LabExecutor: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let wake: EventFD

    /// Starts the thread. It ends after `stop`.
    init() throws(SystemError) {
        wake = try EventFD()
        _ = try HomeThread(name: "netlab-lab") { [self] in work() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        wake.signal()
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Ends the thread as soon as it has nothing to do.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    private func work() {
        while true {
            let (jobs, isStopped) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isStopped)
            }
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
            if jobs.isEmpty {
                if isStopped { return }
                wake.wait()
            }
        }
    }
}
