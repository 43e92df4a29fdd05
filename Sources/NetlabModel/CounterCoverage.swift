/// Which counters and drop reasons of a kernel a set of scenarios makes move, and which it does not.
public struct CounterCoverage: Hashable, Codable, Sendable {
    /// The counters of one family.
    public struct Family: Hashable, Codable, Sendable {
        /// `TcpExt`, `link`, `drop`.
        public var name: String
        /// Whether other programs on the machine move them too, so that their moving proves little.
        public var isHostWide: Bool
        /// Counter → the scenarios that make it move, in order of name.
        public var moved: [String: [String]]
        /// Counters that this kernel has and that no scenario moves.
        public var still: [String]

        public init(name: String, isHostWide: Bool, moved: [String: [String]], still: [String]) {
            self.name = name
            self.isHostWide = isHostWide
            self.moved = moved
            self.still = still
        }

        public var count: Int { moved.count + still.count }
    }

    /// `uname -r`.
    public var kernel: String
    /// Scenarios that ran through all their phases.
    public var scenarios: [String]
    /// Scenarios that did not, with the cause; what they would move is not known.
    public var absent: [String: String]
    /// In order of name.
    public var families: [Family]

    public init(kernel: String, scenarios: [String], absent: [String: String], families: [Family]) {
        self.kernel = kernel
        self.scenarios = scenarios
        self.absent = absent
        self.families = families
    }
}
