import CNetlab
import Glibc
import Synchronization

/// The one thread that makes children.
///
/// PR_SET_PDEATHSIG fires when the *thread* that forked ends, and threads of the task pool end after some
/// idle seconds. This one lives as long as the process.
final class Spawner: Sendable {
    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let wake: EventFD

    private static let instance = Mutex<Spawner?>(nil)

    static func shared() throws(SystemError) -> Spawner {
        let result = instance.withLock { current -> Result<Spawner, SystemError> in
            if let current { return .success(current) }
            let made = Result { () throws(SystemError) in try Spawner() }
            if case .success(let spawner) = made { current = spawner }
            return made
        }
        return try result.get()
    }

    private init() throws(SystemError) {
        wake = try EventFD()
        _ = try HomeThread(name: "spawner") { [self] in
            while true {
                wake.wait()
                let due = jobs.withLock { jobs in
                    defer { jobs = [] }
                    return jobs
                }
                for job in due { job() }
            }
        }
    }

    /// Has a closure run on the spawner's thread, in the order of the calls.
    func enqueue(_ job: @escaping @Sendable () -> Void) {
        jobs.withLock { $0.append(job) }
        wake.signal()
    }
}
