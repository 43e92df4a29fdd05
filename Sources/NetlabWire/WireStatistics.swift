/// Packets and the bytes of their frames, Ethernet header included.
public struct Traffic: Hashable, Codable, Sendable {
    public var packets: Int
    public var bytes: Int

    public init(packets: Int = 0, bytes: Int = 0) {
        self.packets = packets
        self.bytes = bytes
    }

    public static let none = Traffic()

    mutating func add(_ frameBytes: Int) {
        packets += 1
        bytes += frameBytes
    }

    mutating func add(_ other: Traffic) { self = self + other }

    mutating func remove(_ frameBytes: Int) {
        packets -= 1
        bytes -= frameBytes
    }

    mutating func remove(_ other: Traffic) { self = self - other }

    static func + (left: Traffic, right: Traffic) -> Traffic {
        Traffic(packets: left.packets + right.packets, bytes: left.bytes + right.bytes)
    }

    static func - (left: Traffic, right: Traffic) -> Traffic {
        Traffic(packets: left.packets - right.packets, bytes: left.bytes - right.bytes)
    }
}

/// Why a packet that entered a link did not leave it.
public enum DropCause: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The impairment of this name decided so.
    case impairment(String)
    /// The queue of the impairment of this name (rate, limit) was full.
    case overflow(String)
    /// The link's own memory for held packets was used up.
    case capacity
    /// The device at the far end was down, gone, or refused the frame.
    case device
    /// The cable was pulled out at one of its ends.
    case unplugged
    /// The link was taken down while the packet was held.
    case stopped

    public var description: String {
        switch self {
        case .impairment(let name): "impair:\(name)"
        case .overflow(let name): "overflow:\(name)"
        case .capacity: "capacity"
        case .device: "device"
        case .unplugged: "unplugged"
        case .stopped: "stopped"
        }
    }
}

/// What one impairment saw and did in one direction.
public struct ImpairmentStatistics: Hashable, Codable, Sendable {
    public var name: String
    /// Packets that its match let through.
    public var considered = 0
    /// Packets whose fate it changed: dropped, delayed, serialised, duplicated, corrupted, held, sent ahead.
    /// 0 means that it never happened.
    public var hits = 0
    public var dropped = Traffic.none
    public var overflowed = Traffic.none
}

/// The books of one direction of a link.
public struct WireStatistics: Hashable, Codable, Sendable {
    /// What entered the link.
    public var offered = Traffic.none
    /// Copies the link made.
    public var duplicated = Traffic.none
    /// What the far end took.
    public var delivered = Traffic.none
    /// What is held at this moment.
    public var inFlight = Traffic.none
    /// Lost in the link, by cause; causes that never happened are absent.
    public var dropped: [DropCause: Traffic] = [:]
    /// Of the offered packets those that are not numbered: ARP, neighbour discovery and the like.
    public var housekeeping = Traffic.none
    /// Packets with at least one flipped bit, delivered or not.
    public var corrupted = 0
    /// Packets that did not leave at once.
    public var delayed = 0
    /// Packets delivered after one with a higher number (RFC 4737 section 3), copies not counted.
    public var reordered = 0
    /// How late held packets left the link, each against its due time.
    public var lateness = Lateness()
    /// Each impairment of this direction, in order of first use; those removed since are kept.
    public var impairments: [ImpairmentStatistics] = []
    /// A hash of all seeded decisions so far. Two runs with equal hashes lost, doubled, flipped and delayed the
    /// same packets. What depends on time (rate, limit, slot) is not part of it.
    public var fateHash = FateHash().value

    public init() {}

    /// All drops together.
    public var droppedTotal: Traffic { dropped.values.reduce(.none, +) }

    /// offered + duplicated − delivered − dropped − in flight: 0 in packets and in bytes, or the link lies.
    public var residual: Traffic { offered + duplicated - delivered - droppedTotal - inFlight }

    /// Whether every packet is accounted for.
    public var isBalanced: Bool { residual == .none && inFlight.packets >= 0 && inFlight.bytes >= 0 }
}
