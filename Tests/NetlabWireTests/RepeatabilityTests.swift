import NetlabModel
import Testing

@testable import NetlabWire

/// The promise of the wire: the same packets die.
@Suite struct RepeatabilityTests {
    static func mixture(from entrance: InterfaceID? = nil) -> [NamedImpairment] {
        let none = Probability(0)
        return [
            NamedImpairment(
                name: "loss", from: entrance,
                impairment: .loss(
                    .gilbertElliott(
                        p: Probability(0.05), r: Probability(0.4), lossInBad: Probability(0.8),
                        lossInGood: Probability(0.01)))),
            NamedImpairment(
                name: "delay", from: entrance,
                impairment: .delay(
                    DelayModel(
                        delay: .milliseconds(1), jitter: .milliseconds(1), distribution: .paretonormal))),
            NamedImpairment(
                name: "double", from: entrance, impairment: .duplicate(Probability(0.05), correlation: none)),
            NamedImpairment(
                name: "flip", from: entrance,
                impairment: .corrupt(Probability(0.03), correlation: Probability(0.2))),
            NamedImpairment(
                name: "ahead", from: entrance,
                impairment: .reorder(Probability(0.3), correlation: none, gap: 3)),
            NamedImpairment(
                name: "seventh", from: entrance, impairment: .pattern(PacketPattern(.drop, .every(7)))),
        ]
    }

    @Test func fateHashIsTheSameInAThousandRunsWhateverTheOtherDirectionDoes() {
        var hashes = Set<UInt64>()
        var drops = Set<[DropCause: Traffic]>()
        for run in 0..<1000 {
            var chaos = SystemRandomNumberGenerator()
            let there = VirtualLink(seed: 42, Self.mixture())
            let back = VirtualLink(seed: 42, Self.mixture(), entrance: VirtualLink.otherEnd)
            var now: Int64 = 0
            for number in 1...100 {
                for _ in 0..<Int.random(in: 0...1, using: &chaos) {
                    back.send(.numbered(run), at: now)
                }
                if Int.random(in: 0..<20, using: &chaos) == 0 { there.send(.arp, at: now) }
                now += Int64.random(in: 0...2_000_000, using: &chaos)
                there.send(.numbered(number), at: now)
            }
            hashes.insert(there.statistics.fateHash)
            drops.insert(there.statistics.dropped)
            #expect(there.statistics.isBalanced && back.statistics.isBalanced)
        }
        #expect(hashes.count == 1)
        #expect(drops.count == 1)
    }

    @Test(
        arguments: [
            { (seed: UInt64) in VirtualLink(seed: seed + 1, mixture()) },
            { VirtualLink(seed: $0, mixture(), entrance: VirtualLink.otherEnd) },
            { VirtualLink(seed: $0, Array(mixture().dropLast())) },
        ] as [@Sendable (UInt64) -> VirtualLink])
    func fateHashDiffersWhereFatesDo(make: @Sendable (UInt64) -> VirtualLink) {
        let reference = VirtualLink(seed: 42, Self.mixture())
        let other = make(42)
        reference.run(200)
        other.run(200)
        #expect(reference.statistics.fateHash != other.statistics.fateHash)
    }

    /// Each impairment's hits are the same packets whether the others are there or not.
    @Test func addingAnImpairmentMovesNobodyElsesDecisions() {
        func log(_ names: [String]) -> [String: Set<Int>] {
            let link = VirtualLink(seed: 5, Self.mixture().filter { names.contains($0.name) }, log: 10_000)
            link.run(10_000)
            var result: [String: Set<Int>] = [:]
            for record in link.path.engine.fates where record.fate.contains(.dropped) {
                result[record.cause ?? "", default: []].insert(record.packet)
            }
            return result
        }
        let alone = log(["loss"])["loss"]
        #expect(alone?.isEmpty == false)
        #expect(log(["loss", "delay", "double", "flip", "ahead", "seventh"])["loss"] == alone)
        let seventh = Set(stride(from: 7, through: 10_000, by: 7))
        #expect(log(["seventh", "loss"])["seventh"] == seventh.subtracting(alone ?? []))
    }

    /// What time decides (a full queue) changes who is dropped, never what was drawn.
    @Test func overflowLeavesTheSeededSeriesAlone() {
        let slow = NamedImpairment(
            name: "rate", from: nil, impairment: .rate(DataRate(bitsPerSecond: 1_000_000), limit: 2))
        let fast = VirtualLink(seed: 3, [slow] + Self.mixture())
        let crowded = VirtualLink(seed: 3, [slow] + Self.mixture())
        fast.run(500, spacing: 1_000_000)
        crowded.run(500, spacing: 1_000)
        #expect(crowded.statistics.dropped[.overflow("rate")] != nil)
        #expect(fast.statistics.dropped[.overflow("rate")] == nil)
        #expect(fast.statistics.fateHash == crowded.statistics.fateHash)
    }

    @Test func unchangedImpairmentsKeepTheirStateOverAnUpdate() {
        let whole = VirtualLink(seed: 8, [Self.mixture()[0]])
        let patched = VirtualLink(seed: 8, [Self.mixture()[0]])
        let expected = whole.run(400)
        for number in 1...200 { patched.send(.numbered(number), at: Int64(number)) }
        patched.path.replace(
            [
                Self.mixture()[0],
                NamedImpairment(
                    name: "new", from: nil, impairment: .pattern(PacketPattern(.drop, .first(1)))),
            ], now: 200)
        for number in 201...400 { patched.send(.numbered(number), at: Int64(number)) }
        let firstAfter = expected.first { $0 > 200 }
        // Number 201 is the new impairment's first; the loss in front of it goes on as if nothing happened.
        #expect(patched.numbers == expected.filter { $0 != 201 })
        #expect(firstAfter != nil)
    }

    @Test func changedImpairmentBeginsAnew() {
        let drop = { (selection: PacketPattern.Selection) in
            [NamedImpairment(name: "p", from: nil, impairment: .pattern(PacketPattern(.drop, selection)))]
        }
        let link = VirtualLink(drop(.first(2)))
        for number in 1...4 { link.send(.numbered(number), at: Int64(number)) }
        link.path.replace(drop(.numbers([3])), now: 5)
        for number in 5...8 { link.send(.numbered(number), at: Int64(number)) }
        #expect(link.numbers == [3, 4, 5, 6, 8])
        // One name, one line in the books.
        #expect(link.statistics.impairments.map(\.name) == ["p"])
        #expect(link.statistics.impairments[0].hits == 3)
    }

    @Test func impairmentsOfTheOtherDirectionAreNotThere() {
        let link = VirtualLink(Self.mixture(from: VirtualLink.otherEnd))
        #expect(link.run(100) == Array(1...100))
        #expect(link.statistics.impairments.isEmpty)
    }
}
