import NetlabModel

/// netem's correlated numbers: each is a mixture of a fresh one and of its predecessor.
///
/// The mixture is narrower than the uniform distribution it is made of. A correlated loss of 1% therefore
/// loses fewer than 1% of the packets (none at all above a certain correlation); that is netem's rule too,
/// and the Markov models are the better choice for bursts.
///
/// Kernel: `get_crandom()` in net/sched/sch_netem.c.
struct CorrelatedRandom {
    private var generator: SeededGenerator
    private var last: UInt32
    private let rho: UInt64

    init(_ generator: SeededGenerator, correlation: Probability) {
        self.generator = generator
        rho = UInt64((min(max(correlation.fraction, 0), 1) * Double(UInt32.max)).rounded())
        last = self.generator.next32()
    }

    mutating func next() -> UInt32 {
        let fresh = generator.next32()
        guard rho > 0 else { return fresh }
        let weight = rho + 1
        let mixed = (UInt64(fresh) * ((1 << 32) - weight) + UInt64(last) * weight) >> 32
        last = UInt32(truncatingIfNeeded: mixed)
        return last
    }

    /// Whether an event of this chance happens now.
    mutating func happens(_ chance: Chance) -> Bool { chance.covers(next()) }

    /// A number in `0..<bound`, uncorrelated: for places, not for decisions.
    mutating func place(below bound: Int) -> Int {
        bound > 0 ? Int(generator.below(UInt64(bound))) : 0
    }
}

/// A probability in 32 fixed bits: 0% never happens, 100% always does.
struct Chance {
    let threshold: UInt64

    init(_ probability: Probability) {
        threshold = UInt64((min(max(probability.fraction, 0), 1) * 4_294_967_296).rounded())
    }

    func covers(_ number: UInt32) -> Bool { UInt64(number) < threshold }
}
