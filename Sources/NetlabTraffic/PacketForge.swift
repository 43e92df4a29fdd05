import NetlabModel

/// Builds the packets of a forge flow, byte by byte: pure.
struct PacketForge {
    let plan: ForgeFlow
    /// Of the first packet; later ones count up if the plan says so.
    let source: IPAddress
    let destination: IPAddress
    let destinationPort: Int
    /// The end that the packets pretend to come from, and its peer.
    var pretended: (own: ConnectionEnd, peer: ConnectionEnd)?

    /// One packet as it goes onto the wire, IP header first: several pieces if it is cut into fragments.
    ///
    /// - Parameter index: from 0.
    func packets(_ index: Int) -> [[UInt8]] {
        let source = address(index)
        let transport = transport(index, from: source)
        guard let size = plan.fragmentSize else {
            return [
                ip(transport.bytes, transport.protocol, from: source, fragment: nil, identification: index)
            ]
        }
        return fragments(of: transport.bytes, size: size).map { piece in
            ip(
                Array(transport.bytes[piece.range]), transport.protocol, from: source,
                fragment: (piece.range.lowerBound, piece.isLast), identification: index)
        }
    }

    /// Sources count up from the first one, as numbers in network byte order.
    private func address(_ index: Int) -> IPAddress {
        guard plan.sourceCount > 1 else { return source }
        var bytes = source.bytes
        var carry = index % plan.sourceCount
        for position in bytes.indices.reversed() where carry > 0 {
            carry += Int(bytes[position])
            bytes[position] = UInt8(carry & 0xff)
            carry >>= 8
        }
        return IPAddress(bytes: bytes)
    }

    // MARK: Transport

    private func transport(_ index: Int, from source: IPAddress) -> (bytes: [UInt8], protocol: UInt8) {
        switch plan.packet {
        case .tcp(let flags): (tcp(flags, index, from: source), 6)
        case .udp: (udp(index, from: source), 17)
        case .icmp(let type, let code):
            (
                icmp(UInt8(clamping: type), UInt8(clamping: code), index, from: source),
                destination.isIPv6 ? 58 : 1
            )
        case .ip(let number): (PayloadPattern.bytes(plan.payload.bytes), UInt8(clamping: number))
        }
    }

    private func sourcePort(_ index: Int) -> UInt16 {
        if let own = pretended?.own { return UInt16(truncatingIfNeeded: own.port) }
        return UInt16(truncatingIfNeeded: plan.sourcePort.lowerBound + index % plan.sourcePort.count)
    }

    private var targetPort: UInt16 {
        UInt16(truncatingIfNeeded: pretended?.peer.port ?? destinationPort)
    }

    /// RFC 9293, section 3.1; timestamps RFC 7323, section 3.2.
    private func tcp(_ flags: String, _ index: Int, from source: IPAddress) -> [UInt8] {
        let base = pretended?.own
        let sequence = (base?.sendNext ?? 0) &+ UInt32(truncatingIfNeeded: plan.sequenceOffset)
        let acknowledgement =
            (base?.receiveNext ?? 0) &+ UInt32(truncatingIfNeeded: plan.acknowledgementOffset)
        var options: [UInt8] = []
        if let offset = plan.timestampOffset {
            let value = (base?.timestamp ?? 0) &+ UInt32(truncatingIfNeeded: offset)
            // NOP, NOP, kind 8, length 10.
            options = [1, 1, 8, 10] + Self.bytes(value) + Self.bytes(pretended?.peer.timestamp ?? 0)
        }
        var bytes = Self.bytes(sourcePort(index)) + Self.bytes(targetPort)
        bytes += Self.bytes(sequence) + Self.bytes(acknowledgement)
        bytes += [UInt8((20 + options.count) / 4) << 4, Self.flagBits(flags)]
        bytes += Self.bytes(UInt16(clamping: plan.window)) + [0, 0, 0, 0] + options
        bytes += PayloadPattern.bytes(plan.payload.bytes)
        seal(&bytes, at: 16, protocol: 6, from: source)
        return bytes
    }

    /// F, S, R, P, A, U, E and W as tcpdump spells them.
    static func flagBits(_ flags: String) -> UInt8 {
        flags.uppercased().reduce(0) { bits, letter in
            guard let index = Array("FSRPAUEW").firstIndex(of: letter) else { return bits }
            return bits | 1 << UInt8(index)
        }
    }

    /// RFC 768.
    private func udp(_ index: Int, from source: IPAddress) -> [UInt8] {
        let length = 8 + plan.payload.bytes + plan.udpLengthOffset
        var bytes = Self.bytes(sourcePort(index)) + Self.bytes(targetPort)
        bytes += Self.bytes(UInt16(truncatingIfNeeded: length)) + [0, 0]
        bytes += PayloadPattern.bytes(plan.payload.bytes)
        seal(&bytes, at: 6, protocol: 17, from: source)
        // RFC 768: a sum of zero is sent as all ones, for zero means that there is none.
        if plan.checksum == .right, bytes[6] == 0, bytes[7] == 0 {
            bytes.replaceSubrange(6..<8, with: [255, 255])
        }
        return bytes
    }

    /// RFC 792, RFC 4443.
    private func icmp(_ type: UInt8, _ code: UInt8, _ index: Int, from source: IPAddress) -> [UInt8] {
        var bytes: [UInt8] = [type, code, 0, 0]
        bytes += Self.bytes(sourcePort(index)) + Self.bytes(UInt16(truncatingIfNeeded: index + 1))
        bytes += PayloadPattern.bytes(plan.payload.bytes)
        seal(&bytes, at: 2, protocol: destination.isIPv6 ? 58 : nil, from: source)
        return bytes
    }

    /// Puts a transport checksum in, right or as wrong as asked for.
    ///
    /// - Parameter protocol: nil for ICMP over IPv4, which has no pseudo header.
    private func seal(_ bytes: inout [UInt8], at offset: Int, protocol number: UInt8?, from source: IPAddress)
    {
        guard plan.checksum != .zero else { return }
        var sum = InternetChecksum()
        if let number {
            sum.add(source.bytes)
            sum.add(destination.bytes)
            sum.add(UInt16(number))
            sum.add(UInt16(truncatingIfNeeded: bytes.count))
        }
        sum.add(bytes)
        var value = sum.value
        if plan.checksum == .wrong { value = Self.wrong(value) }
        bytes[offset] = UInt8(value >> 8)
        bytes[offset + 1] = UInt8(value & 0xff)
    }

    /// Another value, and neither of the two zeros of ones' complement.
    private static func wrong(_ value: UInt16) -> UInt16 {
        let other = value ^ 0x5555
        return other == 0 || other == 0xffff ? value ^ 0x3333 : other
    }

    // MARK: IP

    private struct Piece {
        var range: Range<Int>
        var isLast: Bool
    }

    /// Where the cuts are: multiples of 8, as the offset field counts. Overlapping pieces begin 8 bytes earlier.
    private func fragments(of bytes: [UInt8], size: Int) -> [Piece] {
        let step = max(8, size / 8 * 8)
        return stride(from: 0, to: max(bytes.count, 1), by: step).enumerated().compactMap { number, start in
            guard !plan.omittedFragments.contains(number + 1) else { return nil }
            let end = min(bytes.count, start + step)
            let first = plan.overlapsFragments && start > 0 ? start - 8 : start
            return Piece(range: first..<end, isLast: end == bytes.count)
        }
    }

    private func ip(
        _ payload: [UInt8], _ number: UInt8, from source: IPAddress, fragment: (offset: Int, isLast: Bool)?,
        identification: Int
    ) -> [UInt8] {
        destination.isIPv6
            ? ipv6(payload, number, from: source, fragment: fragment, identification: identification)
            : ipv4(payload, number, from: source, fragment: fragment, identification: identification)
    }

    /// RFC 791, section 3.1.
    private func ipv4(
        _ payload: [UInt8], _ number: UInt8, from source: IPAddress, fragment: (offset: Int, isLast: Bool)?,
        identification: Int
    ) -> [UInt8] {
        let length = 20 + payload.count + plan.ipLengthOffset
        var flags: UInt16 = 0
        if let fragment { flags = UInt16(fragment.offset / 8) | (fragment.isLast ? 0 : 0x2000) }
        var header: [UInt8] = [0x45, 0] + Self.bytes(UInt16(truncatingIfNeeded: length))
        // Never 0: the kernel would replace it.
        header += Self.bytes(UInt16(truncatingIfNeeded: identification % 0xffff + 1)) + Self.bytes(flags)
        header += [UInt8(clamping: plan.ttl), number, 0, 0] + source.bytes + destination.bytes
        var sum: UInt16 = 0
        switch plan.ipChecksum {
        case .right: sum = InternetChecksum.of(header)
        case .wrong: sum = Self.wrong(InternetChecksum.of(header))
        case .zero: break
        }
        header[10] = UInt8(sum >> 8)
        header[11] = UInt8(sum & 0xff)
        return header + payload
    }

    /// RFC 8200, sections 3 and 4.5.
    private func ipv6(
        _ payload: [UInt8], _ number: UInt8, from source: IPAddress, fragment: (offset: Int, isLast: Bool)?,
        identification: Int
    ) -> [UInt8] {
        var fragmentHeader: [UInt8] = []
        if let fragment {
            fragmentHeader =
                [number, 0] + Self.bytes(UInt16(fragment.offset & ~7) | (fragment.isLast ? 0 : 1))
            fragmentHeader += Self.bytes(UInt32(truncatingIfNeeded: identification + 1))
        }
        let length = fragmentHeader.count + payload.count + plan.ipLengthOffset
        var header: [UInt8] = [0x60, 0, 0, 0] + Self.bytes(UInt16(truncatingIfNeeded: length))
        header +=
            [fragment == nil ? number : 44, UInt8(clamping: plan.ttl)] + source.bytes + destination.bytes
        return header + fragmentHeader + payload
    }

    /// Whether the kernel would mend what is meant to be wrong, were the packet handed to a raw socket.
    ///
    /// Kernel: raw(7), IP_HDRINCL: total length and checksum of an IPv4 header are always filled in.
    var needsLinkLayer: Bool {
        !destination.isIPv6 && (plan.ipChecksum != .right || plan.ipLengthOffset != 0)
    }

    private static func bytes(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
