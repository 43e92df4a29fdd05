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

    public init(reason: String, location: String, interfaceIndex: Int, count: UInt64) {
        self.reason = reason
        self.location = location
        self.interfaceIndex = interfaceIndex
        self.count = count
    }
}

/// Drops that happened and are missing from the counts.
public struct DropLosses: Hashable, Sendable {
    /// In watched namespaces, since the table of counters was full.
    public var unplaced: UInt64
    /// Anywhere on this host, since they interrupted the counting of another drop on their CPU.
    public var nested: UInt64

    public init(unplaced: UInt64, nested: UInt64) {
        self.unplaced = unplaced
        self.nested = nested
    }
}
