/// Scenarios against kernels: what came of each pair, and which counters tell the kernels apart.
public struct KernelMatrix: Hashable, Codable, Sendable {
    /// A kernel that everything ran on.
    public struct Column: Hashable, Codable, Sendable {
        /// `host`, or a name in the kernel cache.
        public var name: String
        /// `uname -r` as the records say; nil if no run got so far.
        public var release: String?

        public init(name: String, release: String? = nil) {
            self.name = name
            self.release = release
        }
    }

    /// One scenario on one kernel.
    public struct Cell: Hashable, Codable, Sendable {
        public var outcome: Outcome
        /// The first thing that kept it from passing; nil if it passed.
        public var cause: String?
        /// Nanoseconds of wall time of the last try.
        public var time: Int64
        /// How often it ran.
        public var tries: Int

        public init(outcome: Outcome, cause: String? = nil, time: Int64, tries: Int = 1) {
            self.outcome = outcome
            self.cause = cause
            self.time = time
            self.tries = tries
        }

        /// Passed, but not at the first try.
        public var isFlaky: Bool { tries > 1 && outcome == .passed }
    }

    /// One scenario on all kernels.
    public struct Row: Hashable, Codable, Sendable {
        public var scenario: String
        public var title: String
        /// One for each column; nil where it was not run.
        public var cells: [Cell?]
        public var differences: [Difference]

        public init(scenario: String, title: String, cells: [Cell?], differences: [Difference] = []) {
            self.scenario = scenario
            self.title = title
            self.cells = cells
            self.differences = differences
        }

        /// Whether the kernels disagree about the outcome.
        public var isDivided: Bool { Set(cells.compactMap { $0?.outcome }).count > 1 }
    }

    /// A counter that moved in a phase on some kernels and not on others.
    public struct Difference: Hashable, Codable, Sendable {
        public var phase: String
        public var subject: String
        public var id: String
        /// One for each column.
        public var readings: [Reading]
        /// Whether an expectation of the phase speaks of it.
        public var isExpected: Bool
        /// Whether it moves in every healthy lab with traffic, so that its moving tells little.
        public var isOrdinary: Bool

        public init(
            phase: String, subject: String, id: String, readings: [Reading], isExpected: Bool = false,
            isOrdinary: Bool = false
        ) {
            self.phase = phase
            self.subject = subject
            self.id = id
            self.readings = readings
            self.isExpected = isExpected
            self.isOrdinary = isOrdinary
        }
    }

    /// What a counter did on one kernel. In JSON a number, `"absent"`, or null.
    public enum Reading: Hashable, Sendable {
        /// How much it rose; 0 if it stayed.
        case rose(Int64)
        /// This kernel has no such counter.
        case absent
        /// The phase did not run there.
        case unknown
    }

    public var columns: [Column]
    public var rows: [Row]
    /// Nanoseconds of wall time of the whole matrix.
    public var time: Int64

    public init(columns: [Column], rows: [Row], time: Int64 = 0) {
        self.columns = columns
        self.rows = rows
        self.time = time
    }

    /// How many scenarios came to each outcome on a kernel.
    public func count(_ outcome: Outcome, inColumn index: Int) -> Int {
        rows.count { $0.cells.indices.contains(index) && $0.cells[index]?.outcome == outcome }
    }

    /// The worst of all cells; nothing run is inconclusive.
    public var outcome: Outcome { Outcome.merged(rows.flatMap { $0.cells.compactMap { $0?.outcome } }) }
}

extension KernelMatrix.Reading: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .unknown
        } else if let number = try? container.decode(Int64.self) {
            self = .rose(number)
        } else {
            let word = try container.decode(String.self)
            guard word == "absent" else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription: "\"\(word)\" is no reading; it is a number, \"absent\" or null")
            }
            self = .absent
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .rose(let number): try container.encode(number)
        case .absent: try container.encode("absent")
        case .unknown: try container.encodeNil()
        }
    }
}
