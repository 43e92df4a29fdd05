/// What came of an expectation, a phase, a run. The worst of several wins: failed, then inconclusive, then
/// unsupported, then passed.
public enum Outcome: String, Codable, Comparable, CaseIterable, Sendable {
    case passed, unsupported, inconclusive, failed

    private var severity: Int {
        switch self {
        case .passed: 0
        case .unsupported: 1
        case .inconclusive: 2
        case .failed: 3
        }
    }

    public static func < (left: Outcome, right: Outcome) -> Bool { left.severity < right.severity }

    /// Exit code of a run with this outcome.
    public var exitCode: Int32 {
        switch self {
        case .passed: 0
        case .failed: 1
        case .inconclusive: 2
        case .unsupported: 3
        }
    }

    /// The worst of several; nothing judged is inconclusive.
    public static func merged(_ outcomes: some Sequence<Outcome>) -> Outcome {
        outcomes.max() ?? .inconclusive
    }
}

/// All outcomes of one run with their evidence.
public struct Verdict: Hashable, Codable, Sendable {
    public var outcome: Outcome
    /// Why the run as a whole is not passed, apart from single expectations: leaks, interruption, missing
    /// needs.
    public var causes: [String]
    public var phases: [PhaseVerdict]

    public init(outcome: Outcome, causes: [String], phases: [PhaseVerdict]) {
        self.outcome = outcome
        self.causes = causes
        self.phases = phases
    }
}

/// The outcomes of one phase.
public struct PhaseVerdict: Hashable, Codable, Sendable {
    public var name: String
    public var outcome: Outcome
    public var causes: [String]
    public var expectations: [ExpectationVerdict]
    /// Counters that moved and that no expectation of this phase mentions; those of ordinary traffic last.
    public var unmentioned: [MovedCounter]
    /// Where the packets went; empty if nothing was read that tells.
    public var books: [BookEntry]

    public init(
        name: String, outcome: Outcome, causes: [String], expectations: [ExpectationVerdict],
        unmentioned: [MovedCounter], books: [BookEntry] = []
    ) {
        self.name = name
        self.outcome = outcome
        self.causes = causes
        self.expectations = expectations
        self.unmentioned = unmentioned
        self.books = books
    }
}

/// The outcome of one expectation.
public struct ExpectationVerdict: Hashable, Codable, Sendable {
    public var text: String
    public var because: String?
    public var outcome: Outcome
    /// What was seen, in words: `rose by 20, wanted at least 15`.
    public var finding: String
    public var evidence: [Evidence]

    public init(text: String, because: String?, outcome: Outcome, finding: String, evidence: [Evidence]) {
        self.text = text
        self.because = because
        self.outcome = outcome
        self.finding = finding
        self.evidence = evidence
    }
}

/// One reading that an expectation was judged on.
public struct Evidence: Hashable, Codable, Sendable {
    /// `server TcpExt.ListenOverflows`, `web.succeeded`.
    public var quantity: String
    public var before: Int64?
    public var after: Int64?
    /// The delta of a counter, the value of a gauge or of a flow's figure.
    public var value: Int64

    public init(quantity: String, before: Int64? = nil, after: Int64? = nil, value: Int64) {
        self.quantity = quantity
        self.before = before
        self.after = after
        self.value = value
    }
}

/// A counter that moved in a phase.
public struct MovedCounter: Hashable, Codable, Sendable {
    public var subject: String
    public var id: String
    public var delta: Int64
    /// Whether it moves in every healthy lab with traffic, so that its moving tells little.
    public var isOrdinary: Bool

    public init(subject: String, id: String, delta: Int64, isOrdinary: Bool = false) {
        self.subject = subject
        self.id = id
        self.delta = delta
        self.isOrdinary = isOrdinary
    }
}
