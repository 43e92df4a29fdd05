/// A predicate on what a phase did to counters, gauges and flows, as its author wrote it.
public struct Expectation: Hashable, Sendable {
    /// The author's words with parameters filled in: `server TcpExt.ListenOverflows rises by at least 15`.
    public var text: String
    /// Why it must be so; printed with the verdict.
    public var because: String?
    public var predicate: Predicate
    /// The kernels that it is asked of; nil for all. On another one it is shown as unsupported, and the phase is judged by the rest.
    public var kernel: KernelRange?
    public var position: SourcePosition

    public init(
        text: String, because: String?, predicate: Predicate, kernel: KernelRange? = nil,
        position: SourcePosition
    ) {
        self.text = text
        self.because = because
        self.predicate = predicate
        self.kernel = kernel
        self.position = position
    }
}

/// What an expectation says.
public enum Predicate: Hashable, Sendable {
    case compare(Quantity, Comparison, Quantity)
    /// Both bounds included.
    case within(Quantity, lower: Quantity, upper: Quantity)
    case stays(Quantity)
    /// By at least this much; 1 if the author said just `rises`.
    case rises(Quantity, atLeast: Quantity)
    /// `~ 30% of X`: a binomial share of X trials; bounds with a false-alarm rate of at most 1e-6.
    case share(Quantity, Probability, of: Quantity)

    public enum Comparison: String, CaseIterable, Sendable {
        case equal = "=="
        case notEqual = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
    }

    /// Every quantity in it, left to right.
    public var quantities: [Quantity] {
        switch self {
        case .compare(let left, _, let right): [left, right]
        case .within(let value, let lower, let upper): [value, lower, upper]
        case .stays(let value): [value]
        case .rises(let value, let least): [value, least]
        case .share(let value, _, let trials): [value, trials]
        }
    }
}

/// Something with a value in one phase.
public indirect enum Quantity: Hashable, Sendable {
    /// A plain number, or a time in nanoseconds, a size in bytes, a rate in bits per second.
    case number(Double, text: String)
    /// The delta of a counter or the value of a gauge. `subject` is a node, `node/interface` or a link.
    case counter(subject: String, CounterID)
    /// A figure of a flow's outcome: `web.succeeded`.
    case flow(String, metric: String)
    /// The same quantity in an earlier phase: `web.latency.p50 of control`.
    case inPhase(Quantity, phase: String)
    case sum(Quantity, Quantity)
    case difference(Quantity, Quantity)
    case product(Double, Quantity)

    /// The counters and flows it reads.
    public var leaves: [Quantity] {
        switch self {
        case .number: []
        case .counter, .flow: [self]
        case .inPhase(let inner, _), .product(_, let inner): inner.leaves
        case .sum(let left, let right), .difference(let left, let right): left.leaves + right.leaves
        }
    }
}

/// A place in a scenario file; line and column count from 1, columns in Unicode scalars.
public struct SourcePosition: Hashable, Comparable, Codable, Sendable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
