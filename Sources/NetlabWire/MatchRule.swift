import NetlabModel

/// A `PacketMatch` prepared for one comparison per packet.
///
/// Meaning of the terms on a frame: `any` (no terms) is every packet except housekeeping (see
/// `PacketView.isHousekeeping`); `arp` is address resolution, that is ARP and IPv6 neighbour solicitation
/// and advertisement, and the only word that touches housekeeping; `ip` is IPv4. Ports compare only where
/// a port is: a later fragment is `udp` but has no `dport`.
public struct MatchRule: Sendable {
    private let required: PacketView.Kinds
    private let terms: [PacketMatch.Term]
    private let hasTerms: Bool

    public init(_ match: PacketMatch) {
        var required: PacketView.Kinds = []
        var terms: [PacketMatch.Term] = []
        for term in match.terms {
            switch term {
            case .ip: required.insert(.ip)
            case .ipv6: required.insert(.ipv6)
            case .arp: required.insert(.arp)
            case .tcp: required.insert(.tcp)
            case .udp: required.insert(.udp)
            case .icmp: required.insert(.icmp)
            case .syn: required.insert(.syn)
            case .synACK: required.insert(.synACK)
            case .pureACK: required.insert(.pureACK)
            case .data: required.insert([.tcp, .data])
            case .fin: required.insert(.fin)
            case .rst: required.insert(.rst)
            case .fragNeeded: required.insert(.fragNeeded)
            case .laterFragment: required.insert(.laterFragment)
            case .sourcePort, .destinationPort, .port, .size: terms.append(term)
            }
        }
        self.required = required
        self.terms = terms
        hasTerms = !terms.isEmpty
    }

    /// Whether all terms hold.
    public func matches(_ view: PacketView) -> Bool {
        guard view.kinds.isSuperset(of: required) else { return false }
        if view.isHousekeeping, !required.contains(.arp) { return false }
        return !hasTerms || holds(view)
    }

    private func holds(_ view: PacketView) -> Bool {
        for term in terms {
            let isTrue =
                switch term {
                case .sourcePort(let port): view.sourcePort == port
                case .destinationPort(let port): view.destinationPort == port
                case .port(let port): view.sourcePort == port || view.destinationPort == port
                case .size(let range): range.contains(view.packetBytes)
                case .ip, .ipv6, .arp, .tcp, .udp, .icmp, .syn, .synACK, .pureACK, .data, .fin, .rst,
                    .fragNeeded, .laterFragment:
                    true
                }
            if !isTrue { return false }
        }
        return true
    }
}
