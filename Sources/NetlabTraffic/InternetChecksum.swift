/// The ones' complement sum of RFC 1071, as IP, ICMP, UDP and TCP use it.
struct InternetChecksum {
    private var sum: UInt32 = 0

    /// Adds bytes that begin at an even offset; an odd last byte is padded with zero.
    mutating func add(_ bytes: some Sequence<UInt8>) {
        var high: UInt8?
        for byte in bytes {
            if let first = high {
                add(UInt16(first) << 8 | UInt16(byte))
                high = nil
            } else {
                high = byte
            }
        }
        if let high { add(UInt16(high) << 8) }
    }

    mutating func add(_ word: UInt16) {
        sum += UInt32(word)
        // Folded at once, so that no length can overflow.
        sum = (sum & 0xffff) + (sum >> 16)
    }

    /// The field's value, in host order.
    var value: UInt16 { ~UInt16(truncatingIfNeeded: (sum & 0xffff) + (sum >> 16)) }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var sum = InternetChecksum()
        sum.add(bytes)
        return sum.value
    }
}
