/// One attribute of a message: its type without flags, and its payload.
struct Attribute: Sendable {
    /// The number of the attribute, without `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`.
    var type: Int
    var payload: ArraySlice<UInt8>

    /// The payload as an integer in host byte order; nil if it is shorter. A longer payload is read at its start.
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type = Value.self) -> Value? {
        payload.integer(at: 0)
    }

    var uint8: UInt8? { integer() }
    var uint16: UInt16? { integer() }
    var uint32: UInt32? { integer() }
    var uint64: UInt64? { integer() }

    /// The payload as text up to its first zero byte.
    var string: String { String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self) }

    var bytes: [UInt8] { Array(payload) }

    /// The attributes inside this one.
    var nested: AttributeReader { AttributeReader(payload) }
}

/// The attributes of one message or of one nest, all of them: what is unknown here is kept, not dropped.
///
/// Reading never goes beyond the bytes given. An attribute that claims more than there is ends the reading
/// and leaves `isComplete` false.
struct AttributeReader: Sendable {
    private(set) var attributes: [Attribute] = []
    /// False if the bytes ended within an attribute or one of them had an impossible length.
    private(set) var isComplete = true

    init(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while rest.count >= 4 {
            guard let length: UInt16 = rest.integer(at: 0), let type: UInt16 = rest.integer(at: 2),
                length >= 4, Int(length) <= rest.count
            else {
                isComplete = false
                return
            }
            let end = rest.startIndex + Int(length)
            attributes.append(Attribute(type: Int(type & 0x3fff), payload: rest[rest.startIndex + 4..<end]))
            rest = rest.dropFirst((Int(length) + 3) & ~3)
        }
        // Up to three bytes of padding may follow; anything else is the head of an attribute cut off.
        isComplete = rest.allSatisfy { $0 == 0 }
    }

    /// The attribute of a type; the last one, if the sender repeated it, as the kernel's own parser has it.
    subscript(type: Int) -> Attribute? {
        attributes.last { $0.type == type }
    }
}

extension ArraySlice<UInt8> {
    /// The integer in host byte order at a distance from the slice's start, or nil if the slice ends before.
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(at distance: Int) -> Value? {
        guard distance >= 0, count - distance >= MemoryLayout<Value>.size else { return nil }
        return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: distance, as: Value.self) }
    }

    /// A structure of the kernel's at a distance from the start, or nil if the slice ends before it does.
    func structure<Value: BitwiseCopyable>(at distance: Int = 0, as _: Value.Type = Value.self) -> Value? {
        guard distance >= 0, count - distance >= MemoryLayout<Value>.size else { return nil }
        return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: distance, as: Value.self) }
    }
}
