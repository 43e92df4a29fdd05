import Glibc
import LinuxSystem

/// Decides when a receiver that only counts is woken up: for every segment, or for every mebibyte.
///
/// Waking up costs more than counting does. While much comes, SO_RCVLOWAT lets the kernel collect before it reports;
/// a look in between takes what stays below that, and ends the arrangement when the rush is over. So bytes that are
/// the last for now are counted `interval` late at the most.
///
/// Kernel: `tcp_set_rcvlowat()` lets the receive window open as far as the mark, at once; FIN, RST and a full buffer
/// are reported whatever the mark is.
struct DiscardPace {
    /// What the kernel collects, in bytes.
    static let mark: CInt = 1 << 20
    /// Nanoseconds from one look to the next.
    static let interval: Int64 = 20_000_000
    /// Bytes in an interval from which on there is a rush: some 3 Gbit/s.
    static let rush = 8 << 20

    private(set) var isCollecting = false
    private var since: Int64 = 0
    private var bytes = 0

    /// Notes bytes that were thrown away.
    ///
    /// - Returns: whether the kernel is to collect from now on.
    mutating func took(_ count: Int, at now: Int64) -> Bool {
        bytes += count
        guard !isCollecting, now - since >= Self.interval else { return false }
        // Long ago, there was a lull: what came in it says nothing.
        isCollecting = bytes >= Self.rush && now - since < 2 * Self.interval
        since = now
        bytes = 0
        return isCollecting
    }

    /// Judges the time since the last look, when collecting.
    ///
    /// - Returns: whether the kernel is to go on collecting.
    mutating func look(at now: Int64) -> Bool {
        isCollecting = bytes >= Self.rush
        since = now
        bytes = 0
        return isCollecting
    }

    /// Sets SO_RCVLOWAT; a kernel that refuses goes on reporting everything.
    static func set(_ descriptor: Int32, collects: Bool) {
        try? SocketOptions.set(descriptor, SOL_SOCKET, SO_RCVLOWAT, collects ? mark : 1, "SO_RCVLOWAT")
    }
}
