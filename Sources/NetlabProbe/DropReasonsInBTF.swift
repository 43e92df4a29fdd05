extension DropReasonNames {
    /// Reads the names from a kernel's type information.
    ///
    /// - Returns: nil if it is damaged, of a form unknown here, or has no drop reasons (before 5.17).
    public init?(btf: [UInt8]) {
        let found = btf.withUnsafeBytes { bytes in
            BTFEnumerations(bytes, named: ["skb_drop_reason", "skb_drop_reason_subsys"])?.members
        }
        guard let reasons = found?["skb_drop_reason"] else { return nil }
        var names: [UInt32: String] = [:]
        for (name, number) in reasons {
            // The mask of the subsystem's bits is a member too, and so is the end of the list.
            guard number <= 0xFFFF, name != "SKB_DROP_REASON_MAX" else { continue }
            names[number] = Self.removing(["SKB_DROP_REASON_", "SKB_"], from: name)
        }
        var subsystems: [UInt32: String] = [:]
        for (name, number) in found?["skb_drop_reason_subsys"] ?? [] where !name.hasSuffix("_SUBSYS_NUM") {
            subsystems[number] = Self.removing(["SKB_DROP_REASON_SUBSYS_"], from: name)
        }
        self.init(names: names, subsystems: subsystems)
    }

    private static func removing(_ prefixes: [String], from name: String) -> String {
        let prefix = prefixes.first { name.hasPrefix($0) }
        return String(name.dropFirst(prefix?.count ?? 0))
    }
}

/// The enumerations of a kernel's type information (BTF) that bear certain names.
///
/// Kernel: `include/uapi/linux/btf.h`. Types of other kinds are stepped over; for that the length of each
/// kind is needed, so a kind unknown here ends the search.
private struct BTFEnumerations {
    /// Names and values in the order of their declaration.
    private(set) var members: [String: [(name: String, value: UInt32)]] = [:]

    private let bytes: UnsafeRawBufferPointer
    private let strings: Range<Int>

    init?(_ bytes: UnsafeRawBufferPointer, named wanted: Set<String>) {
        self.bytes = bytes
        // struct btf_header: magic, version, flags, then five 32-bit numbers.
        guard bytes.count >= 24, bytes.loadUnaligned(as: UInt16.self) == 0xEB9F else { return nil }
        let field = { (offset: Int) in Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
        let header = field(4)
        let types = header + field(8)
        let typesEnd = types + field(12)
        let start = header + field(16)
        strings = start..<(start + field(20))
        guard typesEnd <= bytes.count, strings.upperBound <= bytes.count else { return nil }

        var position = types
        while position + 12 <= typesEnd {
            let nameOffset = field(position)
            let info = field(position + 4)
            let kind = info >> 24 & 0x7F
            let count = info & 0xFF_FFFF
            guard let member = Self.memberLength(kind) else { return nil }
            let content = position + 12
            position = content + member.each * (member.counted ? count : 1)
            guard position <= typesEnd else { return nil }
            guard kind == Self.enumeration else { continue }
            let name = string(at: nameOffset)
            guard wanted.contains(name) else { continue }
            members[name] = stride(from: content, to: position, by: 8).map { member in
                (string(at: field(member)), UInt32(truncatingIfNeeded: field(member + 4)))
            }
        }
    }

    private static let enumeration = 6

    /// Bytes that follow the common 12 bytes of a type, once or for each member.
    private static func memberLength(_ kind: Int) -> (each: Int, counted: Bool)? {
        switch kind {
        case 2, 7, 8, 9, 10, 11, 12, 16, 18: (0, false)  // pointer, forward, typedef, qualifiers, function, …
        case 1, 14, 17: (4, false)  // integer, variable, declaration tag
        case 3: (12, false)  // array
        case 4, 5, 15, 19: (12, true)  // structure, union, section, 64-bit enumeration
        case enumeration, 13: (8, true)  // enumeration, function prototype
        default: nil
        }
    }

    private func string(at offset: Int) -> String {
        let start = strings.lowerBound + offset
        guard offset >= 0, start < strings.upperBound else { return "" }
        return String(decoding: bytes[start..<strings.upperBound].prefix { $0 != 0 }, as: UTF8.self)
    }
}
