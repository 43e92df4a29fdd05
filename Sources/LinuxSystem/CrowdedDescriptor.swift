import Glibc

/// Room for libraries that wait with select(2): it knows descriptors below 1024 only, and glibc ends the process that asks for more.
///
/// libnftables is one of them. So whoever opens descriptors by the thousand keeps out of the low numbers.
public enum CrowdedDescriptor {
    /// From here on a descriptor is moved out of the way.
    private static let crowded: Int32 = 512
    /// FD_SETSIZE.
    static let selectLimit: Int32 = 1024

    /// The descriptor itself while there are few; else a duplicate of it above select's reach, the original closed.
    ///
    /// - Parameter number: an open descriptor, or a negative number, which is returned as it is.
    public static func outOfTheWay(_ number: Int32) -> Int32 {
        guard number >= crowded, number < selectLimit else { return number }
        let moved = fcntl(number, F_DUPFD_CLOEXEC, selectLimit)
        // Above RLIMIT_NOFILE there is no room; then the low number has to do.
        guard moved >= 0 else { return number }
        close(number)
        return moved
    }

    /// Whether the next descriptor that is opened can be waited for with select.
    static var hasRoomForSelect: Bool {
        let lowest = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
        guard lowest >= 0 else { return false }
        close(lowest)
        return lowest < selectLimit - 8
    }
}
