/// Exact bounds for the number of successes in `trials` independent trials of one probability.
public struct Binomial: Hashable, Sendable {
    /// At most one judged run in a million may fail although nothing is wrong.
    public static let falseAlarmLimit = 1e-6

    public let trials: Int
    public let probability: Double

    /// - Parameters:
    ///   - trials: 0 or more.
    ///   - probability: from 0 to 1.
    public init(trials: Int, probability: Double) {
        self.trials = max(trials, 0)
        self.probability = min(max(probability, 0), 1)
    }

    /// A range of counts and how probable it is that a healthy run lies outside.
    public struct Bounds: Hashable, Sendable {
        public var range: ClosedRange<Int>
        /// Exact probability of a count outside `range`.
        public var falseAlarmRate: Double
    }

    /// The narrowest range that leaves at most half of `limit` on each side.
    public func bounds(falseAlarmLimit limit: Double = Binomial.falseAlarmLimit) -> Bounds {
        if probability == 0 || trials == 0 { return Bounds(range: 0...0, falseAlarmRate: 0) }
        if probability == 1 { return Bounds(range: trials...trials, falseAlarmRate: 0) }
        let (first, weights) = weights()
        // Each tail is summed from its thin end, so that small terms are not lost in large ones.
        let total = weights.sorted().reduce(0, +)
        let tail = limit / 2 * total
        var (low, below) = (0, 0.0)
        while low < weights.count - 1, below + weights[low] <= tail {
            below += weights[low]
            low += 1
        }
        var (high, above) = (weights.count - 1, 0.0)
        while high > low, above + weights[high] <= tail {
            above += weights[high]
            high -= 1
        }
        return Bounds(range: first + low...first + high, falseAlarmRate: (below + above) / total)
    }

    /// Probability of at most `count` successes.
    public func cumulative(_ count: Int) -> Double {
        if count < 0 { return 0 }
        if count >= trials || probability == 0 { return 1 }
        if probability == 1 { return 0 }
        let (first, weights) = weights()
        let total = weights.sorted().reduce(0, +)
        let kept = max(0, min(count - first + 1, weights.count))
        return weights[..<kept].sorted().reduce(0, +) / total
    }

    /// The probabilities of neighbouring counts up to one common factor, and the first of these counts.
    ///
    /// The mode has weight 1 and the rest follows from the ratio of neighbours, outwards: nothing overflows, each
    /// step is exact to a rounding, and what underflows to 0 (below 1e-300 of the mode) is left out.
    private func weights() -> (first: Int, weights: [Double]) {
        let odds = probability / (1 - probability)
        let mode = min(trials, Int((Double(trials + 1) * probability).rounded(.down)))
        var down: [Double] = []
        var weight = 1.0
        for count in stride(from: mode, to: 0, by: -1) {
            weight *= Double(count) / (Double(trials - count + 1) * odds)
            if weight < 1e-300 { break }
            down.append(weight)
        }
        var up: [Double] = []
        weight = 1
        for count in stride(from: mode, to: trials, by: 1) {
            weight *= Double(trials - count) * odds / Double(count + 1)
            if weight < 1e-300 { break }
            up.append(weight)
        }
        return (mode - down.count, down.reversed() + [1] + up)
    }
}
