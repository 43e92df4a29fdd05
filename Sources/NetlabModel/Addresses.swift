/// An IPv4 or IPv6 address in network byte order.
public struct IPAddress: Hashable, Codable, Sendable, CustomStringConvertible {
    /// 4 bytes for IPv4, 16 for IPv6.
    public var bytes: [UInt8]

    /// - Precondition: 4 or 16 bytes.
    public init(bytes: [UInt8]) {
        precondition(bytes.count == 4 || bytes.count == 16)
        self.bytes = bytes
    }

    public var isIPv6: Bool { bytes.count == 16 }

    /// Reads dotted decimal (RFC 6943 strict form: four decimal parts, no leading zeros) or RFC 4291 text.
    public init?(_ text: String) {
        if let bytes = text.contains(":") ? Self.parseIPv6(text) : Self.parseIPv4(text) {
            self.bytes = bytes
        } else {
            return nil
        }
    }

    private static func parseIPv4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard let value = UInt8(part), String(value) == part else { return nil }
            bytes.append(value)
        }
        return bytes
    }

    private static func parseIPv6(_ text: String) -> [UInt8]? {
        func groups(_ side: Substring) -> [UInt8]? {
            if side.isEmpty { return [] }
            var bytes: [UInt8] = []
            let parts = side.split(separator: ":", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if index == parts.count - 1, part.contains(".") {
                    guard let tail = parseIPv4(part) else { return nil }
                    bytes += tail
                } else {
                    guard (1...4).contains(part.count), let value = UInt16(part, radix: 16) else {
                        return nil
                    }
                    bytes += [UInt8(value >> 8), UInt8(value & 0xff)]
                }
            }
            return bytes
        }
        guard let gap = text.firstRange(of: "::") else {
            guard let bytes = groups(Substring(text)), bytes.count == 16 else { return nil }
            return bytes
        }
        guard let head = groups(text[..<gap.lowerBound]), let tail = groups(text[gap.upperBound...]),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Dotted decimal, or the canonical text of RFC 5952.
    public var description: String {
        if !isIPv6 { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        return best.isEmpty ? text(0..<8) : "\(text(0..<best.lowerBound))::\(text(best.upperBound..<8))"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = IPAddress(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not an address")
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// An address with the length of its prefix: `10.0.0.1/24`.
public struct IPPrefix: Hashable, Codable, Sendable, CustomStringConvertible {
    public var address: IPAddress
    /// 0 to 32 for IPv4, 0 to 128 for IPv6.
    public var length: Int

    public init(address: IPAddress, length: Int) {
        self.address = address
        self.length = length
    }

    /// Reads `10.0.0.1/24`; without a length it means the address alone (`/32`, `/128`).
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        let full = address.bytes.count * 8
        if parts.count == 1 {
            self.init(address: address, length: full)
        } else {
            guard let length = Int(parts[1]), String(length) == parts[1], (0...full).contains(length) else {
                return nil
            }
            self.init(address: address, length: length)
        }
    }

    /// The same prefix with the bits behind its length cleared: the network an address is in.
    public var network: IPPrefix {
        var bytes = address.bytes
        for index in bytes.indices {
            let kept = min(max(length - index * 8, 0), 8)
            bytes[index] &= kept == 0 ? 0 : UInt8(truncatingIfNeeded: 0xff << (8 - kept))
        }
        return IPPrefix(address: IPAddress(bytes: bytes), length: length)
    }

    /// Whether an address of the same family lies within this prefix.
    public func contains(_ other: IPAddress) -> Bool {
        other.isIPv6 == address.isIPv6 && IPPrefix(address: other, length: length).network == network
    }

    public var description: String { "\(address)/\(length)" }
}

/// A 48-bit link-layer address.
public struct MACAddress: Hashable, Codable, Sendable, CustomStringConvertible {
    /// Six bytes.
    public var bytes: [UInt8]

    /// Reads `02:00:00:00:00:01`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { $0.count == 2 ? UInt8($0, radix: 16) : nil }
        guard parts.count == 6, bytes.count == 6 else { return nil }
        self.bytes = bytes
    }

    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}
