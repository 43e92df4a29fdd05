/// What a run with its fault withheld says about a scenario: whether its expectations can fail at all.
public struct Proof: Hashable, Codable, Sendable {
    /// The phase whose change was withheld.
    public var phase: String
    /// `passed` if the withheld phase failed, as it must.
    public var outcome: Outcome
    /// Why, in one sentence.
    public var cause: String
    public var expectations: [ProvedExpectation]

    public init(phase: String, outcome: Outcome, cause: String, expectations: [ProvedExpectation]) {
        self.phase = phase
        self.outcome = outcome
        self.cause = cause
        self.expectations = expectations
    }
}

/// One expectation of the withheld phase, judged with the fault and without.
public struct ProvedExpectation: Hashable, Codable, Sendable {
    public var text: String
    public var withFault: Outcome
    public var withoutFault: Outcome
    /// What was seen without the fault.
    public var finding: String
    /// Whether it tells the two apart: it passed with the fault, and did not without.
    public var discriminates: Bool

    public init(text: String, withFault: Outcome, withoutFault: Outcome, finding: String) {
        self.text = text
        self.withFault = withFault
        self.withoutFault = withoutFault
        self.finding = finding
        self.discriminates = withFault == .passed && withoutFault != .passed
    }
}
