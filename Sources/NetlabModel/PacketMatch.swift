/// A class of packets: all terms have to hold. Written `tcp data dport 80`.
public struct PacketMatch: Hashable, Sendable, CustomStringConvertible {
    public enum Term: Hashable, Sendable {
        case ip, ipv6, tcp, udp, icmp
        /// Address resolution: ARP, and IPv6 neighbour solicitation and advertisement. These and the link's other
        /// housekeeping (router discovery, multicast membership) are touched by no other match, not even `any`.
        case arp
        /// TCP segments with SYN and without ACK.
        case syn
        case synACK
        /// TCP segments with ACK alone: no SYN, FIN, RST and no payload.
        case pureACK
        /// TCP segments with payload.
        case data
        case fin, rst
        /// ICMP destination unreachable, fragmentation needed; ICMPv6 packet too big.
        case fragNeeded
        /// IP fragments that are not the first.
        case laterFragment
        case sourcePort(Int)
        case destinationPort(Int)
        case port(Int)
        /// Bytes of the IP packet.
        case size(ClosedRange<Int>)
    }

    public var terms: [Term]

    public init(_ terms: [Term]) { self.terms = terms }

    public static let any = PacketMatch([])

    /// The words that stand for a term alone.
    public static let words: [String: Term] = [
        "ip": .ip, "ipv6": .ipv6, "arp": .arp, "tcp": .tcp, "udp": .udp, "icmp": .icmp, "syn": .syn,
        "synack": .synACK, "ack": .pureACK, "data": .data, "fin": .fin, "rst": .rst,
        "frag-needed": .fragNeeded, "later-fragment": .laterFragment,
    ]

    /// Reads `tcp data dport 80 size 100..200`; `any` or nothing matches every packet.
    public init(parsing text: String) throws(UnitError) {
        var terms: [Term] = []
        var words = text.split(separator: " ").map(String.init)[...]
        while let word = words.popFirst() {
            if word == "any" { continue }
            if let term = Self.words[word] {
                terms.append(term)
                continue
            }
            guard ["sport", "dport", "port", "size"].contains(word) else {
                let known = Self.words.keys.sorted() + ["sport N", "dport N", "port N", "size A..B"]
                throw UnitError(
                    "\"\(word)\" is not a word for packets",
                    hint: "the words are \(known.joined(separator: ", "))")
            }
            let bounds = (words.popFirst() ?? "").split(separator: ".", omittingEmptySubsequences: true).map {
                Int($0)
            }
            guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, first <= last, first >= 0
            else {
                throw UnitError(
                    "\"\(word)\" wants a number", hint: "write \(word) 80\(word == "size" ? "..1500" : "")")
            }
            switch word {
            case "size": terms.append(.size(first...last))
            case "sport": terms.append(.sourcePort(first))
            case "dport": terms.append(.destinationPort(first))
            default: terms.append(.port(first))
            }
        }
        self.terms = terms
    }

    public var description: String {
        if terms.isEmpty { return "any" }
        return terms.map { term in
            switch term {
            case .sourcePort(let port): "sport \(port)"
            case .destinationPort(let port): "dport \(port)"
            case .port(let port): "port \(port)"
            case .size(let range): "size \(range.lowerBound)..\(range.upperBound)"
            case .ip, .ipv6, .arp, .tcp, .udp, .icmp, .syn, .synACK, .pureACK, .data, .fin, .rst, .fragNeeded,
                .laterFragment:
                Self.words.first { $0.value == term }?.key ?? ""
            }
        }.joined(separator: " ")
    }
}
