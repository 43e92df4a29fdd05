import NetlabModel
import Testing

@testable import NetlabTraffic

@Suite struct DatagramLanesTests {
    private func lanes(
        sources: Int, batch: Int?, connects: Bool = true, overtakes: Bool = true,
        _ change: (inout DatagramFlow) -> Void = { _ in }
    ) -> DatagramLanes {
        var plan = DatagramFlow()
        plan.sources = sources
        plan.batch = batch
        change(&plan)
        return DatagramLanes(plan, connects: connects, overtakes: overtakes)
    }

    @Test(arguments: [(1, 64), (2, 64), (3, 7), (5, 1)])
    func eachSourceSendsItsOwnNumbersInOrder(sources: Int, batch: Int) {
        let lanes = lanes(sources: sources, batch: batch)
        #expect(lanes.group == batch)
        var next = [Int](repeating: 0, count: sources)
        for number in 0..<1000 {
            let place = lanes.place(of: number)
            #expect(place.source == lanes.source(ofCall: number / batch))
            #expect(place.number == next[place.source])
            next[place.source] += 1
        }
    }

    @Test func aSourceBelongsToOneThread() {
        let lanes = lanes(sources: 6, batch: 8)
        var threads: [Int: Set<Int>] = [:]
        for call in 0..<100 {
            threads[lanes.source(ofCall: call), default: []].insert(lanes.thread(ofCall: call))
        }
        #expect(threads.values.allSatisfy { $0.count == 1 })
        #expect(threads.values.allSatisfy { $0.isSubset(of: Set(0..<lanes.threads)) })
    }

    @Test func onlyUnpacedBatchesOfSeveralSourcesAreSentByThreads() {
        #expect(lanes(sources: 4, batch: nil).threads == 1)
        #expect(lanes(sources: 1, batch: 64).threads == 1)
        #expect(lanes(sources: 4, batch: 64, connects: false).threads == 1)
        #expect(lanes(sources: 4, batch: 64, overtakes: false).threads == 1)
        #expect(lanes(sources: 4, batch: 64) { $0.rate = EventRate(perSecond: 10) }.threads == 1)
        #expect(lanes(sources: 4, batch: nil) { $0.segments = 64 }.threads == 1)
    }

    /// What an exact pattern prescribes is found, however the two streams overtake one another.
    @Test func streamsThatOvertakeOneAnotherAreNotReordered() throws {
        let lanes = lanes(sources: 2, batch: 10)
        try #require(lanes.threads == 2 || lanes.threads == 1)
        var ledgers = StreamLedgers(lanes, expected: 200)
        let numbers = Array(0..<200)
        let (first, second) = (
            numbers.filter { lanes.place(of: $0).source == 0 },
            numbers.filter { lanes.place(of: $0).source == 1 }
        )
        // The second source is entirely ahead of the first; in it, two are swapped, one is doubled, one is lost.
        var arrivals = second
        arrivals.swapAt(30, 31)
        arrivals.insert(arrivals[50], at: 51)
        arrivals.remove(at: 70)
        for number in arrivals + first { ledgers.enter(number: number, transit: 0) }
        #expect(ledgers.distinct == 199 && ledgers.duplicated == 1)
        // One ledger alone sees a stream that begins with its second ten.
        #expect(ledgers.reordered == (lanes.threads == 2 ? 1 : 101))
    }
}
