import NetlabModel
import Testing

@testable import NetlabWire

/// A super-packet meets the fates that its packets would meet one by one.
@Suite struct SuperPacketTests {
    /// Frames with virtio-net headers through one direction of a link.
    private struct Carried {
        var path: DirectionPath
        var arrivals: [(time: Int64, frame: [UInt8])] = []

        init(seed: UInt64, _ impairments: [NamedImpairment]) {
            path = DirectionPath(
                seed: seed, entrance: VirtualLink.entrance, impairments: impairments, holdCapacity: 64 << 20)
        }

        mutating func send(_ frame: [UInt8], at time: Int64) {
            advance(to: time)
            var bytes = frame
            var arrived: [[UInt8]] = []
            bytes.withUnsafeMutableBytes {
                path.offerSuperPacket($0, now: time) { frame, _ in
                    arrived.append(Array(frame))
                    return .taken
                }
            }
            arrivals += arrived.map { (time, $0) }
        }

        mutating func advance(to time: Int64) {
            while let due = path.nextRelease, due <= time {
                var arrived: [[UInt8]] = []
                path.release(until: due) { frame, _ in
                    arrived.append(Array(frame))
                    return .taken
                }
                arrivals += arrived.map { (due, $0) }
            }
        }

        /// What the far end sees on the medium.
        var packets: [String] {
            arrivals.flatMap { time, frame in
                ReferenceSegmentation.packets(of: frame).map { "\(time) \($0)" }
            }
        }
    }

    private static func frame(_ generator: inout SeededGenerator) -> [UInt8] {
        let payload = (0..<1 + generator.below(5000)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        return ReferenceSegmentation.superPacket(
            tcp: generator.below(2) == 0, ipv6: generator.below(2) == 0, payload: payload,
            segmentBytes: 500 + Int(generator.below(1000)),
            flags: [0x10, 0x18, 0x99, 0x90][Int(generator.below(4))])
    }

    private static func packetOfItsOwn(_ packet: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 0, count: 10) + packet
    }

    static let links: [String: [Impairment]] = [
        "none": [],
        "loss": [.loss(.random(Probability(0.2), correlation: Probability(0)))],
        "delay": [.delay(DelayModel(delay: .microseconds(5)))],
        "jitter": [.delay(DelayModel(delay: .microseconds(50), jitter: .microseconds(40)))],
        "duplicate": [.duplicate(Probability(0.3), correlation: Probability(0))],
        "corrupt": [.corrupt(Probability(0.3), correlation: Probability(0))],
        "every": [.pattern(PacketPattern(.drop, .every(3)))],
        "hold": [.pattern(PacketPattern(.holdUntil(packets: 2), .every(4)))],
        "rate": [.rate(DataRate(bitsPerSecond: 50_000_000), limit: 10)],
        "limit": [.limit(packets: 7), .delay(DelayModel(delay: .microseconds(100)))],
        "mixture": [
            .loss(.random(Probability(0.1), correlation: Probability(0))),
            .duplicate(Probability(0.1), correlation: Probability(0)),
            .corrupt(Probability(0.1), correlation: Probability(0)),
            .delay(DelayModel(delay: .microseconds(50), jitter: .microseconds(40))),
            .reorder(Probability(0.2), correlation: Probability(0), gap: nil),
        ],
    ]

    @Test(arguments: links.keys.sorted(), ["any", "data", "fin", "udp size 0..700"])
    func segmentsMeetTheFatesOfPackets(link: String, match: String) throws {
        let match = try PacketMatch(parsing: match)
        let impairments = (Self.links[link] ?? []).enumerated().map {
            NamedImpairment(name: "i\($0)", from: nil, match: match, impairment: $1)
        }
        var generator = SeededGenerator(seed: 11, stream: link)
        var whole = Carried(seed: 3, impairments)
        var single = Carried(seed: 3, impairments)
        for step in 1...15 {
            let frame = Self.frame(&generator)
            let time = Int64(step) * 20_000
            whole.send(frame, at: time)
            for packet in ReferenceSegmentation.packets(of: frame) {
                single.send(Self.packetOfItsOwn(packet), at: time)
            }
            #expect(whole.path.engine.statistics.isBalanced)
        }
        whole.advance(to: .max)
        single.advance(to: .max)
        #expect(whole.packets == single.packets)
        let (one, other) = (whole.path.engine.statistics, single.path.engine.statistics)
        #expect(one.fateHash == other.fateHash)
        #expect(one.offered == other.offered)
        #expect(one.delivered == other.delivered)
        #expect(one.dropped == other.dropped)
        #expect(one.impairments == other.impairments)
    }

    @Test func untouchedSuperPacketPassesWhole() {
        var link = Carried(seed: 1, [])
        let frame = ReferenceSegmentation.superPacket(
            tcp: true, ipv6: false, payload: [UInt8](repeating: 5, count: 20_000), segmentBytes: 1448)
        link.send(frame, at: 1)
        #expect(link.arrivals.map(\.frame) == [frame])
        #expect(link.path.engine.statistics.delivered.packets == 14)
    }

    @Test func survivorsAroundALossStayTogether() {
        var link = Carried(
            seed: 1,
            [
                NamedImpairment(
                    name: "x", from: nil, impairment: .pattern(PacketPattern(.drop, .numbers([4]))))
            ])
        let frame = ReferenceSegmentation.superPacket(
            tcp: true, ipv6: true, payload: [UInt8](repeating: 5, count: 10_000), segmentBytes: 1000)
        link.send(frame, at: 1)
        #expect(link.arrivals.map { ReferenceSegmentation.packets(of: $0.frame).count } == [3, 6])
    }

    @Test func flippedBitLeavesAChecksumThatFails() {
        var link = Carried(
            seed: 1,
            [
                NamedImpairment(
                    name: "x", from: nil, impairment: .pattern(PacketPattern(.corrupt, .numbers([2]))))
            ])
        let frame = ReferenceSegmentation.superPacket(
            tcp: false, ipv6: false, payload: [UInt8](repeating: 5, count: 3000), segmentBytes: 1000)
        link.send(frame, at: 1)
        let packets = link.arrivals.flatMap { ReferenceSegmentation.packets(of: $0.frame) }
        #expect(packets.map(ReferenceSegmentation.isValid) == [true, false, true])
    }

    @Test func garbageInHeadersIsSurvived() {
        var generator = SeededGenerator(seed: 1, stream: "garbage")
        var link = Carried(
            seed: 1,
            Self.links["mixture"]!.enumerated().map {
                NamedImpairment(name: "i\($0)", from: nil, impairment: $1)
            })
        for step in 1...400 {
            var frame = Self.frame(&generator)
            for _ in 0..<3 { frame[Int(generator.below(70)) % frame.count] = UInt8(generator.below(256)) }
            frame = Array(frame.prefix(Int(generator.below(UInt64(frame.count) + 1))))
            link.send(frame, at: Int64(step) * 1000)
        }
        link.advance(to: .max)
        #expect(link.path.engine.statistics.isBalanced)
        #expect(link.path.engine.statistics.inFlight == .none)
    }
}
