import NetlabModel
import Testing

@testable import NetlabWire

@Suite struct TimingStageTests {
    /// 58 bytes at 464 kbit/s take a millisecond.
    private let rate = DataRate(bitsPerSecond: 464_000)

    @Test func rateSpacesPacketsByTheirLength() {
        let link = VirtualLink(.rate(rate, limit: 100))
        link.run(5, spacing: 10)
        #expect(link.arrivals.map(\.time) == (1...5).map { 10 + Int64($0) * 1_000_000 })
    }

    @Test func fullQueueDropsAtTheTail() {
        let link = VirtualLink(.rate(rate, limit: 3))
        #expect(link.run(10, spacing: 10) == [1, 2, 3])
        #expect(link.statistics.dropped == [.overflow("it"): Traffic(packets: 7, bytes: 7 * 58)])
        #expect(link.statistics.impairments[0].overflowed.packets == 7)
        #expect(link.statistics.isBalanced)
    }

    @Test func idleRateServesAtOnceAgain() {
        let link = VirtualLink(.rate(rate, limit: 3))
        for number in 1...200 { link.send(.numbered(number), at: Int64(number) * 2_000_000) }
        link.advance(to: .max)
        #expect(link.arrivals.count == 200)
        #expect(link.arrivals.enumerated().allSatisfy { $1.time == Int64($0 + 1) * 2_000_000 + 1_000_000 })
    }

    @Test func limitBoundsWhatIsHeld() {
        let link = VirtualLink([
            NamedImpairment(name: "limit", from: nil, impairment: .limit(packets: 20)),
            NamedImpairment(
                name: "delay", from: nil, impairment: .delay(DelayModel(delay: .milliseconds(1)))),
        ])
        // One each 10 us, a millisecond each: 100 would be held.
        let arrived = link.run(200, spacing: 10_000)
        #expect(arrived == Array(1...20) + Array(101...120))
        #expect(link.statistics.dropped[.overflow("limit")]?.packets == 160)
    }

    @Test func slotsLetPacketsOutTogether() {
        let link = VirtualLink(
            .slot(SlotModel(minimum: .microseconds(100), maximum: .microseconds(100), packets: 3)))
        link.run(7, spacing: 1_000)
        let first: Int64 = 101_000
        #expect(
            link.arrivals.map(\.time) == [0, 0, 0, 100_000, 100_000, 100_000, 200_000].map { first + $0 })
    }

    @Test func slotOfBytesEndsWithTheOneThatFillsIt() {
        let link = VirtualLink(
            .slot(SlotModel(minimum: .microseconds(50), maximum: .microseconds(50), bytes: ByteCount(100))))
        link.run(4, spacing: 1_000)
        #expect(link.arrivals.map(\.time) == [51_000, 51_000, 101_000, 101_000])
    }

    @Test func delaysOfSeveralImpairmentsAddUp() {
        let link = VirtualLink([
            NamedImpairment(name: "a", from: nil, impairment: .delay(DelayModel(delay: .microseconds(3)))),
            NamedImpairment(name: "b", from: nil, impairment: .delay(DelayModel(delay: .microseconds(4)))),
        ])
        link.run(1)
        #expect(link.arrivals.map(\.time) == [8_000])
    }

    @Test func absurdDelaysDoNotTrap() {
        let year = Duration.seconds(1_000_000_000)
        let link = VirtualLink([
            NamedImpairment(
                name: "a", from: nil,
                impairment: .delay(DelayModel(delay: year, jitter: year, distribution: .pareto))),
            NamedImpairment(
                name: "b", from: nil, impairment: .pattern(PacketPattern(.delay(year * 100), .all))),
            NamedImpairment(
                name: "c", from: nil, impairment: .slot(SlotModel(minimum: year * 99, maximum: year * 99999))),
        ])
        link.run(3)
        #expect(link.statistics.isBalanced)
        #expect(link.statistics.delivered.packets == 3)
    }

    @Test func arpPassesUnlessTheMatchNamesIt() throws {
        let all = VirtualLink(.loss(.random(Probability(1), correlation: Probability(0))))
        all.send(.arp, at: 1)
        all.send(.udp(), at: 2)
        #expect(all.arrivals.map(\.bytes) == [TestFrame.arp.bytes])
        #expect(all.statistics.housekeeping.packets == 1)
        let named = VirtualLink(
            .loss(.random(Probability(1), correlation: Probability(0))),
            match: try PacketMatch(parsing: "arp"))
        named.send(.arp, at: 1)
        named.send(.udp(), at: 2)
        #expect(named.arrivals.map(\.bytes) == [TestFrame.udp().bytes])
    }
}
