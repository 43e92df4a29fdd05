/// What a kernel makes of a super-packet, written down a second time and as plainly as possible: the wire's own
/// cutting is compared with it.
enum ReferenceSegmentation {
    /// A frame behind a virtio-net header, all checksums partial, as a TAP device with offloads hands it over.
    static func superPacket(
        tcp: Bool, ipv6: Bool, payload: [UInt8], segmentBytes: Int, flags: UInt8 = 0x98
    ) -> [UInt8] {
        var transport =
            tcp
            ? TestFrame.tcpBytes(flags: flags, sequence: 0xffff_fff0)
            : TestFrame.udpBytes(payload: 0)
        transport += payload
        if !tcp { transport.replaceSubrange(4..<6, with: TestFrame.word(transport.count)) }
        var frame =
            ipv6
            ? TestFrame.ipv6(next: tcp ? 6 : 17, transport).bytes
            : TestFrame.ipv4(protocol: tcp ? 6 : 17, transport).bytes
        let start = ipv6 ? 54 : 34
        if !ipv6 { fixHeader(&frame) }
        let field = start + (tcp ? 16 : 6)
        frame.replaceSubrange(field..<field + 2, with: TestFrame.word(pseudoSum(frame)))
        let isMany = payload.count > segmentBytes
        let kind: UInt8 = !isMany ? 0 : !tcp ? 5 : ipv6 ? 4 : 1
        return [1, kind] + little(isMany ? start + (tcp ? 20 : 8) : 0) + little(isMany ? segmentBytes : 0)
            + little(start) + little(tcp ? 16 : 6) + frame
    }

    /// The packets in a frame with its virtio-net header, each with a finished checksum and without that header.
    static func packets(of bytes: [UInt8]) -> [[UInt8]] {
        let (flags, kind) = (bytes[0], bytes[1] & 0x7f)
        let size = Int(bytes[4]) | Int(bytes[5]) << 8
        let frame = Array(bytes[10...])
        guard kind != 0 else { return [flags & 1 != 0 ? finished(frame) : frame] }
        let ipv6 = frame[12] == 0x86
        let start = ipv6 ? 54 : 34
        let tcp = frame[ipv6 ? 20 : 23] == 6
        let headers = start + (tcp ? Int(frame[start + 12] >> 4) * 4 : 8)
        var result: [[UInt8]] = []
        var offset = headers
        while offset < frame.count {
            let end = min(offset + size, frame.count)
            var packet = Array(frame[..<headers]) + frame[offset..<end]
            if ipv6 {
                packet.replaceSubrange(18..<20, with: TestFrame.word(packet.count - 54))
            } else {
                packet.replaceSubrange(16..<18, with: TestFrame.word(packet.count - 14))
                let identification = Int(frame[18]) << 8 + Int(frame[19]) + result.count
                packet.replaceSubrange(18..<20, with: TestFrame.word(identification))
                fixHeader(&packet)
            }
            if tcp {
                let sequence = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(frame[start + 4 + $1]) }
                let moved = sequence &+ UInt32(offset - headers)
                for index in 0..<4 {
                    packet[start + 4 + index] = UInt8(truncatingIfNeeded: moved >> (24 - 8 * index))
                }
                if end < frame.count { packet[start + 13] &= ~0x09 }
                if offset > headers { packet[start + 13] &= ~0x80 }
            } else {
                packet.replaceSubrange(start + 4..<start + 6, with: TestFrame.word(packet.count - start))
            }
            let field = start + (tcp ? 16 : 6)
            packet.replaceSubrange(field..<field + 2, with: TestFrame.word(pseudoSum(packet)))
            result.append(finished(packet))
            offset = end
        }
        return result
    }

    /// Whether the transport checksum of a packet is right.
    static func isValid(_ packet: [UInt8]) -> Bool {
        let start = packet[12] == 0x86 ? 54 : 34
        return fold(sum(packet[start...]) + pseudoSum(packet)) == 0xffff
    }

    private static func finished(_ frame: [UInt8]) -> [UInt8] {
        var packet = frame
        let ipv6 = frame[12] == 0x86
        let start = ipv6 ? 54 : 34
        let field = start + (frame[ipv6 ? 20 : 23] == 6 ? 16 : 6)
        packet.replaceSubrange(field..<field + 2, with: TestFrame.word(~fold(sum(packet[start...])) & 0xffff))
        return packet
    }

    private static func fixHeader(_ frame: inout [UInt8]) {
        frame.replaceSubrange(24..<26, with: [0, 0])
        frame.replaceSubrange(24..<26, with: TestFrame.word(~fold(sum(frame[14..<34])) & 0xffff))
    }

    private static func pseudoSum(_ frame: [UInt8]) -> Int {
        let ipv6 = frame[12] == 0x86
        let addresses = ipv6 ? frame[22..<54] : frame[26..<34]
        return fold(sum(addresses) + Int(frame[ipv6 ? 20 : 23]) + frame.count - (ipv6 ? 54 : 34))
    }

    private static func sum(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.enumerated().reduce(0) { $0 + Int($1.element) << ($1.offset % 2 == 0 ? 8 : 0) }
    }

    private static func fold(_ sum: Int) -> Int {
        var sum = sum
        while sum > 0xffff { sum = (sum & 0xffff) + (sum >> 16) }
        return sum
    }

    private static func little(_ value: Int) -> [UInt8] { [UInt8(value & 0xff), UInt8(value >> 8)] }
}
