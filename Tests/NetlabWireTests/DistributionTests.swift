import NetlabModel
import Testing

@testable import NetlabWire

/// Over 100 000 packets each figure stays within bounds that it leaves once in a million seeds. The seeds
/// are fixed, so these tests never fail by chance.
@Suite struct DistributionTests {
    static let count = 100_000

    private static let none = Probability(0)

    private func losses(_ model: LossModel, seed: UInt64 = 1) -> [Bool] {
        var process = LossProcess(model, generator: SeededGenerator(seed: seed, stream: "loss"))
        return (0..<Self.count).map { _ in process.losesNext() }
    }

    /// A link with one impairment that has carried the 100 000 packets.
    private func carried(_ impairments: Impairment...) -> VirtualLink {
        let link = VirtualLink(
            impairments.enumerated().map {
                NamedImpairment(name: "it\($0)", from: nil, impairment: $1)
            })
        link.keepsBytes = false
        link.run(Self.count)
        return link
    }

    @Test(arguments: [0.001, 0.01, 0.3, 0.97], [1, 2, 3] as [UInt64])
    func randomLossLosesItsShare(probability: Double, seed: UInt64) {
        let lost = losses(.random(Probability(probability), correlation: Self.none), seed: seed)
        #expect(binomialBounds(Self.count, probability).contains(lost.count { $0 }))
    }

    @Test func lossOnALinkIsWhatIsMissing() {
        let link = carried(.loss(.random(Probability(0.3), correlation: Self.none)))
        let lost = Self.count - link.numbers.count
        #expect(binomialBounds(Self.count, 0.3).contains(lost))
        #expect(link.statistics.dropped[.impairment("it0")]?.packets == lost)
    }

    @Test(arguments: [(0.0, 0), (1.0, 1000)])
    func lossOfNothingAndOfAllIsExact(probability: Double, lost: Int) {
        let link = VirtualLink(.loss(.random(Probability(probability), correlation: Probability(0))))
        #expect(1000 - link.run(1000).count == lost)
    }

    /// netem's rule by hand: the mixture of two thirds old and one third fresh is narrower than uniform, so
    /// 5% loss with 66% correlation loses far fewer than 5%.
    @Test func correlatedLossFollowsNetemsMixture() {
        var fresh = SeededGenerator(seed: 9, stream: "\(VirtualLink.entrance)\nit\nloss")
        var last = Double(fresh.next32())
        let weight = 0.66
        let expected = (0..<20_000).map { _ in
            last = Double(fresh.next32()) * (1 - weight) + last * weight
            return last < 0.05 * 4_294_967_296
        }
        let link = VirtualLink(seed: 9, .loss(.random(Probability(0.05), correlation: Probability(0.66))))
        let arrived = Set(link.run(20_000))
        #expect((1...20_000).map { !arrived.contains($0) } == expected)
        #expect(20_000 - arrived.count < 500)
    }

    @Test(arguments: [
        (0.05, 0.5, 1.0, 0.0), (0.01, 0.1, 0.7, 0.001), (0.2, 0.3, 0.5, 0.1),
    ])
    func gilbertElliottReachesItsStationaryLoss(p: Double, r: Double, bad: Double, good: Double) {
        let model = LossModel.gilbertElliott(
            p: Probability(p), r: Probability(r), lossInBad: Probability(bad), lossInGood: Probability(good))
        let lost = losses(model).count { $0 }
        let share = p / (p + r)
        // Neighbours are correlated by (1 - p - r): the variance of the count grows by at most this factor.
        let memory = 1 - p - r
        #expect(
            binomialBounds(
                Self.count, share * bad + (1 - share) * good, inflation: (1 + memory) / (1 - memory)
            ).contains(lost))
    }

    @Test func gilbertLossComesInBursts() {
        let lost = losses(
            .gilbertElliott(
                p: Probability(0.01), r: Probability(0.2), lossInBad: Probability(1), lossInGood: Self.none))
        let bursts = zip([false] + lost, lost).count { !$0 && $1 }
        // Mean burst 1/r = 5.
        #expect((4.5...5.5).contains(Double(lost.count { $0 }) / Double(bursts)))
    }

    @Test(arguments: [
        (0.05, 0.3, 0.5, 0.2, 0.02), (0.01, 0.5, 0.2, 0.3, 0.01), (0.2, 0.9, 0.05, 0.5, 0.0),
    ])
    func markovReachesItsStationaryLoss(p13: Double, p31: Double, p32: Double, p23: Double, p14: Double) {
        let model = LossModel.markov(
            p13: Probability(p13), p31: Probability(p31), p32: Probability(p32), p23: Probability(p23),
            p14: Probability(p14))
        let lost = losses(model).count { $0 }
        // Stationary distribution by iteration: gap received, burst received, burst lost, gap lost.
        var states = [1.0, 0, 0, 0]
        for _ in 0..<10_000 {
            states = [
                states[0] * (1 - p13 - p14) + states[2] * p31 + states[3],
                states[1] * (1 - p23) + states[2] * p32,
                states[0] * p13 + states[1] * p23 + states[2] * (1 - p31 - p32),
                states[0] * p14,
            ]
        }
        #expect(binomialBounds(Self.count, states[2] + states[3], inflation: 4).contains(lost))
    }

    @Test func duplicationDoublesItsShare() {
        let link = carried(.duplicate(Probability(0.05), correlation: Self.none))
        let copies = link.numbers.count - Self.count
        #expect(binomialBounds(Self.count, 0.05).contains(copies))
        #expect(zip(link.numbers, link.numbers.dropFirst()).count { $0 == $1 } == copies)
        #expect(link.statistics.duplicated.packets == copies)
    }

    @Test func corruptionFlipsExactlyOneBitInItsShare() {
        let link = VirtualLink(.corrupt(Probability(0.05), correlation: Self.none))
        link.run(Self.count)
        var hit = 0
        var places = Set<Int>()
        var expected = TestFrame.numbered(0).bytes
        for (index, arrival) in link.arrivals.enumerated() {
            expected.withUnsafeMutableBytes { TestFrame.write(index + 1, into: $0) }
            if arrival.bytes == expected { continue }
            hit += 1
            let changed = expected.indices.filter { expected[$0] != arrival.bytes[$0] }
            #expect(changed.count == 1)
            #expect((expected[changed[0]] ^ arrival.bytes[changed[0]]).nonzeroBitCount == 1)
            places.insert(changed[0])
        }
        #expect(binomialBounds(Self.count, 0.05).contains(hit))
        #expect(link.statistics.corrupted == hit)
        // Every byte of the packet was hit, and none of the Ethernet header.
        #expect(places == Set(14..<58))
    }

    @Test(arguments: [(0.25, 1), (0.5, 5)])
    func reorderSendsItsShareAhead(probability: Double, gap: Int) {
        let link = carried(
            .delay(DelayModel(delay: .milliseconds(10))),
            .reorder(Probability(probability), correlation: Self.none, gap: gap))
        let early = zip(link.arrivals, link.numbers).count { $0.time == Int64($1) * 1_000 }
        if gap == 1 {
            #expect(binomialBounds(Self.count, probability).contains(early))
        } else {
            // gap - 1 packets pass for certain, then each goes ahead with the probability: one in
            // gap - 1 + 1/p. The spacing's variance is (1-p)/p².
            let spacing = Double(gap - 1) + 1 / probability
            let variance = (1 - probability) / (probability * probability) / (spacing * spacing * spacing)
            let half = 4.9 * (Double(Self.count) * variance).squareRoot() + 2
            #expect(abs(Double(early) - Double(Self.count) / spacing) < half)
        }
        #expect(link.statistics.impairments[1].hits == early)
        #expect(link.statistics.reordered > 0)
    }

    @Test func certainReorderSendsEveryFifthAhead() {
        let link = VirtualLink([
            NamedImpairment(
                name: "it", from: nil,
                impairment: .reorder(Probability(1), correlation: Probability(0), gap: 5)),
            NamedImpairment(
                name: "delay", from: nil, impairment: .delay(DelayModel(delay: .milliseconds(10)))),
        ])
        #expect(link.run(12) == [5, 10, 1, 2, 3, 4, 6, 7, 8, 9, 11, 12])
    }

    /// Quantiles of the delay against those prescribed: a quantile's rank is binomial.
    @Test(arguments: DelayModel.Distribution.allCases)
    func delayQuantilesAreThoseOfTheDistribution(distribution: DelayModel.Distribution) {
        let (delay, jitter) = (100_000_000.0, 10_000_000.0)
        let link = carried(
            .delay(
                DelayModel(
                    delay: .milliseconds(100), jitter: .milliseconds(10), distribution: distribution)))
        let delays = zip(link.arrivals, link.numbers).map { Double($0.time - Int64($1) * 1_000) }
        // Quantile, the normal's, and that of Pareto with shape 3 scaled as NIST Net does.
        for (quantile, normal, pareto) in [
            (0.01, -2.326, -0.6622), (0.1, -1.2816, -0.6190), (0.5, 0, -0.3201), (0.9, 1.2816, 0.8726),
            (0.99, 2.326, 4.0),
        ] {
            let expected =
                switch distribution {
                case .uniform: quantile * 2 - 1
                case .normal: normal
                case .pareto: pareto
                case .paretonormal: (normal + 3 * pareto) / 4
                }
            // Half a step of the table on each side.
            let below = delays.count { $0 < delay + jitter * (expected - 0.003) }
            let upTo = delays.count { $0 <= delay + jitter * (expected + 0.003) }
            let bounds = binomialBounds(Self.count, quantile)
            #expect(below <= bounds.upperBound && upTo >= bounds.lowerBound, "quantile \(quantile)")
        }
    }

    /// Entries 1, 64, 1024, 2048, 3072, 4032 and 4095 of the tables of iproute2 6.1.0 (`/usr/lib/*/tc/*.dist`).
    @Test(arguments: [
        ("normal", [-28307, -17638, -5525, 0, 5526, 17651, 28858]),
        ("pareto", [-5460, -5404, -4362, -2622, 955, 27307, 32767]),
        ("paretonormal", [-11171, -8462, -4652, -1966, 2097, 24893, 31789]),
    ])
    func tablesAreThoseOfIproute2(name: String, entries: [Int]) throws {
        let distribution = try #require(DelayModel.Distribution(rawValue: name))
        let table = try #require(DelayTable.table(of: distribution))
        #expect(table.values.count == 4096)
        for (index, entry) in zip([1, 64, 1024, 2048, 3072, 4032, 4095], entries) {
            #expect(abs(Int(table.values[index]) - entry) <= 1)
        }
    }

    @Test func jitterReordersUnlessOrderIsKept() {
        for keepsOrder in [false, true] {
            let link = VirtualLink(
                .delay(
                    DelayModel(
                        delay: .milliseconds(1), jitter: .microseconds(500), keepsOrder: keepsOrder)))
            let numbers = link.run(5_000)
            #expect(numbers.count == 5_000)
            #expect((numbers == numbers.sorted()) == keepsOrder)
            #expect((link.statistics.reordered == 0) == keepsOrder)
        }
    }
}
