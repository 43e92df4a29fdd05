/// A running FNV-1a hash, by which two runs are compared: equal hashes, equal fates, packet for packet.
public struct FateHash: Hashable, Sendable {
    public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    public init() {}

    /// Takes in one 64-bit word.
    mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x0000_0100_0000_01b3 }

    /// The hash of a text's UTF-8 bytes.
    static func of(_ text: String) -> UInt64 {
        var hash = FateHash()
        for byte in text.utf8 { hash.add(UInt64(byte)) }
        return hash.value
    }
}
