import NetlabModel

/// A single drop with the names of its node and interface.
public struct PlacedDrop: Hashable, Sendable {
    public var node: String
    /// Nil for a packet that was at none.
    public var interface: String?
    public var drop: SingleDrop

    public init(node: String, interface: String?, drop: SingleDrop) {
        self.node = node
        self.interface = interface
        self.drop = drop
    }
}

/// Ties packets that a capture saw to the places where the kernel dropped them.
///
/// A drop and a packet are the same if their headers are, the packet was at that node before, and it is the last such.
/// What a node changed before it dropped it (the time to live of a forwarded packet, an address by NAT) is not found
/// again, and stands for itself.
struct PacketFate: Hashable, Sendable {
    private(set) var packets: [PacketRecord]
    /// Headers → packets that have them, in the order of time.
    private var byHeaders: [UInt64: [Int]] = [:]

    /// - Parameter monotonic: a packet's time on the clock that drops have.
    init(_ passages: [PacketPairing.Passage], monotonic: (UInt64) -> Int64) {
        packets = passages.map { passage in
            PacketRecord(
                link: passage.link, from: passage.from, at: monotonic(passage.at), length: passage.length,
                summary: passage.summary,
                arrivals: passage.arrivals.map {
                    PacketRecord.Arrival(interface: $0.interface, at: monotonic($0.at))
                })
        }
        for (index, passage) in passages.enumerated() {
            if let headers = passage.headers { byHeaders[headers, default: []].append(index) }
        }
    }

    mutating func attribute(_ placed: PlacedDrop) {
        // What is purged from a queue was no packet under way.
        guard placed.drop.reason != "QUEUE_PURGE", !placed.drop.isOfCopy else { return }
        let at = Int64(bitPattern: placed.drop.nanoseconds)
        let record = PacketRecord.Drop(
            node: placed.node, interface: placed.interface, reason: placed.drop.reason,
            location: placed.drop.location, at: at)
        guard let frame = FrameText.frame(ofPacket: placed.drop.head) else { return }
        let headers = frame.withUnsafeBytes { FrameText.fingerprint(ofHeadersIn: $0) }
        let candidates = headers.flatMap { byHeaders[$0] } ?? []
        if let index = candidates.last(where: { isOpen(packets[$0], for: record) }) {
            packets[index].drops.append(record)
            return
        }
        packets.append(
            PacketRecord(
                link: nil, from: placed.node, at: at, length: placed.drop.length,
                summary: frame.withUnsafeBytes { FrameText.summary(of: $0) }, drops: [record]))
    }

    /// Whether a packet was at the node before the drop, and nobody there has dropped it yet.
    private func isOpen(_ packet: PacketRecord, for drop: PacketRecord.Drop) -> Bool {
        func isOf(_ interface: String) -> Bool {
            drop.interface.map { interface == "\(drop.node)/\($0)" } ?? interface.hasPrefix(drop.node + "/")
        }
        let dropped = packet.drops.count { $0.node == drop.node }
        let arrived = packet.arrivals.count { isOf($0.interface) && $0.at <= drop.at + Self.tolerance }
        if arrived > dropped { return true }
        // The sender's own device refused it: it left, and did not arrive.
        let isSender = packet.from.map(isOf) == true
        return isSender && packet.arrivals.isEmpty && dropped == 0 && packet.at <= drop.at + Self.tolerance
    }

    /// Between the clocks of packets and of drops, which is measured once.
    private static let tolerance: Int64 = 2_000_000
}
