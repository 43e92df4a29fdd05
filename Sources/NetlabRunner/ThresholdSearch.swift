/// Decides which values to probe next to find the exact places where an answer changes.
///
/// Begins with points spread over the whole range, so that an answer that changes twice is not taken for one
/// that never does; then narrows every gap between neighbours that differ. A stretch that changes and changes
/// back between two probed points stays unseen: a search is no proof that there are no further changes.
public struct ThresholdSearch<Answer: Hashable & Sendable>: Sendable {
    /// Two neighbours with different answers.
    public struct Flip: Hashable, Sendable {
        /// Places of the last value with the old answer and of the first with the new one.
        public var before: Int
        public var after: Int
        public var old: Answer
        public var new: Answer
    }

    /// Places are 0 to `count` - 1.
    public let count: Int
    private let firstPoints: Int
    private var answers: [Int: Answer] = [:]

    /// - Parameter firstPoints: how many points the first look takes, both ends among them.
    public init(count: Int, firstPoints: Int = 9) {
        self.count = count
        self.firstPoints = max(firstPoints, 2)
    }

    /// Notes what came of a probe.
    public mutating func record(_ answer: Answer, at place: Int) { answers[place] = answer }

    /// What to probe next; empty when every change has been found to the exact place.
    ///
    /// - Parameter limit: how many probes can be made at once. The first look is made whatever it is, and every
    ///   gap gets one probe at least.
    public func next(atMost limit: Int) -> [Int] {
        let first = SweepRange.spread(firstPoints, over: count).filter { answers[$0] == nil }
        if !first.isEmpty { return first }
        let gaps = changes.filter { $0.after - $0.before > 1 }
        guard !gaps.isEmpty else { return [] }
        let share = max(1, limit / gaps.count)
        return gaps.flatMap { gap -> [Int] in
            let inside = gap.after - gap.before - 1
            if inside <= share { return Array((gap.before + 1)..<gap.after) }
            return (1...share).map { gap.before + $0 * (inside + 1) / (share + 1) }
        }
    }

    /// The changes between neighbouring values, in order.
    public var flips: [Flip] { changes.filter { $0.after - $0.before == 1 } }

    /// Whether the answer changes more than once at the points probed so far.
    public var changesBack: Bool { changes.count > 1 }

    private var changes: [Flip] {
        let places = answers.keys.sorted()
        return zip(places, places.dropFirst()).compactMap { before, after in
            guard let old = answers[before], let new = answers[after], old != new else { return nil }
            return Flip(before: before, after: after, old: old, new: new)
        }
    }
}
