import CNetlab
import Glibc
import LinuxSystem

/// A port that somebody else has.
enum TakenPort {
    private static let patience: Int64 = 500_000_000
    private static let pause: Int64 = 5_000_000
    /// A machine that stands still for that time has given nobody a chance to let go of it.
    static let leastTries = 20

    /// Makes what listens at a port; tries again while the port is taken, for half a second and twenty times at least.
    ///
    /// A program that is about to start holds copies of all descriptors of this process until its exec, sockets of the
    /// phase before among them.
    /// - Throws: what the last try threw; all but EADDRINUSE at once.
    static func outwait<Listener>(
        _ make: () throws(SystemError) -> Listener
    ) throws(SystemError) -> Listener {
        let limit = MonotonicClock.instant() + patience
        var tries = 0
        while true {
            tries += 1
            do throws(SystemError) {
                return try make()
            } catch {
                let isPatient = tries < leastTries || MonotonicClock.instant() < limit
                guard error.errno == EADDRINUSE, isPatient else { throw error }
                _ = cnetlab_wait_readable(-1, -1, pause)
            }
        }
    }
}
