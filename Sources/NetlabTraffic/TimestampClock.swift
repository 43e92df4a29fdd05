import Glibc
import LinuxSystem

/// Sets the clock behind a connection's timestamps (TSval of RFC 7323), as restoring a checkpoint does.
///
/// Kernel: TCP_TIMESTAMP under TCP_REPAIR, CAP_NET_ADMIN. From 4.11 on connect(2) draws an offset of its own for the
/// SYN, so the clock is set again once the connection is established. Since 6.7 the lowest bit of the value chooses
/// microseconds as the unit: it is left out.
enum TimestampClock {
    /// Before connect(2): kept by kernels before 4.11 alone.
    ///
    /// - Throws: `SystemError`: EPERM without the capability.
    static func prepare(_ descriptor: Int32, _ value: Int) throws(SystemError) {
        try set(descriptor, value, leaving: 0)
    }

    /// On an established connection: the next segment carries it.
    ///
    /// - Throws: `SystemError`: EPERM without the capability.
    static func jump(_ descriptor: Int32, to value: Int) throws(SystemError) {
        let reuse = SocketOptions.integer(descriptor, SOL_SOCKET, SO_REUSEADDR) ?? 0
        try set(descriptor, value, leaving: ConnectionEnd.offWithoutProbe)
        // Leaving repair mode clears it.
        try SocketOptions.set(descriptor, SOL_SOCKET, SO_REUSEADDR, reuse, "SO_REUSEADDR")
    }

    private static func set(_ descriptor: Int32, _ value: Int, leaving mode: CInt) throws(SystemError) {
        let tcp = CInt(IPPROTO_TCP)
        try SocketOptions.set(descriptor, tcp, TCP_REPAIR, 1, "TCP_REPAIR")
        let bits = CInt(truncatingIfNeeded: value & ~1)
        let result: Result<Void, SystemError> = Result { () throws(SystemError) in
            try SocketOptions.set(descriptor, tcp, TCP_TIMESTAMP, bits, "TCP_TIMESTAMP")
        }
        try SocketOptions.set(descriptor, tcp, TCP_REPAIR, mode, "TCP_REPAIR")
        try result.get()
    }
}
