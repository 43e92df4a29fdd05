import NetlabModel
import Testing

@testable import NetlabWire

@Suite struct PatternTests {
    @Test(arguments: [
        (PacketPattern.Selection.all, []),
        (.first(3), [4, 5, 6, 7, 8, 9, 10]),
        (.every(3), [1, 2, 4, 5, 7, 8, 10]),
        (.every(1), []),
        (.numbers([2, 7]), [1, 3, 4, 5, 6, 8, 9, 10]),
        (.numbers([7, 2, 2]), [1, 3, 4, 5, 6, 8, 9, 10]),
        (.numbers([]), Array(1...10)),
    ])
    func dropHitsExactlyTheseNumbers(selection: PacketPattern.Selection, arrived: [Int]) {
        let link = VirtualLink(.pattern(PacketPattern(.drop, selection)))
        #expect(link.run(10) == arrived)
        #expect(link.statistics.impairments[0].hits == 10 - arrived.count)
        #expect(link.statistics.isBalanced)
    }

    @Test func numbersCountOnlyWhatTheMatchLetsThrough() throws {
        let link = VirtualLink(
            .pattern(PacketPattern(.drop, .numbers([2]))), match: try PacketMatch(parsing: "tcp data"))
        let frames: [TestFrame] = [
            .tcp(flags: 2), .tcp(flags: 16), .tcp(flags: 24, payload: 1), .udp(), .arp,
            .tcp(flags: 24, payload: 2), .tcp(flags: 24, payload: 3),
        ]
        for (index, frame) in frames.enumerated() { link.send(frame, at: Int64(index)) }
        #expect(link.arrivals.map(\.bytes) == frames.indices.filter { $0 != 5 }.map { frames[$0].bytes })
        #expect(link.statistics.impairments[0].considered == 3)
    }

    @Test func duplicateSendsACopyRightBehind() {
        let link = VirtualLink(.pattern(PacketPattern(.duplicate, .numbers([2, 3]))))
        #expect(link.run(4) == [1, 2, 2, 3, 3, 4])
        #expect(link.statistics.duplicated.packets == 2)
        #expect(link.statistics.isBalanced)
    }

    @Test func corruptFlipsOneBitOfTheLastByte() {
        let link = VirtualLink(.pattern(PacketPattern(.corrupt, .every(2))))
        link.run(4)
        for (index, arrival) in link.arrivals.enumerated() {
            var expected = TestFrame.numbered(index + 1).bytes
            if index % 2 == 1 { expected[expected.count - 1] ^= 1 }
            #expect(arrival.bytes == expected)
        }
    }

    @Test func delayHoldsTheChosenAndNobodyElse() {
        let link = VirtualLink(.pattern(PacketPattern(.delay(.microseconds(5)), .numbers([2]))))
        #expect(link.run(10) == [1, 3, 4, 5, 6, 2, 7, 8, 9, 10])
        #expect(link.arrivals[5].time == 7_000)
        #expect(link.statistics.delayed == 1)
        #expect(link.statistics.reordered == 1)
    }

    @Test func heldPacketFollowsTheThirdBehindIt() {
        let link = VirtualLink(.pattern(PacketPattern(.holdUntil(packets: 3), .numbers([2]))))
        #expect(link.run(8) == [1, 3, 4, 5, 2, 6, 7, 8])
        #expect(link.statistics.isBalanced)
    }

    @Test func holdingAllShiftsEachBehindTheNext() {
        let link = VirtualLink(.pattern(PacketPattern(.holdUntil(packets: 1), .all)))
        #expect(link.run(5) == [1, 2, 3, 4])
        #expect(link.statistics.inFlight.packets == 1)
        #expect(link.statistics.isBalanced)
    }

    @Test func heldPacketIsReleasedWhenItsImpairmentGoes() {
        let link = VirtualLink(.pattern(PacketPattern(.holdUntil(packets: 9), .first(1))))
        link.run(2)
        link.path.replace([], now: 5_000)
        link.advance(to: 5_000)
        #expect(link.numbers == [2, 1])
        #expect(link.statistics.inFlight == .none)
    }

    @Test func copiesAreNeverNumbered() {
        let link = VirtualLink([
            NamedImpairment(
                name: "twice", from: nil, impairment: .pattern(PacketPattern(.duplicate, .numbers([1])))),
            NamedImpairment(
                name: "drop", from: nil, impairment: .pattern(PacketPattern(.drop, .numbers([1, 3])))),
        ])
        // The copy of 1 survives although 1 itself is dropped; 3 is still the third.
        #expect(link.run(4) == [1, 2, 4])
    }
}
