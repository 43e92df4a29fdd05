/// What joins two or more interfaces.
public struct Link: Hashable, Sendable {
    /// How the frames get from one end to the other.
    public enum Driver: String, CaseIterable, Hashable, Sendable {
        /// A veth pair and nothing between (three or more ends: a bridge): the default of an unimpaired link.
        case direct
        /// A hidden namespace between the ends, with the kernel's own qdiscs and rules in it.
        case kernel
        /// A user-space link on TAP devices, with a seeded generator.
        case wire
        /// `kernel` if this kernel can do all the impairments, else `wire`.
        case auto
    }

    public var name: String
    /// Two ends: a cable. Three or more: a switch.
    public var ends: [InterfaceID]
    public var driver = Driver.direct
    /// Feeds every random decision of this link.
    public var seed: UInt64 = 1
    /// In order of application. Names are counters: `LINK impair:NAME`.
    public var impairments: [NamedImpairment] = []
    /// Whether frames larger than one packet (TSO, GSO) may pass: false on impaired links unless asked for,
    /// so that one skb is one packet.
    public var allowsSuperPackets = true

    public init(name: String, ends: [InterfaceID]) {
        self.name = name
        self.ends = ends
    }

    /// The end that frames entering at `end` leave by; nil on a switch.
    public func opposite(of end: InterfaceID) -> InterfaceID? {
        ends.count == 2 ? ends.first { $0 != end } : nil
    }
}

/// An impairment with its name and its direction.
public struct NamedImpairment: Hashable, Sendable {
    public var name: String
    /// The end at which the impaired packets enter the link; nil means both directions, each for itself.
    public var from: InterfaceID?
    /// Only packets of this kind are touched; the rest passes as if the impairment were absent.
    public var match: PacketMatch
    public var impairment: Impairment

    public init(name: String, from: InterfaceID?, match: PacketMatch = .any, impairment: Impairment) {
        self.name = name
        self.from = from
        self.match = match
        self.impairment = impairment
    }
}

extension NamedImpairment {
    /// Whether the kernel driver does it by rules of nftables: drops by number, and plain random loss. The rest is for
    /// qdiscs, or for the wire.
    public var isForRules: Bool {
        switch impairment {
        case .pattern(let pattern): pattern.action == .drop
        case .loss(.random(_, let correlation)): correlation.fraction == 0
        case .loss(.gilbertElliott), .loss(.markov), .delay, .reorder, .duplicate, .corrupt, .rate, .limit,
            .slot, .emulate:
            false
        }
    }

    /// Whether it is serialisation at a rate, which every kernel can do by itself.
    public var isRate: Bool {
        if case .rate = impairment { true } else { false }
    }
}
