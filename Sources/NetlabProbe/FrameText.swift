import NetlabModel

/// What a frame is, in a line and in a number.
///
/// Sections: RFC 791 3.1, RFC 8200 3, RFC 9293 3.1, RFC 768, RFC 792, RFC 826.
enum FrameText {
    /// Bytes of a frame that are looked at, besides its length and its last eight.
    private static let depth = 128

    /// The same number for the same packet at both ends of a link: the hash of its first bytes, last bytes and
    /// length, without checksums, which may be computed on the way.
    static func fingerprint(of frame: UnsafeRawBufferPointer, length: Int) -> UInt64 {
        let skipped = checksums(in: frame)
        // FNV-1a.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for index in 0..<min(frame.count, depth) {
            let isChecksum =
                index == skipped.0 || index == skipped.0 + 1 || index == skipped.1
                || index == skipped.1 + 1
            mix(isChecksum ? 0 : frame[index])
        }
        for byte in frame.suffix(8) where frame.count > depth + 8 { mix(byte) }
        for shift in stride(from: 0, to: 32, by: 8) { mix(UInt8(truncatingIfNeeded: length >> shift)) }
        return hash
    }

    /// The same number for the same IP packet, seen on a wire or as the kernel dropped it: the hash of its headers
    /// without checksums; nil if they are not all there.
    static func fingerprint(ofHeadersIn frame: UnsafeRawBufferPointer) -> UInt64? {
        guard let header = Header(frame) else { return nil }
        var end = header.payload + (header.isLaterFragment ? 0 : 8)
        if header.proto == 6, !header.isLaterFragment, frame.count > header.payload + 12 {
            end = header.payload + Int(frame[header.payload + 12] >> 4) * 4
        }
        end = min(end, header.start + headBytes)
        guard frame.count >= end else { return nil }
        let skipped = checksums(in: frame)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in header.start..<end {
            let isChecksum = [skipped.0, skipped.0 + 1, skipped.1, skipped.1 + 1].contains(index)
            hash = (hash ^ UInt64(isChecksum ? 0 : frame[index])) &* 0x100_0000_01b3
        }
        return hash
    }

    /// What is kept of a dropped packet.
    private static let headBytes = 64

    /// An IP packet with an Ethernet header before it that only tells which version it is; nil if it is no IP packet.
    static func frame(ofPacket packet: [UInt8]) -> [UInt8]? {
        switch (packet.first ?? 0) >> 4 {
        case 4: [UInt8](repeating: 0, count: 12) + [8, 0] + packet
        case 6: [UInt8](repeating: 0, count: 12) + [0x86, 0xDD] + packet
        default: nil
        }
    }

    /// Where the checksums of IPv4 and of the transport begin; far behind the frame if there is none.
    private static func checksums(in frame: UnsafeRawBufferPointer) -> (Int, Int) {
        let none = Int.max - 1
        guard let header = Header(frame) else { return (none, none) }
        let transport: Int =
            switch header.proto {
            case 6: header.payload + 16
            case 17: header.payload + 6
            case 58: header.payload + 2
            default: none
            }
        return (header.isIPv6 ? none : header.start + 10, header.isLaterFragment ? none : transport)
    }

    /// `TCP 10.0.0.1:40000 > 10.0.0.2:80 SYN seq 7 len 0`; `ethertype 0x88cc` for what is not known here.
    static func summary(of frame: UnsafeRawBufferPointer) -> String {
        guard let header = Header(frame) else { return other(frame) }
        let (from, to) = (header.source(frame), header.destination(frame))
        if header.isLaterFragment {
            return "IP \(from) > \(to) fragment at \(header.fragmentOffset) len \(header.payloadLength)"
        }
        let at = header.payload
        let pieces = header.hasMoreFragments ? " first fragment" : ""
        func ports(_ name: String) -> String? {
            guard let source = number(frame, at, 2), let target = number(frame, at + 2, 2) else { return nil }
            return "\(name) \(from):\(source) > \(to):\(target)"
        }
        switch header.proto {
        case 6:
            guard let head = ports("TCP"), let sequence = number(frame, at + 4, 4),
                let acknowledged = number(frame, at + 8, 4), frame.count > at + 13
            else { break }
            let flags = frame[at + 13]
            let names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"]
            let set = names.enumerated().filter { flags & 1 << $0.offset != 0 }.map(\.element)
            let length = header.payloadLength - Int(frame[at + 12] >> 4) * 4
            let ack = flags & 0x10 != 0 ? " ack \(acknowledged)" : ""
            return "\(head) \(set.joined(separator: ",")) seq \(sequence)\(ack) len \(length)"
        case 17:
            guard let head = ports("UDP") else { break }
            return "\(head) len \(header.payloadLength - 8)\(pieces)"
        case 1, 58:
            guard frame.count > at + 1 else { break }
            let name = header.proto == 1 ? "ICMP" : "ICMPv6"
            return "\(name) \(from) > \(to) type \(frame[at]) code \(frame[at + 1])"
        default: break
        }
        return "IP \(from) > \(to) protocol \(header.proto) len \(header.payloadLength)"
    }

    private static func other(_ frame: UnsafeRawBufferPointer) -> String {
        guard let type = number(frame, 12, 2) else { return "\(frame.count) bytes" }
        if type == 0x806, let operation = number(frame, 20, 2), frame.count >= 42 {
            let (sender, target) = (Header.dotted(frame, 28), Header.dotted(frame, 38))
            return operation == 1 ? "ARP who has \(target) tell \(sender)" : "ARP \(sender) is here"
        }
        return "ethertype 0x" + String(type, radix: 16)
    }

    fileprivate static func number(_ frame: UnsafeRawBufferPointer, _ at: Int, _ size: Int) -> Int? {
        guard at >= 0, at + size <= frame.count else { return nil }
        return frame[at..<at + size].reduce(0) { $0 << 8 | Int($1) }
    }

    /// Where the parts of an IP packet in an Ethernet frame begin.
    private struct Header {
        var isIPv6: Bool
        var start: Int
        var payload: Int
        var payloadLength: Int
        var proto: UInt8
        var fragmentOffset = 0
        var hasMoreFragments = false

        var isLaterFragment: Bool { fragmentOffset > 0 }

        init?(_ frame: UnsafeRawBufferPointer) {
            var start = 14
            var type = number(frame, 12, 2)
            while type == 0x8100 || type == 0x88a8 {
                type = number(frame, start + 2, 2)
                start += 4
            }
            self.start = start
            guard let type, frame.count > start else { return nil }
            if type == 0x800, frame.count >= start + 20,
                let total = number(frame, start + 2, 2), let fragment = number(frame, start + 6, 2)
            {
                let length = Int(frame[start] & 15) * 4
                isIPv6 = false
                payload = start + length
                payloadLength = total - length
                proto = frame[start + 9]
                fragmentOffset = (fragment & 0x1fff) * 8
                hasMoreFragments = fragment & 0x2000 != 0
            } else if type == 0x86dd, frame.count >= start + 40, let length = number(frame, start + 4, 2) {
                isIPv6 = true
                payload = start + 40
                payloadLength = length
                proto = frame[start + 6]
                // Extension headers that ordinary traffic has: hop-by-hop and fragment.
                while proto == 0 || proto == 44, frame.count >= payload + 8 {
                    let size = proto == 44 ? 8 : (Int(frame[payload + 1]) + 1) * 8
                    if proto == 44, let field = number(frame, payload + 2, 2) {
                        fragmentOffset = field & 0xfff8
                        hasMoreFragments = field & 1 != 0
                    }
                    proto = frame[payload]
                    payload += size
                    payloadLength -= size
                }
            } else {
                return nil
            }
        }

        func source(_ frame: UnsafeRawBufferPointer) -> String { address(frame, start + (isIPv6 ? 8 : 12)) }
        func destination(_ frame: UnsafeRawBufferPointer) -> String {
            address(frame, start + (isIPv6 ? 24 : 16))
        }

        private func address(_ frame: UnsafeRawBufferPointer, _ at: Int) -> String {
            guard isIPv6 else { return Self.dotted(frame, at) }
            return "[\(IPAddress(bytes: Array(frame[at..<at + 16])))]"
        }

        static func dotted(_ frame: UnsafeRawBufferPointer, _ at: Int) -> String {
            "\(frame[at]).\(frame[at + 1]).\(frame[at + 2]).\(frame[at + 3])"
        }
    }
}
