/// A scenario after validation: every name bound, every unit typed. A pure value.
public struct Plan: Sendable {
    public var source: ScenarioSource
    public var title: String
    public var tags: [String]
    public var phases: [PhasePlan]
    public var lesson: Lesson
    /// What the host must offer: asked for by the author, or derived from the rest.
    public var needs: Set<Need>

    public init(
        source: ScenarioSource, title: String, tags: [String], phases: [PhasePlan], lesson: Lesson,
        needs: Set<Need>
    ) {
        self.source = source
        self.title = title
        self.tags = tags
        self.phases = phases
        self.lesson = lesson
        self.needs = needs
    }

    public var name: String { source.name }
}

/// The text a plan was made from: together with the parameters it determines the plan.
public struct ScenarioSource: Hashable, Codable, Sendable {
    /// The file's name without `.yaml`.
    public var name: String
    /// As the user gave it, or `builtin:NAME`.
    public var path: String
    public var text: String
    /// Parameters set on the command line, over the file's own.
    public var parameters: [String: String]

    public init(name: String, path: String, text: String, parameters: [String: String] = [:]) {
        self.name = name
        self.path = path
        self.text = text
        self.parameters = parameters
    }

    /// The parameter that no file declares: `kernel` or `wire` for the impaired links that leave their driver to netlab.
    public static let driverParameter = "@driver"

    /// FNV-1a over text and parameters, in hexadecimal: two runs of one hash ran the same plan.
    public var hash: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let parts = [text] + parameters.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
        for part in parts {
            for byte in Array(part.utf8) + [0] { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What a phase is for.
public enum PhaseRole: String, CaseIterable, Codable, Sendable {
    /// Nothing is wrong.
    case control
    /// Something is broken.
    case fault
    /// The remedy is in place.
    case recovery
}

/// A stretch between two snapshots.
public struct PhasePlan: Sendable {
    public var name: String
    public var role: PhaseRole
    /// What the lab shall look like, in full.
    public var state: LabState
    /// The flows that run in this phase, with the behaviour they have in it.
    public var flows: [Flow]
    /// Changes while the traffic runs.
    public var steps: [TimedStep]
    /// Whether the phase starts with a new lab instead of changing the one before.
    public var isFresh: Bool
    public var expectations: [Expectation]
    /// What the author changed against the phase before, in words: `server/eth0 mtu 100`.
    public var patchText: [String]
    public var position: SourcePosition

    public init(
        name: String, role: PhaseRole, state: LabState, flows: [Flow], steps: [TimedStep] = [],
        isFresh: Bool = false,
        expectations: [Expectation], patchText: [String] = [], position: SourcePosition
    ) {
        self.name = name
        self.role = role
        self.state = state
        self.flows = flows
        self.steps = steps
        self.isFresh = isFresh
        self.expectations = expectations
        self.patchText = patchText
        self.position = position
    }
}

/// A change of the lab at a time after the start of the phase's traffic.
public struct TimedStep: Sendable {
    public var at: Duration
    public var state: LabState

    public init(at: Duration, state: LabState) {
        self.at = at
        self.state = state
    }
}

/// What a reader shall take away.
public struct Lesson: Hashable, Sendable {
    /// As a user reports it.
    public var symptom: String
    /// What to look at, and with which command.
    public var look: String
    public var cause: String
    public var cure: String
    /// From vague to clear.
    public var hints: [String]
    /// What old texts say differently.
    public var formerly: String
    public var sources: [String]

    public init(
        symptom: String = "", look: String = "", cause: String = "", cure: String = "", hints: [String] = [],
        formerly: String = "", sources: [String] = []
    ) {
        self.symptom = symptom
        self.look = look
        self.cause = cause
        self.cure = cure
        self.hints = hints
        self.formerly = formerly
        self.sources = sources
    }
}
