import NetlabModel
import Testing

@testable import NetlabProbe

/// Frames made by hand: what they are called, and which of two ends' are the same.
@Suite struct PacketPairingTests {
    static let ethernet: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]
    private static let ip: [UInt8] = [
        0x45, 0, 0, 44, 0, 7, 0x40, 0, 64, 6, 0xAA, 0xBB, 10, 0, 0, 1, 10, 0, 0, 2,
    ]
    /// Port 40000 to 80, SYN and ECE, sequence 7, 24 bytes of header, no data.
    static let tcp: [UInt8] = [
        0x9C, 0x40, 0, 80, 0, 0, 0, 7, 0, 0, 0, 0, 0x60, 0x42, 0xFF, 0xFF, 0x12, 0x34, 0, 0, 2, 4, 5, 0xB4,
    ]
    static let syn = ethernet + ip + tcp

    private static func summary(_ frame: [UInt8]) -> String {
        frame.withUnsafeBytes { FrameText.summary(of: $0) }
    }

    private static func fingerprint(_ frame: [UInt8]) -> UInt64 {
        frame.withUnsafeBytes { FrameText.fingerprint(of: $0, length: frame.count) }
    }

    private static let arp: [UInt8] =
        Array(ethernet.prefix(12)) + [8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1]
        + [0, 0, 0, 0, 0, 0, 10, 0, 0, 2]
    private static let ip6: [UInt8] =
        Array(ethernet.prefix(12)) + [0x86, 0xDD, 0x60, 0, 0, 0, 0, 8, 17, 64]
        + [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        + [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2] + [0, 53, 0, 80, 0, 8, 0, 0]

    private static func ip4(_ flags: [UInt8], _ transport: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let header: [UInt8] =
            [0x45, 0, 0, UInt8(20 + payload.count), 0, 7] + flags + [64, transport, 0, 0, 10, 0, 0, 1]
        return ethernet + header + [10, 0, 0, 2] + payload
    }

    /// Frame → how it is told.
    static let told: [([UInt8], String)] = [
        (syn, "TCP 10.0.0.1:40000 > 10.0.0.2:80 SYN,ECE seq 7 len 0"),
        (ip4([0, 0], 17, [0, 53, 0, 80, 0, 12, 0, 0, 1, 2, 3, 4]), "UDP 10.0.0.1:53 > 10.0.0.2:80 len 4"),
        (ip4([0, 0], 1, [3, 4, 0, 0, 0, 0, 5, 0]), "ICMP 10.0.0.1 > 10.0.0.2 type 3 code 4"),
        (
            ip4([0x20, 185], 17, [1, 2, 3, 4, 5, 6, 7, 8]),
            "IP 10.0.0.1 > 10.0.0.2 fragment at 1480 len 8"
        ),
        (arp, "ARP who has 10.0.0.2 tell 10.0.0.1"),
        (ip6, "UDP [2001:db8::1]:53 > [2001:db8::2]:80 len 0"),
        (Array(ethernet.prefix(12)) + [0x88, 0xCC, 1], "ethertype 0x88cc"), ([1, 2, 3], "3 bytes"),
        ([], "0 bytes"),
    ]

    @Test(arguments: told)
    func framesAreToldInALine(frame: [UInt8], text: String) {
        #expect(Self.summary(frame) == text)
    }

    @Test func noFrameThatIsCutOffIsReadBeyondItsEnd() {
        for count in 0...Self.syn.count {
            let cut = Array(Self.syn.prefix(count))
            #expect(!Self.summary(cut).isEmpty)
            _ = Self.fingerprint(cut)
        }
    }

    @Test func checksumsDoNotTellPacketsApartAndAllElseDoes() {
        var filledIn = Self.syn
        for index in [24, 25, 50, 51] { filledIn[index] ^= 0x5A }
        #expect(Self.fingerprint(filledIn) == Self.fingerprint(Self.syn))
        for index in Self.syn.indices where ![24, 25, 50, 51].contains(index) {
            var other = Self.syn
            other[index] ^= 1
            #expect(Self.fingerprint(other) != Self.fingerprint(Self.syn), "byte \(index)")
        }
        #expect(Self.fingerprint(Self.syn + [0]) != Self.fingerprint(Self.syn))
    }

    @Test func packetsAreFoundAgainAtTheOtherEnd() {
        var pairing = PacketPairing(links: ["a/e": "cable", "b/e": "cable", "c/e": "other"], limit: 10)
        func see(_ interface: String, _ time: UInt64, out: Bool, _ frame: [UInt8]) {
            frame.withUnsafeBytes {
                pairing.add(interface: interface, at: time, isOutgoing: out, length: frame.count, frame: $0)
            }
        }
        var other = Self.syn
        other[41] = 9
        see("a/e", 1, out: true, Self.syn)
        see("a/e", 2, out: true, other)
        see("b/e", 3, out: false, Self.syn)
        // The same packet once more on its way, lost; then a copy of the first.
        see("a/e", 4, out: true, other)
        see("b/e", 5, out: false, Self.syn)
        // Nobody on this link has sent it.
        see("c/e", 6, out: false, Self.syn)
        see("z/e", 7, out: false, Self.syn)
        let found = pairing.passages
        #expect(found.map(\.from) == ["a/e", "a/e", "a/e", nil])
        #expect(found.map { $0.arrivals.map(\.at) } == [[3, 5], [], [], [6]])
        #expect(found.map(\.link) == ["cable", "cable", "cable", "other"])
        see("b/e", 8, out: false, other)
        #expect(pairing.passages.map { $0.arrivals.map(\.at) } == [[3, 5], [8], [], [6]])
    }

    private static func single(_ reason: String, at time: UInt64, _ frame: [UInt8]) -> SingleDrop {
        SingleDrop(
            reason: reason, location: "f", interfaceIndex: 2, nanoseconds: time, length: frame.count - 14,
            head: Array(frame.dropFirst(14).prefix(64)))
    }

    @Test func dropsAreTiedToThePacketsTheyEnded() {
        var pairing = PacketPairing(links: ["a/e": "cable", "b/e": "cable"], limit: 10)
        func see(_ interface: String, _ time: UInt64, out: Bool, _ frame: [UInt8]) {
            frame.withUnsafeBytes {
                pairing.add(interface: interface, at: time, isOutgoing: out, length: frame.count, frame: $0)
            }
        }
        var second = Self.syn
        second[41] = 9
        var never = Self.syn
        never[41] = 11
        let ms: UInt64 = 1_000_000
        see("a/e", 10 * ms, out: true, Self.syn)
        see("b/e", 11 * ms, out: false, Self.syn)
        see("a/e", 20 * ms, out: true, second)
        var fate = PacketFate(pairing.passages) { Int64($0) }
        // The first died in the receiver, the second at the sender's device, the third before it came to one.
        var changed = Self.syn
        changed[24] ^= 0xFF
        for (node, interface, drop) in [
            ("b", "e", Self.single("NO_SOCKET", at: 12 * ms, changed)),
            ("a", "e", Self.single("NOT_SPECIFIED", at: 20 * ms, second)),
            ("a", nil, Self.single("NETFILTER_DROP", at: 30 * ms, never)),
            ("b", "e", Self.single("QUEUE_PURGE", at: 40 * ms, Self.syn)),
            ("b", "e", Self.single("PACKET_SOCK_ERROR", at: 40 * ms, Self.syn)),
        ] {
            fate.attribute(PlacedDrop(node: node, interface: interface, drop: drop))
        }
        #expect(
            fate.packets.map { $0.drops.map(\.reason) } == [
                ["NO_SOCKET"], ["NOT_SPECIFIED"], ["NETFILTER_DROP"],
            ])
        #expect(fate.packets.map(\.link) == ["cable", "cable", nil])
        #expect(fate.packets.last?.from == "a")
        #expect(fate.packets.last?.summary == "TCP 10.0.0.1:40000 > 10.0.0.2:80 SYN,ECE seq 11 len 0")
        // Nobody drops one packet twice: the same headers again are a packet that was not seen.
        fate.attribute(
            PlacedDrop(node: "b", interface: "e", drop: Self.single("NO_SOCKET", at: 50 * ms, Self.syn)))
        #expect(fate.packets.count == 4)
    }

    @Test func memoryIsBounded() {
        var pairing = PacketPairing(links: ["a/e": "cable", "b/e": "cable"], limit: 2)
        for number in UInt8(0)..<5 {
            let frame = Self.syn + [number]
            frame.withUnsafeBytes {
                pairing.add(interface: "a/e", at: 1, isOutgoing: true, length: frame.count, frame: $0)
            }
        }
        #expect(pairing.passages.count == 2)
        #expect(pairing.omitted == 3)
    }

    @Test func lostPacketNamesWhatMayHaveTakenIt() {
        var phase = PhaseRecord(name: "fault")
        phase.before.readings = [
            "cable": ["impair:lossy": 1, "impair:late": 4, "impair:dropped": 1],
            "b/e": ["link:rx_dropped": 0],
        ]
        phase.after.readings = [
            "cable": ["impair:lossy": 3, "impair:late": 4, "impair:dropped": 3],
            "b/e": ["link:rx_dropped": 7, "link:tx_dropped": 2], "a/e": ["link:tx_dropped": 1],
        ]
        phase.drops = [
            DropRecord(node: "b", interface: "e", reason: "PKT_TOO_BIG", location: "ip_rcv", count: 1),
            DropRecord(node: "b", interface: "f", reason: "NO_SOCKET", location: "udp_rcv", count: 9),
        ]
        #expect(
            phase.suspects(of: "cable", from: "a/e", ends: ["a/e", "b/e"]) == [
                "b/e link:rx_dropped", "cable impair:lossy", "a/e link:tx_dropped",
                "b/e drop:PKT_TOO_BIG in ip_rcv",
            ])
    }
}
