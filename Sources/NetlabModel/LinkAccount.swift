/// The books of one direction of a link that counts for itself, since the link was made.
///
/// `offered + copied == delivered + (sum of dropped) + inFlight`, in packets and in bytes, or something is not accounted
/// for.
public struct LinkAccount: Hashable, Codable, Sendable {
    /// Packets, and the bytes of their frames with the Ethernet header.
    public struct Amount: Hashable, Codable, Sendable {
        public var packets: Int64
        public var bytes: Int64

        public init(packets: Int64 = 0, bytes: Int64 = 0) {
            self.packets = packets
            self.bytes = bytes
        }

        public static let none = Amount()

        public static func + (left: Amount, right: Amount) -> Amount {
            Amount(packets: left.packets + right.packets, bytes: left.bytes + right.bytes)
        }

        public static func - (left: Amount, right: Amount) -> Amount {
            Amount(packets: left.packets - right.packets, bytes: left.bytes - right.bytes)
        }
    }

    /// Packets that were lost in one way.
    public struct Drop: Hashable, Codable, Sendable {
        /// The link, or the interface that refused them.
        public var place: String
        /// `impair:lossy`, `overflow:slow` (a full queue), `link:rx_dropped`, `stopped`.
        public var counter: String
        public var amount: Amount

        public init(place: String, counter: String, amount: Amount) {
            self.place = place
            self.counter = counter
            self.amount = amount
        }
    }

    public var link: String
    /// The end where the packets come in, and the other one.
    public var from: String
    public var to: String
    public var offered: Amount
    /// What the link itself made: duplicates.
    public var copied: Amount
    public var delivered: Amount
    /// Held at this instant.
    public var inFlight: Amount
    public var dropped: [Drop]

    public init(
        link: String, from: String, to: String, offered: Amount, copied: Amount = .none,
        delivered: Amount, inFlight: Amount = .none, dropped: [Drop] = []
    ) {
        self.link = link
        self.from = from
        self.to = to
        self.offered = offered
        self.copied = copied
        self.delivered = delivered
        self.inFlight = inFlight
        self.dropped = dropped
    }

    public var droppedTotal: Amount { dropped.reduce(.none) { $0 + $1.amount } }

    /// What nothing accounts for.
    public var residual: Amount { offered + copied - delivered - droppedTotal - inFlight }

    /// The direction in words: `cable: client/eth0 → server/eth0`.
    public var place: String { "\(link): \(from) → \(to)" }

    /// What happened since an earlier look; nil if the counters began anew in between.
    public func since(_ earlier: LinkAccount) -> LinkAccount? {
        var change = self
        change.offered = offered - earlier.offered
        change.copied = copied - earlier.copied
        change.delivered = delivered - earlier.delivered
        change.inFlight = inFlight - earlier.inFlight
        change.dropped = dropped.map { drop in
            var drop = drop
            let before = earlier.dropped.first { $0.place == drop.place && $0.counter == drop.counter }
            drop.amount = drop.amount - (before?.amount ?? .none)
            return drop
        }.filter { $0.amount != .none }
        let isOlder = [change.offered, change.delivered].contains { $0.packets < 0 }
        return isOlder || change.dropped.contains { $0.amount.packets < 0 } ? nil : change
    }
}
