/// IPv4 packets of a test, with correct checksums.
enum DropTestPackets {
    /// A UDP datagram of 4 bytes from the TUN device's far end.
    static func datagram(
        from source: [UInt8] = DropTestHost.neighbour, to port: UInt16, payload: [UInt8] = [1, 2, 3, 4]
    ) -> [UInt8] {
        let length = UInt16(8 + payload.count)
        let header = bigEndian(UInt16(40000)) + bigEndian(port) + bigEndian(length) + [0, 0]
        return packet(protocol: 17, from: source, payload: header + payload, checksumAt: 6)
    }

    /// A TCP segment without options or data.
    static func segment(
        sourcePort: UInt16, to port: UInt16, flags: UInt8, sequence: UInt32, acknowledgement: UInt32 = 0
    ) -> [UInt8] {
        let ports = bigEndian(sourcePort) + bigEndian(port)
        let numbers = bigEndian(sequence) + bigEndian(acknowledgement)
        let rest: [UInt8] = [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]
        return packet(
            protocol: 6, from: DropTestHost.neighbour, payload: ports + numbers + rest, checksumAt: 16)
    }

    private static func packet(
        protocol number: UInt8, from source: [UInt8], payload: [UInt8], checksumAt offset: Int
    ) -> [UInt8] {
        var header: [UInt8] =
            [0x45, 0] + bigEndian(UInt16(20 + payload.count)) + [0, 0, 0x40, 0, 64, number, 0, 0]
        header += source + DropTestHost.address
        header.replaceSubrange(10..<12, with: bigEndian(checksum(header)))
        var payload = payload
        let pseudoHeader = source + DropTestHost.address + [0, number] + bigEndian(UInt16(payload.count))
        payload.replaceSubrange(offset..<(offset + 2), with: bigEndian(checksum(pseudoHeader + payload)))
        return header + payload
    }

    /// RFC 1071.
    private static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[index]) << 8 + (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
        }
        while sum > 0xFFFF { sum = sum >> 16 + sum & 0xFFFF }
        return ~UInt16(sum)
    }

    private static func bigEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
