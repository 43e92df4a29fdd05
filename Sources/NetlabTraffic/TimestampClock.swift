import Glibc
import LinuxSystem
import Netlink

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

    /// How far a connection's clock is ahead of the kernel's own, modulo 2^32; nil if it has no timestamps or the kernel tells
    /// nothing.
    ///
    /// A socket that never connected tells the kernel's own clock.
    ///
    /// Kernel: `tcp_sock.tsoffset`, which connect(2) and the SYN/ACK draw; TCP_TIMESTAMP reads it with the clock added.
    static func offset(of descriptor: Int32) -> UInt32? {
        let tcp = CInt(IPPROTO_TCP)
        guard let options = TCPInfo(of: descriptor)?["options"], options & 1 != 0 else { return nil }
        let idle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard idle >= 0 else { return nil }
        defer { close(idle) }
        guard let plain = SocketOptions.integer(idle, tcp, TCP_TIMESTAMP),
            let own = SocketOptions.integer(descriptor, tcp, TCP_TIMESTAMP)
        else { return nil }
        return UInt32(bitPattern: own) &- UInt32(bitPattern: plain)
    }

    /// Milliseconds that two looks at one clock may be apart: a stall of a busy machine is far below, the next clock far
    /// above.
    static let tolerance: UInt32 = 5000

    /// How many different clocks offsets tell.
    static func clocks(_ offsets: [UInt32]) -> Int {
        let sorted = offsets.sorted()
        guard let first = sorted.first, let last = sorted.last else { return 0 }
        let gaps = zip(sorted, sorted.dropFirst()).count { $1 - $0 > tolerance }
        // It is a circle: the last and the first may be neighbours.
        return gaps == 0 ? 1 : gaps + (first &- last > tolerance ? 1 : 0)
    }

    /// How many of them are not the kernel's own.
    static func offset(_ offsets: [UInt32]) -> Int {
        offsets.count { min($0, 0 &- $0) > tolerance }
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
