/// What the headers of an Ethernet frame tell: which kinds of packets it belongs to, and its fields.
struct PacketFacts: Hashable {
    /// Words of `packet:`, as matches have them.
    private(set) var kinds: Set<String> = []
    /// By the names of `packet:KIND FIELD`.
    private(set) var fields: [String: Int64] = [:]

    /// - Parameters:
    ///   - bytes: from the Ethernet header on; may be cut.
    ///   - length: of the whole frame.
    init(_ bytes: UnsafeRawBufferPointer, length: Int) {
        guard bytes.count >= 14 else { return }
        fields["length"] = Int64(length - 14)
        let payload = UnsafeRawBufferPointer(rebasing: bytes[14...])
        switch Self.word(bytes, 12) {
        case 0x0806: kinds.insert("arp")
        case 0x0800: readIPv4(payload)
        case 0x86dd: readIPv6(payload)
        default: break
        }
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int {
        Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
    }

    private mutating func readIPv4(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 20 else { return }
        let header = Int(bytes[0] & 0x0f) * 4
        let total = Self.word(bytes, 2)
        let fragment = Self.word(bytes, 6)
        kinds.insert("ip")
        fields["length"] = Int64(total)
        fields["tos"] = Int64(bytes[1])
        fields["ttl"] = Int64(bytes[8])
        fields["df"] = fragment & 0x4000 == 0 ? 0 : 1
        if fragment & 0x1fff != 0 {
            kinds.insert("later-fragment")
            // Its first bytes are no header of a transport.
            if bytes[9] == 6 { kinds.insert("tcp") }
            if bytes[9] == 17 { kinds.insert("udp") }
            if bytes[9] == 1 { kinds.insert("icmp") }
            return
        }
        guard header >= 20, bytes.count >= header else { return }
        readTransport(Int(bytes[9]), UnsafeRawBufferPointer(rebasing: bytes[header...]), total - header)
    }

    private mutating func readIPv6(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 40 else { return }
        let length = Self.word(bytes, 4)
        kinds.insert("ipv6")
        fields["length"] = Int64(length + 40)
        fields["tos"] = Int64((Self.word(bytes, 0) >> 4) & 0xff)
        fields["ttl"] = Int64(bytes[7])
        readTransport(Int(bytes[6]), UnsafeRawBufferPointer(rebasing: bytes[40...]), length)
    }

    private mutating func readTransport(_ number: Int, _ bytes: UnsafeRawBufferPointer, _ length: Int) {
        switch number {
        case 6:
            kinds.insert("tcp")
            readTCP(bytes, length)
        case 17: kinds.insert("udp")
        case 1:
            kinds.insert("icmp")
            guard bytes.count >= 8, bytes[0] == 3, bytes[1] == 4 else { return }
            kinds.insert("frag-needed")
            fields["mtu"] = Int64(Self.word(bytes, 6))
        case 58:
            kinds.insert("icmp")
            guard bytes.count >= 8, bytes[0] == 2 else { return }
            kinds.insert("frag-needed")
            fields["mtu"] = Int64(Self.word(bytes, 4) << 16 | Self.word(bytes, 6))
        default: break
        }
    }

    private mutating func readTCP(_ bytes: UnsafeRawBufferPointer, _ length: Int) {
        guard bytes.count >= 20 else { return }
        let header = Int(bytes[12] >> 4) * 4
        let (isFIN, isSYN, isRST) = (bytes[13] & 1 != 0, bytes[13] & 2 != 0, bytes[13] & 4 != 0)
        let isACK = bytes[13] & 16 != 0
        if isFIN { kinds.insert("fin") }
        if isRST { kinds.insert("rst") }
        if isSYN { kinds.insert(isACK ? "synack" : "syn") }
        if length > header { kinds.insert("data") }
        if isACK, !isSYN, !isFIN, !isRST, length == header { kinds.insert("ack") }
        fields["window"] = Int64(Self.word(bytes, 14))
        guard header >= 20, bytes.count >= header else { return }
        readOptions(UnsafeRawBufferPointer(rebasing: bytes[20..<header]))
    }

    /// RFC 9293, section 3.1; RFC 7323; RFC 2018.
    private mutating func readOptions(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < bytes.count, bytes[offset] != 0 {
            if bytes[offset] == 1 {
                offset += 1
                continue
            }
            guard offset + 1 < bytes.count else { return }
            let size = Int(bytes[offset + 1])
            guard size >= 2, offset + size <= bytes.count else { return }
            switch (bytes[offset], size) {
            case (2, 4): fields["mss"] = Int64(Self.word(bytes, offset + 2))
            case (3, 3): fields["wscale"] = Int64(bytes[offset + 2])
            case (4, 2): fields["sack_permitted"] = 1
            case (8, 10):
                fields["timestamp"] = Int64(Self.word(bytes, offset + 2) << 16 | Self.word(bytes, offset + 4))
            default: break
            }
            offset += size
        }
    }
}
