/// Builds Ethernet frames byte by byte, as plain as they are in the standards. Checksums are left 0: the
/// pure part of a link never looks at them.
struct TestFrame {
    var bytes: [UInt8]

    static func ethernet(_ type: Int, _ payload: [UInt8]) -> TestFrame {
        TestFrame(bytes: [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1] + word(type) + payload)
    }

    static func ipv4(
        protocol number: UInt8, _ payload: [UInt8], fragmentOffset: Int = 0, moreFragments: Bool = false,
        options: [UInt8] = []
    ) -> TestFrame {
        let headerBytes = 20 + options.count
        return ethernet(
            0x0800,
            [UInt8(0x40 + headerBytes / 4), 0] + word(headerBytes + payload.count) + [0, 1]
                + word(fragmentOffset / 8 | (moreFragments ? 0x2000 : 0)) + [64, number, 0, 0]
                + [10, 0, 0, 1, 10, 0, 0, 2] + options + payload)
    }

    static func ipv6(next: UInt8, _ payload: [UInt8]) -> TestFrame {
        let address: [UInt8] = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        return ethernet(
            0x86dd,
            [0x60, 0, 0, 0] + word(payload.count) + [next, 64] + address + [1] + address + [2] + payload)
    }

    static func udpBytes(from source: Int = 5000, to destination: Int = 53, payload: Int = 10) -> [UInt8] {
        word(source) + word(destination) + word(8 + payload) + [0, 0] + [UInt8](repeating: 7, count: payload)
    }

    static func tcpBytes(
        from source: Int = 40000, to destination: Int = 80, flags: UInt8 = 16, payload: Int = 0,
        sequence: UInt32 = 1
    ) -> [UInt8] {
        let number = (0..<4).map { UInt8(truncatingIfNeeded: sequence >> (24 - 8 * $0)) }
        return word(source) + word(destination) + number + [0, 0, 0, 1, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]
            + [UInt8](repeating: 9, count: payload)
    }

    static func udp(to port: Int = 53, payload: Int = 10) -> TestFrame {
        ipv4(protocol: 17, udpBytes(to: port, payload: payload))
    }

    static func tcp(flags: UInt8 = 16, payload: Int = 0, to port: Int = 80) -> TestFrame {
        ipv4(protocol: 6, tcpBytes(to: port, flags: flags, payload: payload))
    }

    static let arp = ethernet(0x0806, [0, 1, 8, 0, 6, 4, 0, 1] + [UInt8](repeating: 0, count: 20))

    static func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xff), UInt8(value & 0xff)] }
}
