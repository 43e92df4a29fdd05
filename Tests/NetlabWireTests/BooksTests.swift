import NetlabModel
import Testing

@testable import NetlabWire

@Suite struct BooksTests {
    /// Random links, random traffic, random interruptions: every packet and every byte is accounted for at
    /// every step.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func booksBalanceUnderRandomTraffic(seed: UInt64) {
        var generator = SeededGenerator(seed: seed, stream: "books")
        let link = VirtualLink(
            seed: seed, Self.randomImpairments(&generator), log: 50, holdCapacity: 2 << 20)
        var now: Int64 = 0
        var sent = Traffic.none
        for step in 0..<600 {
            now += Int64(generator.below(300_000))
            let frame = Self.randomFrame(&generator)
            link.isUp = generator.below(30) != 0
            link.send(frame, at: now)
            sent = sent + Traffic(packets: 1, bytes: frame.bytes.count)
            if generator.below(100) == 0 { link.path.replace(Self.randomImpairments(&generator), now: now) }
            if step == 500 { generator.below(2) == 0 ? link.path.discard() : () }
            let books = link.statistics
            #expect(books.offered == sent)
            #expect(books.isBalanced, "seed \(seed) step \(step): \(books)")
        }
        let before = link.arrivals.count
        link.isUp = true
        link.path.drain { _, _ in .taken }
        let books = link.statistics
        #expect(books.inFlight == .none)
        #expect(books.isBalanced)
        #expect(books.delivered.packets >= before)
    }

    @Test func lostForWantOfMemoryIsBookedAsCapacity() {
        let link = VirtualLink(
            [NamedImpairment(name: "d", from: nil, impairment: .delay(DelayModel(delay: .seconds(1))))],
            holdCapacity: 1 << 20)
        link.run(5000)
        // A slab of 1 MiB holds 4096 short frames.
        #expect(link.arrivals.count == 4096)
        #expect(link.statistics.dropped[.capacity]?.packets == 904)
        #expect(link.statistics.isBalanced)
    }

    @Test func refusedFramesAreBookedAsDevice() {
        let link = VirtualLink([])
        link.isUp = false
        link.run(3)
        #expect(link.statistics.dropped == [.device: Traffic(packets: 3, bytes: 3 * 58)])
        #expect(link.statistics.isBalanced)
    }

    @Test func stoppingBooksWhatIsHeld() {
        let link = VirtualLink(.delay(DelayModel(delay: .seconds(1))))
        for number in 1...3 { link.send(.numbered(number), at: Int64(number)) }
        #expect(link.statistics.inFlight.packets == 3)
        link.path.discard()
        #expect(link.statistics.dropped == [.stopped: Traffic(packets: 3, bytes: 3 * 58)])
        #expect(link.statistics.isBalanced)
    }

    @Test func logKeepsTheLastFatesInOrder() {
        let link = VirtualLink(
            [
                NamedImpairment(
                    name: "second", from: nil, impairment: .pattern(PacketPattern(.drop, .every(2)))),
                NamedImpairment(
                    name: "late", from: nil,
                    impairment: .pattern(PacketPattern(.delay(.microseconds(1)), .numbers([9])))),
            ], log: 3)
        link.run(10, spacing: 1_000)
        #expect(
            link.path.engine.fates == [
                FateRecord(packet: 8, time: 8_000, release: 8_000, fate: .dropped, cause: "second"),
                FateRecord(packet: 9, time: 9_000, release: 10_000, fate: .delayed, cause: "late"),
                FateRecord(packet: 10, time: 10_000, release: 10_000, fate: .dropped, cause: "second"),
            ])
    }

    @Test func heapLetsPacketsOutByTimeThenByOrder() {
        var generator = SeededGenerator(seed: 1, stream: "heap")
        var queue = HoldQueue()
        let pool = FramePool(capacity: 1 << 20)
        var expected: [(Int64, Int)] = []
        for number in 1...500 {
            let release = Int64(generator.below(50))
            expected.append((release, number))
            let frame = [UInt8](repeating: 0, count: 8).withUnsafeBytes {
                pool.hold($0, Traffic(packets: 1, bytes: 8), number: number)
            }
            guard let frame else { return #expect(Bool(false), "the pool is large enough") }
            queue.push(HoldQueue.Entry(release: release, sequence: UInt64(number), frame: frame))
        }
        #expect(queue.nextRelease == 0)
        var popped: [(Int64, Int)] = []
        while let entry = queue.pop(until: .max) { popped.append((entry.release, entry.frame.number)) }
        #expect(popped.map(\.1) == expected.sorted { $0 < $1 }.map(\.1))
    }

    private static func randomFrame(_ generator: inout SeededGenerator) -> TestFrame {
        switch generator.below(6) {
        case 0: .arp
        case 1: .tcp(flags: 2)
        case 2: .tcp(flags: 16)
        case 3: .tcp(flags: 24, payload: Int(generator.below(1400)))
        case 4: .udp(payload: Int(generator.below(9000)))
        default: .ipv6(next: 17, TestFrame.udpBytes(payload: Int(generator.below(64))))
        }
    }

    private static func randomImpairments(_ generator: inout SeededGenerator) -> [NamedImpairment] {
        let matches = ["any", "tcp", "udp", "data", "arp", "size 0..200", "ipv6"]
        return (0..<generator.below(6)).map { index in
            let some = Probability(Double(generator.below(100)) / 100)
            let none = Probability(0)
            let selection: PacketPattern.Selection =
                [.all, .first(3), .every(3), .numbers([2, 5, 6])][Int(generator.below(4))]
            let impairment: Impairment =
                switch generator.below(13) {
                case 0: .loss(.random(some, correlation: some))
                case 1: .loss(.gilbertElliott(p: some, r: some, lossInBad: some, lossInGood: none))
                case 2: .loss(.markov(p13: some, p31: some, p32: none, p23: some, p14: none))
                case 3: .delay(DelayModel(delay: .microseconds(200), jitter: .microseconds(300)))
                case 4: .reorder(some, correlation: none, gap: 2)
                case 5: .duplicate(some, correlation: none)
                case 6: .corrupt(some, correlation: none)
                case 7: .rate(DataRate(bitsPerSecond: 10_000_000), limit: 5)
                case 8: .limit(packets: 10)
                case 9: .slot(SlotModel(minimum: .zero, maximum: .milliseconds(1), packets: 3))
                case 10: .pattern(PacketPattern(.holdUntil(packets: 2), selection))
                case 11: .pattern(PacketPattern(.duplicate, selection))
                default: .pattern(PacketPattern(.drop, selection))
                }
            return NamedImpairment(
                name: "n\(index)", from: generator.below(4) == 0 ? VirtualLink.otherEnd : nil,
                match: (try? PacketMatch(parsing: matches[Int(generator.below(UInt64(matches.count)))]))
                    ?? .any,
                impairment: impairment)
        }
    }
}
