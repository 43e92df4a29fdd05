/// One packet of a link as a capture saw it: when it left one end, when and where it arrived, and what became of one
/// that did not.
///
/// Packets of both ends are matched by their bytes, checksums and time-to-live of lower layers aside. A packet that
/// was changed on its way (a flipped bit, one super-packet cut into many) matches nothing: it stands as lost, and what
/// arrived instead as arrived from nowhere.
public struct PacketRecord: Hashable, Codable, Sendable {
    /// An end that the packet came out at.
    public struct Arrival: Hashable, Codable, Sendable {
        /// `server/eth0`.
        public var interface: String
        /// Nanoseconds since the start of the run.
        public var at: Int64

        public init(interface: String, at: Int64) {
            self.interface = interface
            self.at = at
        }
    }

    /// A place in a node where the kernel threw the packet away.
    public struct Drop: Hashable, Codable, Sendable {
        public var node: String
        /// The interface the packet was at; nil for one that was at none.
        public var interface: String?
        /// `NETFILTER_DROP`.
        public var reason: String
        /// `nft_do_chain`.
        public var location: String
        /// Nanoseconds since the start of the run.
        public var at: Int64

        public init(node: String, interface: String?, reason: String, location: String, at: Int64) {
            self.node = node
            self.interface = interface
            self.reason = reason
            self.location = location
            self.at = at
        }
    }

    /// Nil for a packet that was dropped before it came to any link.
    public var link: String?
    /// `client/eth0`; nil for a packet that arrived and that nobody was seen to send; a node for one that never came to
    /// a link.
    public var from: String?
    /// Nanoseconds since the start of the run; of a packet that nobody sent the time of its arrival.
    public var at: Int64
    /// Bytes of the frame.
    public var length: Int
    /// `TCP 10.0.0.1:40000 > 10.0.0.2:80 SYN seq 7 len 0`.
    public var summary: String
    /// One for each copy, in the order of time; none if it was lost on the link.
    public var arrivals: [Arrival]
    /// Where nodes dropped it, before or after its way over the link, as far as the kernel told of single packets.
    public var drops: [Drop]
    /// What may have become of a packet that did not arrive: counters of the link and of its ends that rose in the
    /// phase, the one that rose most first.
    public var lostTo: [String]

    public init(
        link: String?, from: String?, at: Int64, length: Int, summary: String, arrivals: [Arrival] = [],
        drops: [Drop] = [], lostTo: [String] = []
    ) {
        self.drops = drops
        self.link = link
        self.from = from
        self.at = at
        self.length = length
        self.summary = summary
        self.arrivals = arrivals
        self.lostTo = lostTo
    }
}

extension PhaseRecord {
    /// What may have taken a packet that left one end of a link in this phase and did not come out: impairments by
    /// name, drops at the two ends, reasons that the kernel gave there.
    ///
    /// - Parameter ends: the interfaces of the link.
    public func suspects(of link: String, from: String?, ends: [String]) -> [String] {
        var found: [(name: String, count: Int64)] = []
        func rise(_ subject: String, _ id: String) -> Int64 {
            (after.readings[subject]?[id] ?? 0) - (before.readings[subject]?[id] ?? 0)
        }
        let totals: Set = [
            "offered", "delivered", "dropped", "duplicated", "corrupted", "delayed", "reordered",
        ]
        for id in (after.readings[link] ?? [:]).keys where id.hasPrefix("impair:") {
            let count = rise(link, id)
            if count > 0, !totals.contains(String(id.dropFirst(7))) { found.append(("\(link) \(id)", count)) }
        }
        for end in ends {
            let id = end == from ? "link:tx_dropped" : "link:rx_dropped"
            let count = rise(end, id)
            if count > 0 { found.append(("\(end) \(id)", count)) }
        }
        for drop in drops where drop.interface.map({ ends.contains("\(drop.node)/\($0)") }) == true {
            let place = "\(drop.node)/\(drop.interface ?? "")"
            found.append(("\(place) drop:\(drop.reason) in \(drop.location)", drop.count))
        }
        return found.sorted { ($1.count, $0.name) < ($0.count, $1.name) }.map(\.name)
    }
}
