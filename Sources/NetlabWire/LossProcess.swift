import NetlabModel

/// Decides packet by packet which are lost.
///
/// Kernel: `loss_event()`, `loss_gilb_ell()` and `loss_4state()` in net/sched/sch_netem.c; the same
/// states, the same order of draws, the same initial state.
struct LossProcess {
    private enum State { case good, bad, gapReceived, gapLost, burstReceived, burstLost }

    private enum Model {
        case random(Chance)
        case gilbertElliott(p: Chance, r: Chance, lossInBad: Chance, lossInGood: Chance)
        case markov(p13: UInt64, p31: UInt64, p32: UInt64, p23: UInt64, p14: UInt64)
    }

    private let model: Model
    private var state: State
    private var random: CorrelatedRandom

    init(_ model: LossModel, generator: SeededGenerator) {
        switch model {
        case .random(let probability, let correlation):
            self.model = .random(Chance(probability))
            state = .good
            random = CorrelatedRandom(generator, correlation: correlation)
        case .gilbertElliott(let p, let r, let lossInBad, let lossInGood):
            self.model = .gilbertElliott(
                p: Chance(p), r: Chance(r), lossInBad: Chance(lossInBad), lossInGood: Chance(lossInGood))
            state = .good
            random = CorrelatedRandom(generator, correlation: Probability(0))
        case .markov(let p13, let p31, let p32, let p23, let p14):
            self.model = .markov(
                p13: Chance(p13).threshold, p31: Chance(p31).threshold, p32: Chance(p32).threshold,
                p23: Chance(p23).threshold, p14: Chance(p14).threshold)
            state = .gapReceived
            random = CorrelatedRandom(generator, correlation: Probability(0))
        }
    }

    /// Whether the next packet is lost.
    mutating func losesNext() -> Bool {
        switch model {
        case .random(let chance):
            return random.happens(chance)
        case .gilbertElliott(let p, let r, let lossInBad, let lossInGood):
            // The state before the transition decides: netem draws the transition first, then the loss of
            // the state it came from.
            if state == .good {
                if random.happens(p) { state = .bad }
                return random.happens(lossInGood)
            }
            if random.happens(r) { state = .good }
            return random.happens(lossInBad)
        case .markov(let p13, let p31, let p32, let p23, let p14):
            return markov(p13: p13, p31: p31, p32: p32, p23: p23, p14: p14)
        }
    }

    private mutating func markov(p13: UInt64, p31: UInt64, p32: UInt64, p23: UInt64, p14: UInt64) -> Bool {
        let number = UInt64(random.next())
        switch state {
        case .gapReceived:
            if number < p14 {
                state = .gapLost
                return true
            }
            if number < p14 + p13 {
                state = .burstLost
                return true
            }
        case .burstReceived:
            if number < p23 {
                state = .burstLost
                return true
            }
        case .burstLost:
            if number < p32 {
                state = .burstReceived
            } else if number < p31 + p32 {
                state = .gapReceived
            } else {
                return true
            }
        case .gapLost, .good, .bad:
            state = .gapReceived
        }
        return false
    }
}
