/// One account of packets in one phase: what went in, what came out, where the rest went.
///
/// `sent + copied == arrived + (sum of dropped) + inFlight + unexplained`.
public struct BookEntry: Hashable, Codable, Sendable {
    /// What the account is about.
    public enum Scope: String, Codable, Sendable {
        /// One direction of a cable, from interface to interface.
        case cable
        /// One direction of a link with impairments.
        case link
        /// A switch of three or more ends, all directions together.
        case `switch`
        /// Packets that came into one node's IP layer, and those that a protocol took in or that were passed on.
        case node
        /// Packets that one node's IP layer was asked to send or to pass on, and those handed to a device.
        case sending
    }

    public var scope: Scope
    /// `client/eth0 → server/eth0`, the same behind a link's name, or a node's.
    public var place: String
    public var sent: Int64
    /// Packets that the link itself made: duplicates, and what a switch flooded to more than one end.
    public var copied: Int64
    public var arrived: Int64
    /// Drops with a name, largest first.
    public var dropped: [BookedDrop]
    /// By how much what the link holds has grown.
    public var inFlight: Int64
    /// The same account in bytes of frames, where it is kept.
    public var bytes: ByteAccount?
    /// What no counter accounts for; negative if more arrived than was sent.
    public var unexplained: Int64
    /// Reasons the kernel gave for the buffers it freed at this place. They are not added up with the others:
    /// one packet can appear in both, and a freed buffer is not always a lost packet.
    public var reasons: [BookedDrop]

    public init(
        scope: Scope, place: String, sent: Int64, copied: Int64 = 0, arrived: Int64,
        dropped: [BookedDrop] = [], inFlight: Int64 = 0, bytes: ByteAccount? = nil,
        reasons: [BookedDrop] = []
    ) {
        self.scope = scope
        self.place = place
        self.sent = sent
        self.copied = copied
        self.arrived = arrived
        self.dropped = dropped
        self.inFlight = inFlight
        self.bytes = bytes
        self.unexplained = sent + copied - arrived - dropped.reduce(0) { $0 + $1.count } - inFlight
        self.reasons = reasons
    }
}

/// Packets that were dropped, with the place and the counter that says so.
public struct BookedDrop: Hashable, Codable, Sendable {
    /// A node, an interface or a link.
    public var place: String
    /// A counter ID: `link:rx_dropped`, `rule:lottery`, `drop:NO_SOCKET`.
    public var counter: String
    public var count: Int64
    /// The kernel function that dropped them, where that is known.
    public var function: String?

    public init(place: String, counter: String, count: Int64, function: String? = nil) {
        self.place = place
        self.counter = counter
        self.count = count
        self.function = function
    }
}

/// An account in bytes: what its packets weighed, Ethernet headers included.
public struct ByteAccount: Hashable, Codable, Sendable {
    public var sent: Int64
    public var copied: Int64
    public var arrived: Int64
    public var dropped: Int64
    public var inFlight: Int64
    public var unexplained: Int64

    public init(sent: Int64, copied: Int64 = 0, arrived: Int64, dropped: Int64 = 0, inFlight: Int64 = 0) {
        self.sent = sent
        self.copied = copied
        self.arrived = arrived
        self.dropped = dropped
        self.inFlight = inFlight
        self.unexplained = sent + copied - arrived - dropped - inFlight
    }
}
