/// A counter that moved in a fault phase and not in any control phase, in every one of several runs.
public struct DiscoveredCounter: Hashable, Codable, Sendable {
    /// The fault phase it moved in.
    public var phase: String
    /// A node, `node/interface` or a link.
    public var subject: String
    public var id: String
    /// By how much it rose, one number for each run.
    public var deltas: [Int64]
    /// Whether an expectation of the phase already speaks of it.
    public var isMentioned: Bool

    public init(phase: String, subject: String, id: String, deltas: [Int64], isMentioned: Bool) {
        self.phase = phase
        self.subject = subject
        self.id = id
        self.deltas = deltas
        self.isMentioned = isMentioned
    }

    /// Whether it rose by the same in every run.
    public var isSteady: Bool { Set(deltas).count == 1 }

    /// As an author would write it: exact if it is steady, else what every run exceeded.
    public var expectation: String {
        let least = deltas.min() ?? 0
        if isSteady { return "\(subject) \(id) == \(least)" }
        return "\(subject) \(id) rises" + (least > 1 ? " by at least \(least)" : "")
    }
}
