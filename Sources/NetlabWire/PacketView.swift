/// What a link has to know about an Ethernet frame, read with every length checked.
///
/// A frame that is cut off or contradicts itself is described as far as it could be read. The
/// description keeps no pointer to the frame.
public struct PacketView: Hashable, Sendable {
    /// Properties that a match asks for, one bit each.
    struct Kinds: OptionSet, Hashable, Sendable {
        let rawValue: UInt32
        static let ip = Kinds(rawValue: 1 << 0)
        static let ipv6 = Kinds(rawValue: 1 << 1)
        static let arp = Kinds(rawValue: 1 << 2)
        static let tcp = Kinds(rawValue: 1 << 3)
        static let udp = Kinds(rawValue: 1 << 4)
        static let icmp = Kinds(rawValue: 1 << 5)
        static let syn = Kinds(rawValue: 1 << 6)
        static let synACK = Kinds(rawValue: 1 << 7)
        static let pureACK = Kinds(rawValue: 1 << 8)
        static let data = Kinds(rawValue: 1 << 9)
        static let fin = Kinds(rawValue: 1 << 10)
        static let rst = Kinds(rawValue: 1 << 11)
        static let fragNeeded = Kinds(rawValue: 1 << 12)
        static let laterFragment = Kinds(rawValue: 1 << 13)
    }

    var kinds: Kinds = []
    /// What keeps a link alive rather than uses it: ARP, neighbour and router discovery, multicast group
    /// membership, and everything that is not IP. It is not numbered, and only the match `arp` touches it:
    /// when it comes is up to timers, and it would shift the series of seeded decisions.
    public var isHousekeeping = true
    /// Where the IP header begins.
    public var networkOffset = 0
    /// Bytes of the IP packet by its own header, or of what is there if that is less.
    public var packetBytes = 0
    /// Where the TCP or UDP header begins; 0 if there is none.
    public var transportOffset = 0
    /// Bytes behind the TCP or UDP header.
    public var payloadBytes = 0
    /// -1 if the packet has none (later fragments do not).
    public var sourcePort = -1
    public var destinationPort = -1
    /// The TCP flags as in the header: FIN 1, SYN 2, RST 4, PSH 8, ACK 16.
    public var tcpFlags: UInt8 = 0

    /// Reads a frame that begins with its Ethernet header. VLAN tags are skipped.
    public init(frame: UnsafeRawBufferPointer) {
        var offset = 12
        var type = Self.word(frame, offset)
        while type == 0x8100 || type == 0x88a8, offset <= 16 {
            offset += 4
            type = Self.word(frame, offset)
        }
        offset += 2
        guard frame.count >= offset else { return }
        networkOffset = offset
        packetBytes = frame.count - offset
        switch type {
        case 0x0800: readIPv4(frame)
        case 0x86dd: readIPv6(frame)
        case 0x0806: kinds = .arp
        default: break
        }
    }

    private static func word(_ frame: UnsafeRawBufferPointer, _ offset: Int) -> Int {
        guard offset + 2 <= frame.count else { return -1 }
        return Int(frame[offset]) << 8 | Int(frame[offset + 1])
    }

    private mutating func readIPv4(_ frame: UnsafeRawBufferPointer) {
        kinds = .ip
        isHousekeeping = false
        let start = networkOffset
        guard packetBytes >= 20 else { return }
        let headerBytes = Int(frame[start] & 0x0f) * 4
        let total = Self.word(frame, start + 2)
        guard headerBytes >= 20, total >= headerBytes, packetBytes >= headerBytes else { return }
        packetBytes = min(packetBytes, total)
        let isLater = Self.word(frame, start + 6) & 0x1fff != 0
        if isLater { kinds.insert(.laterFragment) }
        readTransport(
            frame, at: start + headerBytes, protocol: Int(frame[start + 9]), isLaterFragment: isLater)
    }

    private mutating func readIPv6(_ frame: UnsafeRawBufferPointer) {
        kinds = .ipv6
        isHousekeeping = false
        let start = networkOffset
        guard packetBytes >= 40 else { return }
        packetBytes = min(packetBytes, 40 + Self.word(frame, start + 4))
        let end = start + packetBytes
        var next = Int(frame[start + 6])
        var offset = start + 40
        var isLater = false
        // RFC 8200 section 4: extension headers, each with the number of the next.
        for _ in 0..<8 {
            guard offset + 8 <= end else { break }
            switch next {
            case 0, 43, 60:
                next = Int(frame[offset])
                offset += 8 + Int(frame[offset + 1]) * 8
                continue
            case 51:
                next = Int(frame[offset])
                offset += 8 + Int(frame[offset + 1]) * 4
                continue
            case 44 where !isLater:
                next = Int(frame[offset])
                isLater = Self.word(frame, offset + 2) & 0xfff8 != 0
                if isLater { kinds.insert(.laterFragment) }
                offset += 8
                if !isLater { continue }
            default: break
            }
            break
        }
        readTransport(frame, at: offset, protocol: next, isLaterFragment: isLater)
    }

    private mutating func readTransport(
        _ frame: UnsafeRawBufferPointer, at start: Int, protocol number: Int, isLaterFragment: Bool
    ) {
        let end = networkOffset + packetBytes
        switch number {
        case 6: kinds.insert(.tcp)
        case 17: kinds.insert(.udp)
        case 1 where kinds.contains(.ip), 58 where kinds.contains(.ipv6): kinds.insert(.icmp)
        case 2 where kinds.contains(.ip): isHousekeeping = true
        default: return
        }
        guard !isLaterFragment, start + 4 <= end else { return }
        switch number {
        case 6, 17:
            sourcePort = Self.word(frame, start)
            destinationPort = Self.word(frame, start + 2)
            if number == 17 {
                guard start + 8 <= end else { return }
                transportOffset = start
                payloadBytes = end - start - 8
            } else {
                readTCP(frame, at: start, end: end)
            }
        case 1:
            if frame[start] == 3, frame[start + 1] == 4 { kinds.insert(.fragNeeded) }
        case 58:
            readICMPv6(type: frame[start])
        default: break
        }
    }

    private mutating func readTCP(_ frame: UnsafeRawBufferPointer, at start: Int, end: Int) {
        guard start + 20 <= end else { return }
        let headerBytes = Int(frame[start + 12] >> 4) * 4
        guard headerBytes >= 20, start + headerBytes <= end else { return }
        transportOffset = start
        payloadBytes = end - start - headerBytes
        tcpFlags = frame[start + 13]
        classifyTCP()
    }

    /// Derives the TCP kinds from flags and payload; again for each segment of a super-packet.
    mutating func classifyTCP() {
        kinds.subtract([.syn, .synACK, .pureACK, .data, .fin, .rst])
        let (fin, syn, rst, ack) = (
            tcpFlags & 1 != 0, tcpFlags & 2 != 0, tcpFlags & 4 != 0, tcpFlags & 16 != 0
        )
        if syn { kinds.insert(ack ? .synACK : .syn) }
        if fin { kinds.insert(.fin) }
        if rst { kinds.insert(.rst) }
        if payloadBytes > 0 { kinds.insert(.data) }
        if ack, !syn, !fin, !rst, payloadBytes == 0 { kinds.insert(.pureACK) }
    }

    private mutating func readICMPv6(type: UInt8) {
        switch type {
        case 2: kinds.insert(.fragNeeded)
        case 135, 136:
            // Neighbour solicitation and advertisement are IPv6's ARP (RFC 4861).
            kinds.insert(.arp)
            isHousekeeping = true
        case 130...134, 137, 143: isHousekeeping = true
        default: break
        }
    }
}
