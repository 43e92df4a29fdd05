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
        /// Counters that nothing can make move on this kernel, with the cause; neither moved nor still.
        public var immovable: [String: String]
        /// Those of `moved` that did not move in every pass over the scenarios.
        public var unsteady: [String]

        public init(
            name: String, isHostWide: Bool, moved: [String: [String]], still: [String],
            immovable: [String: String] = [:], unsteady: [String] = []
        ) {
            self.name = name
            self.isHostWide = isHostWide
            self.moved = moved
            self.still = still
            self.immovable = immovable
            self.unsteady = unsteady
        }

        /// Counters that can move.
        public var count: Int { moved.count + still.count }
        /// Counters that moved in every pass.
        public var steadyCount: Int { moved.count - unsteady.count }
    }

    /// How much of some families is to be covered, in every pass.
    public struct Aim: Hashable, Codable, Sendable {
        public var families: [String]
        /// At least so many, or so many of a hundred.
        public var count: Int
        public var isPercentage: Bool

        public init(_ families: [String], count: Int, isPercentage: Bool = false) {
            self.families = families
            self.count = count
            self.isPercentage = isPercentage
        }
    }

    /// What the catalogue has to reach.
    public static let aims = [
        Aim(["TcpExt"], count: 75), Aim(["Ip"], count: 70, isPercentage: true),
        Aim(["Icmp"], count: 70, isPercentage: true), Aim(["Tcp"], count: 70, isPercentage: true),
        Aim(["Udp"], count: 70, isPercentage: true), Aim(["IpExt"], count: 70, isPercentage: true),
        Aim(["drop"], count: 40),
    ]

    /// How far an aim is reached: counters that moved in every pass, those that can move, and whether it is enough.
    public func reach(_ aim: Aim) -> (moved: Int, count: Int, isReached: Bool) {
        let chosen = families.filter { aim.families.contains($0.name) }
        let moved = chosen.reduce(0) { $0 + $1.steadyCount }
        let count = chosen.reduce(0) { $0 + $1.count }
        return (moved, count, aim.isPercentage ? moved * 100 >= count * aim.count : moved >= aim.count)
    }

    /// `uname -r`.
    public var kernel: String
    /// Scenarios that ran through all their phases.
    public var scenarios: [String]
    /// Scenarios that did not, with the cause; what they would move is not known.
    public var absent: [String: String]
    /// In order of name.
    public var families: [Family]
    /// How often every scenario ran.
    public var passes: Int

    public init(
        kernel: String, scenarios: [String], absent: [String: String], families: [Family], passes: Int = 1
    ) {
        self.passes = passes
        self.kernel = kernel
        self.scenarios = scenarios
        self.absent = absent
        self.families = families
    }
}
