import NetlabModel
import Testing

@testable import NetlabWire

@Suite struct PacketViewTests {
    static let frames: [String: TestFrame] = [
        "arp": .arp,
        "udp": .udp(),
        "udp6": .ipv6(next: 17, TestFrame.udpBytes()),
        "syn": .tcp(flags: 2),
        "synack": .tcp(flags: 18),
        "ack": .tcp(flags: 16),
        "data": .tcp(flags: 24, payload: 100),
        "finack": .tcp(flags: 17),
        "rst": .tcp(flags: 4),
        "data6": .ipv6(next: 6, TestFrame.tcpBytes(flags: 24, payload: 100)),
        "ack with options": .ipv4(
            protocol: 6, TestFrame.tcpBytes(), options: [1, 1, 1, 1]),
        "first fragment": .ipv4(protocol: 17, TestFrame.udpBytes(payload: 1472), moreFragments: true),
        "later fragment": .ipv4(protocol: 17, [UInt8](repeating: 0, count: 520), fragmentOffset: 1480),
        "later fragment6": .ipv6(
            next: 44, [17, 0, 0x05, 0xc8, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 64)),
        "frag needed": .ipv4(protocol: 1, [3, 4, 0, 0, 0, 0, 2, 0]),
        "port unreachable": .ipv4(protocol: 1, [3, 3, 0, 0, 0, 0, 0, 0]),
        "too big": .ipv6(next: 58, [2, 0, 0, 0, 0, 0, 5, 0]),
        "echo6": .ipv6(next: 58, [128, 0, 0, 0, 0, 0, 0, 1]),
        "solicitation": .ipv6(next: 58, [135, 0, 0, 0, 0, 0, 0, 0]),
        "mld": .ipv6(next: 0, [58, 0, 5, 2, 0, 0, 1, 0] + [143, 0, 0, 0, 0, 0, 0, 0]),
        "igmp": .ipv4(protocol: 2, [0x22, 0, 0, 0, 0, 0, 0, 0]),
        "lldp": .ethernet(0x88cc, [2, 7, 4]),
        "vlan udp": TestFrame(
            bytes: Array(TestFrame.udp().bytes[..<12]) + [0x81, 0, 0, 5] + Array(TestFrame.udp().bytes[12...])
        ),
    ]

    @Test(arguments: [
        (
            "any",
            [
                "udp", "udp6", "syn", "synack", "ack", "data", "finack", "rst", "data6", "ack with options",
                "first fragment", "later fragment", "later fragment6", "frag needed", "port unreachable",
                "too big", "echo6", "vlan udp",
            ]
        ),
        ("arp", ["arp", "solicitation"]),
        ("arp ipv6", ["solicitation"]),
        ("udp", ["udp", "udp6", "first fragment", "later fragment", "later fragment6", "vlan udp"]),
        ("udp dport 53", ["udp", "udp6", "first fragment", "vlan udp"]),
        ("ip udp size 38..38", ["udp", "vlan udp"]),
        ("size 1400..1500", ["first fragment"]),
        ("size 58..58", ["udp6"]),
        ("tcp syn", ["syn"]),
        ("synack", ["synack"]),
        ("ack", ["ack", "ack with options"]),
        ("data", ["data", "data6"]),
        ("tcp data dport 80 ip", ["data"]),
        ("fin", ["finack"]),
        ("rst", ["rst"]),
        ("sport 80", []),
        ("port 80 sport 40000 rst", ["rst"]),
        ("icmp", ["frag needed", "port unreachable", "too big", "echo6"]),
        ("frag-needed", ["frag needed", "too big"]),
        ("later-fragment", ["later fragment", "later fragment6"]),
        ("ipv6", ["udp6", "data6", "later fragment6", "too big", "echo6"]),
        ("tcp udp", []),
    ])
    func matchTouchesExactlyThese(text: String, expected: [String]) throws {
        let rule = MatchRule(try PacketMatch(parsing: text))
        let matched = Self.frames.filter { rule.matches(view($0.value.bytes)) }.map(\.key)
        #expect(Set(matched) == Set(expected))
    }

    @Test func payloadIsWhatLiesBehindTheHeaders() {
        #expect(view(Self.frames["data"]!.bytes).payloadBytes == 100)
        #expect(view(Self.frames["data6"]!.bytes).payloadBytes == 100)
        #expect(view(Self.frames["udp"]!.bytes).payloadBytes == 10)
        #expect(view(Self.frames["udp"]!.bytes).packetBytes == 38)
    }

    /// Ethernet pads short packets; the IP header knows their length.
    @Test func paddingBehindThePacketIsNotPartOfIt() {
        let padded = view(Self.frames["ack"]!.bytes + [UInt8](repeating: 0, count: 6))
        #expect(padded.packetBytes == 40)
        #expect(padded.kinds.contains(.pureACK))
    }

    @Test func everyCutAndEveryFlippedByteIsReadWithinTheFrame() {
        var generator = SeededGenerator(seed: 5, stream: "cuts")
        for frame in Self.frames.values {
            for length in 0...frame.bytes.count {
                for value in [nil, 0, 0xff, UInt8(truncatingIfNeeded: generator.next())] {
                    var bytes = Array(frame.bytes[..<length])
                    if let value, length > 0 { bytes[Int(generator.below(UInt64(length)))] = value }
                    let view = view(bytes)
                    #expect(view.networkOffset + view.packetBytes <= length)
                    #expect(view.payloadBytes >= 0 && view.payloadBytes <= length)
                }
            }
        }
    }

    private func view(_ bytes: [UInt8]) -> PacketView { bytes.withUnsafeBytes { PacketView(frame: $0) } }
}
