import NetlabModel

/// What came of one scenario of a suite.
public struct SuiteEntry: Sendable {
    public var plan: Plan
    public var record: RunRecord
    public var verdict: Verdict
    /// How often it ran.
    public var tries: Int
    /// Which repetition of the scenario this is, from 1; nil if it was run once.
    public var round: Int?
    /// Wall time of the last try.
    public var time: Duration

    public init(
        plan: Plan, record: RunRecord, verdict: Verdict, tries: Int = 1, round: Int? = nil,
        time: Duration? = nil
    ) {
        self.plan = plan
        self.record = record
        self.verdict = verdict
        self.tries = tries
        self.round = round
        self.time = time ?? .nanoseconds(record.duration)
    }

    /// The scenario's name, with `#7` behind it for the seventh of several repetitions: unique in a suite.
    public var name: String { plan.name + (round.map { "#\($0)" } ?? "") }

    /// Passed, but not at the first try.
    public var isFlaky: Bool { tries > 1 && verdict.outcome == .passed }

    /// The first thing that kept it from passing, in one sentence; nil if it passed.
    public var cause: String? {
        if verdict.outcome == .passed { return nil }
        if let cause = verdict.causes.first { return cause }
        // The worst phase first: a failure tells more than what could not be judged.
        let phases = verdict.phases.filter { $0.outcome == verdict.outcome }
        for phase in phases {
            if let cause = phase.causes.first { return "\(phase.name): \(cause)" }
            if let first = phase.expectations.first(where: { $0.outcome == verdict.outcome }) {
                return "\(phase.name): \(first.text): \(first.finding)"
            }
        }
        return nil
    }

    /// Seconds with three decimals, as test reports write them.
    static func seconds(_ nanoseconds: Int64) -> String {
        let milliseconds = max(nanoseconds, 0) / 1_000_000
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
