/// Classes of packets in nft's words, for chains that see frames of both IP versions.
public enum NftMatch {
    /// One expression for each way a packet can be of the class; each ends with a space unless it matches
    /// everything.
    public static func expressions(_ match: PacketMatch) -> [String] {
        // ARP and neighbour discovery are only touched by those who name them: one lost ARP request costs a
        // second.
        guard !match.terms.isEmpty else {
            return [
                "meta protocol ip ", "meta protocol ip6 meta l4proto != ipv6-icmp ", "icmpv6 type < 133 ",
            ]
        }
        // These messages name their protocol by themselves, and nft refuses to have it named as one of two before.
        let terms = match.terms.contains(.fragNeeded) ? match.terms.filter { $0 != .icmp } : match.terms
        return terms.reduce([""]) { ways, term in
            ways.flatMap { way in alternatives(term).map { way + $0 + " " } }
        }
    }

    /// One expression for each length of the TCP header (5 to 15 words) and IP version: `relation` holds between the
    /// length of the IP packet and that of a segment which carries nothing.
    ///
    /// One set of concatenated lengths would be shorter. But nft 1.0.6 aborts when it lists a ruleset with
    /// `tcp doff` in a concatenation: the field is smaller than a byte.
    private static func segments(_ relation: String) -> [String] {
        (5...15).flatMap { words in
            [
                "tcp doff \(words) ip length \(relation) \(20 + 4 * words)",
                "tcp doff \(words) ip6 length \(relation) \(4 * words)",
            ]
        }
    }

    private static func alternatives(_ term: PacketMatch.Term) -> [String] {
        switch term {
        case .ip: ["meta protocol ip"]
        case .ipv6: ["meta protocol ip6"]
        case .arp: ["meta protocol arp"]
        case .tcp: ["meta l4proto tcp"]
        case .udp: ["meta l4proto udp"]
        case .icmp: ["meta l4proto { icmp, ipv6-icmp }"]
        case .syn: ["tcp flags & (syn | ack) == syn"]
        case .synACK: ["tcp flags & (syn | ack) == (syn | ack)"]
        case .pureACK: segments("==").map { "tcp flags & (syn | fin | rst | ack) == ack \($0)" }
        case .data: segments(">")
        case .fin: ["tcp flags & fin == fin"]
        case .rst: ["tcp flags & rst == rst"]
        case .fragNeeded:
            ["icmp type destination-unreachable icmp code frag-needed", "icmpv6 type packet-too-big"]
        case .laterFragment: ["ip frag-off & 0x1fff != 0"]
        case .sourcePort(let port): ["th sport \(port)"]
        case .destinationPort(let port): ["th dport \(port)"]
        case .port(let port): ["th sport \(port)", "th dport \(port)"]
        case .size(let range): ["meta length \(range.lowerBound)-\(range.upperBound)"]
        }
    }
}
