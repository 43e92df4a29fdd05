import NetlabRunner
import Testing

/// Bisection against answers that are known.
@Suite struct ThresholdSearchTests {
    private typealias Search = ThresholdSearch<Bool>

    private static func searched(
        _ count: Int, jobs: Int, _ answer: (Int) -> Bool
    ) -> (search: ThresholdSearch<Bool>, probes: [Int], rounds: Int) {
        var search = ThresholdSearch<Bool>(count: count)
        var (probes, rounds): ([Int], Int) = ([], 0)
        while case let places = search.next(atMost: jobs), !places.isEmpty, rounds < 100 {
            for place in places { search.record(answer(place), at: place) }
            probes += places
            rounds += 1
        }
        return (search, probes, rounds)
    }

    @Test(arguments: [1, 3, 4, 16], [1, 2, 30, 119, 188, 239, 240])
    func thresholdIsFoundExactly(jobs: Int, threshold: Int) {
        let (search, probes, _) = Self.searched(241, jobs: jobs) { $0 >= threshold }
        #expect(search.flips.map(\.after) == [threshold])
        #expect(search.flips.map(\.before) == [threshold - 1])
        #expect(search.flips.map(\.new) == [true])
        #expect(!search.changesBack)
        #expect(Set(probes).count == probes.count, "nothing is probed twice")
        #expect(probes.allSatisfy { (0..<241).contains($0) })
    }

    @Test func everyRangeUpToFortyIsSearchedExactly() {
        for count in 2...40 {
            for threshold in 1..<count {
                let (search, _, _) = Self.searched(count, jobs: 1) { $0 >= threshold }
                #expect(search.flips.map(\.after) == [threshold], "\(threshold) of \(count)")
            }
        }
    }

    @Test func millionValuesTakeFewProbes() {
        let (search, probes, rounds) = Self.searched(1_000_000, jobs: 1) { $0 >= 777_777 }
        #expect(search.flips.map(\.after) == [777_777])
        #expect(probes.count <= 9 + 17)
        let parallel = Self.searched(1_000_000, jobs: 4) { $0 >= 777_777 }
        #expect(parallel.rounds < rounds)
    }

    @Test func twoChangesAreBothFound() {
        let (search, _, _) = Self.searched(241, jobs: 4) { (36..<188).contains($0) }
        #expect(search.flips.map(\.after) == [36, 188])
        #expect(search.flips.map(\.new) == [true, false])
        #expect(search.changesBack)
    }

    @Test func sameAnswerEverywhereEndsAfterTheFirstLook() {
        let (search, probes, rounds) = Self.searched(241, jobs: 4) { _ in true }
        #expect(search.flips.isEmpty)
        #expect(probes.count == 9)
        #expect(rounds == 1)
    }
}
