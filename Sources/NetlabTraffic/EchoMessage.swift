import NetlabModel

/// What a raw ICMP socket received, as far as it concerns echo requests of ours.
enum EchoMessage: Equatable {
    /// An answer; the payload as it came.
    case reply(identifier: UInt16, sequence: UInt16, payload: [UInt8])
    /// An error about one of our requests.
    case error(identifier: UInt16, sequence: UInt16, kind: Kind, from: IPAddress?)

    enum Kind: Equatable {
        case timeExceeded
        /// The MTU of the next hop; 0 if the router did not say.
        case tooBig(mtu: Int)
        case unreachable(code: Int)
        case other(type: Int, code: Int)

        /// The value that counts it.
        var name: String {
            switch self {
            case .timeExceeded: "icmp.time_exceeded"
            case .tooBig: "icmp.too_big"
            case .unreachable: "icmp.unreachable"
            case .other: "icmp.other"
            }
        }

        var text: String {
            switch self {
            case .timeExceeded: "ICMP time exceeded"
            case .tooBig(let mtu): "ICMP packet too big (mtu \(mtu))"
            case .unreachable(let code): "ICMP destination unreachable (code \(code))"
            case .other(let type, let code): "ICMP type \(type) code \(code)"
            }
        }
    }

    /// An echo request with `PayloadPattern` behind its header (RFC 792, RFC 4443).
    ///
    /// The checksum of ICMPv6 covers addresses that only the kernel knows here; it fills it in.
    static func request(isIPv6: Bool, identifier: UInt16, sequence: UInt16, size: Int) -> [UInt8] {
        var bytes: [UInt8] = [isIPv6 ? 128 : 8, 0, 0, 0]
        for word in [identifier, sequence] { bytes += [UInt8(word >> 8), UInt8(word & 0xff)] }
        bytes += PayloadPattern.bytes(size)
        if !isIPv6 {
            let sum = InternetChecksum.of(bytes)
            bytes[2] = UInt8(sum >> 8)
            bytes[3] = UInt8(sum & 0xff)
        }
        return bytes
    }

    /// Reads what recvfrom(2) gave: for IPv4 with the IP header in front, for IPv6 without. nil for anything that
    /// is no answer and no error about an echo request.
    init?(_ packet: [UInt8], isIPv6: Bool, from sender: IPAddress?) {
        let message: ArraySlice<UInt8>
        if isIPv6 {
            message = packet[...]
        } else {
            guard let body = Self.payloadOfIPv4(packet[...]) else { return nil }
            message = body
        }
        guard message.count >= 8 else { return nil }
        let start = message.startIndex
        let (type, code) = (Int(message[start]), Int(message[start + 1]))
        func word(_ offset: Int) -> UInt16 {
            UInt16(message[start + offset]) << 8 | UInt16(message[start + offset + 1])
        }
        if type == (isIPv6 ? 129 : 0) {
            self = .reply(identifier: word(4), sequence: word(6), payload: Array(message.dropFirst(8)))
            return
        }
        guard let kind = Self.kind(type, code, isIPv6: isIPv6, mtu: (Int(word(4)), Int(word(6)))) else {
            return nil
        }
        guard let quoted = Self.quotedRequest(message.dropFirst(8), isIPv6: isIPv6) else { return nil }
        self = .error(identifier: quoted.identifier, sequence: quoted.sequence, kind: kind, from: sender)
    }

    private static func kind(_ type: Int, _ code: Int, isIPv6: Bool, mtu: (Int, Int)) -> Kind? {
        switch (isIPv6, type, code) {
        case (false, 3, 4): .tooBig(mtu: mtu.1)
        case (true, 2, _): .tooBig(mtu: mtu.0 << 16 | mtu.1)
        case (false, 3, _), (true, 1, _): .unreachable(code: code)
        case (false, 11, _), (true, 3, _): .timeExceeded
        case (false, 4, _), (false, 5, _), (false, 12, _), (true, 4, _): .other(type: type, code: code)
        default: nil
        }
    }

    private static func payloadOfIPv4(_ packet: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let first = packet.first, first >> 4 == 4 else { return nil }
        let length = Int(first & 15) * 4
        guard length >= 20, packet.count >= length else { return nil }
        return packet.dropFirst(length)
    }

    /// Identifier and sequence of the echo request that an error quotes.
    private static func quotedRequest(_ quote: ArraySlice<UInt8>, isIPv6: Bool) -> (
        identifier: UInt16, sequence: UInt16
    )? {
        let body: ArraySlice<UInt8>
        if isIPv6 {
            guard quote.count >= 48, quote[quote.startIndex + 6] == 58 else { return nil }
            body = quote.dropFirst(40)
        } else {
            guard quote.count >= 28, quote[quote.startIndex + 9] == 1, let rest = payloadOfIPv4(quote) else {
                return nil
            }
            body = rest
        }
        guard body.count >= 8, body[body.startIndex] == (isIPv6 ? 128 : 8) else { return nil }
        let at = body.startIndex
        return (
            UInt16(body[at + 4]) << 8 | UInt16(body[at + 5]), UInt16(body[at + 6]) << 8 | UInt16(body[at + 7])
        )
    }
}
