/// Packets that the kernel threw away at one place, for one reason, in one namespace.
///
/// Packets are the kernel's: with segmentation offloads one of them can be many frames on a wire.
public struct Drop: Hashable, Sendable {
    /// The kernel's name for the reason, without prefix: `NO_SOCKET`.
    public var reason: String
    /// The function that dropped the packet, `__udp4_lib_rcv`; an address if the kernel hides its symbols.
    public var location: String
    /// The interface the packet was at, in its namespace; 0 for one that was at none.
    public var interfaceIndex: Int
    /// How many packets.
    public var count: UInt64

    /// Whether what was dropped is the copy of a packet for somebody who captures (netlab itself, tcpdump): it found
    /// no room in a ring, and the packet went its way.
    ///
    /// Kernel: `tpacket_rcv()`, `packet_rcv()`; reason `PACKET_SOCK_ERROR` since 6.11.
    public var isOfCopy: Bool { Self.isOfCopy(reason, location) }

    static func isOfCopy(_ reason: String, _ location: String) -> Bool {
        ["tpacket_rcv", "packet_rcv", "packet_rcv_spkt"].contains(location) || reason == "PACKET_SOCK_ERROR"
    }

    public init(reason: String, location: String, interfaceIndex: Int, count: UInt64) {
        self.reason = reason
        self.location = location
        self.interfaceIndex = interfaceIndex
        self.count = count
    }
}

/// Drops that happened and are missing from the counts, and those that were nearly missed.
public struct DropLosses: Hashable, Sendable {
    /// In watched namespaces, since the table of counters was full.
    public var unplaced: UInt64
    /// Anywhere on this host: they interrupted the counting of another drop on their CPU. A second program counts them.
    public var nested: UInt64
    /// Anywhere on this host, since neither program could be run for them.
    public var missed: UInt64

    public init(unplaced: UInt64, nested: UInt64, missed: UInt64) {
        self.unplaced = unplaced
        self.nested = nested
        self.missed = missed
    }

    /// At most so many drops are missing from the counts of all watched namespaces together.
    public var uncounted: UInt64 { unplaced + missed }
}

/// One packet that the kernel threw away, with its first bytes.
public struct SingleDrop: Hashable, Sendable {
    /// As in `Drop`.
    public var reason: String
    public var location: String
    public var interfaceIndex: Int
    /// When, on the monotonic clock.
    public var nanoseconds: UInt64
    /// Bytes that the kernel had of the packet then; its link header may be among them or not.
    public var length: Int
    /// At most 64 bytes from its IP header on; empty where the kernel had not found one yet.
    public var head: [UInt8]

    /// As `Drop.isOfCopy`.
    public var isOfCopy: Bool { Drop.isOfCopy(reason, location) }
}
