import CNetlab
import Glibc
import LinuxSystem

/// A port that somebody else has.
enum TakenPort {
    private static let patience: Int64 = 500_000_000
    private static let pause: Int64 = 5_000_000

    /// Makes what listens at a port; tries again for half a second while the port is taken.
    ///
    /// A program that is about to start holds copies of all descriptors of this process until its exec, sockets of the
    /// phase before among them.
    /// - Throws: what the last try threw; all but EADDRINUSE at once.
    static func outwait<Listener>(
        _ make: () throws(SystemError) -> Listener
    ) throws(SystemError) -> Listener {
        let limit = MonotonicClock.instant() + patience
        while true {
            do throws(SystemError) {
                return try make()
            } catch {
                guard error.errno == EADDRINUSE, MonotonicClock.instant() < limit else { throw error }
                _ = cnetlab_wait_readable(-1, -1, pause)
            }
        }
    }
}
