/// All that was seen in one execution. It is saved before anything is judged, and judging it again later, on
/// another machine and without root, gives the same verdict.
public struct RunRecord: Codable, Sendable {
    /// Raised when the meaning of a field changes; see docs/record.schema.json.
    public static let currentFormat = 1

    public var format: Int
    /// netlab's version.
    public var tool: String
    public var host: HostDescription
    /// The virtual machine that this host was; nil on a real one.
    public var virtualHost: VirtualHost?
    public var commandLine: [String]
    public var scenario: ScenarioSource
    public var planHash: String
    /// Fault or remedy that was withheld on purpose, as `prove` does: the name of the phase.
    public var withheld: String?
    /// RFC 3339, UTC.
    public var startedAt: String
    /// Nanoseconds from the first change of the kernel to the last.
    public var duration: Int64
    /// Nanoseconds for building the lab and for taking it down.
    public var setupTime: Int64
    public var teardownTime: Int64
    /// What preflight found missing; if anything is, no phase ran.
    public var missing: [MissingNeed]
    public var phases: [PhaseRecord]
    /// What could not be undone.
    public var leaks: [String]
    /// The signal or the time limit that ended the run early.
    public var interruption: String?
    /// The capture that was asked for: its file, and what it lacks.
    public var capture: String?
    /// Counters in this record that belong to the whole machine: other programs move them too. All others belong to the
    /// namespace, the interface or the link that they stand under.
    public var hostWide: [String]?
    /// Packets of every link, matched at both ends, in the order of time; nil without a capture.
    public var packets: [PacketRecord]?
    /// The error that ended the run early: stage, node and cause.
    public var failure: String?

    public init(
        tool: String, host: HostDescription, commandLine: [String], scenario: ScenarioSource,
        startedAt: String
    ) {
        self.format = Self.currentFormat
        self.tool = tool
        self.host = host
        self.commandLine = commandLine
        self.scenario = scenario
        self.planHash = scenario.hash
        self.startedAt = startedAt
        self.duration = 0
        self.setupTime = 0
        self.teardownTime = 0
        self.missing = []
        self.phases = []
        self.leaks = []
    }
}

/// The machine a run was made on.
public struct HostDescription: Hashable, Codable, Sendable {
    /// `uname -r`.
    public var kernel: String
    public var machine: String
    public var cpus: Int
    /// `root`, `user namespace`.
    public var privilege: String

    public init(kernel: String, machine: String, cpus: Int, privilege: String) {
        self.kernel = kernel
        self.machine = machine
        self.cpus = cpus
        self.privilege = privilege
    }
}

/// What was seen in one phase.
public struct PhaseRecord: Codable, Sendable {
    public var name: String
    /// What was changed in the kernel at its start, in words and as commands.
    public var changes: [ChangeRecord]
    /// Before the traffic; with the traffic done and the sockets still open; after they were closed.
    public var before: Snapshot
    public var held: Snapshot
    public var after: Snapshot
    public var flows: [String: FlowOutcome]
    /// How each link was made: link → `direct`, `kernel`, `wire`, with what was chosen and why.
    public var drivers: [String: String]
    /// Where packets died during the phase, each with the kernel's reason; empty also where reasons cannot be
    /// read.
    public var drops: [DropRecord]
    /// Drops anywhere on the machine during the phase that could not be counted: so many at most may be missing from
    /// `drops` and from the counters of family `drop`. Nil where none is, and in records of earlier versions.
    public var uncountedDrops: Int64?
    /// What the whole machine dropped during the phase, other programs' packets among them; nil unless the kernel tells
    /// drops in no better way. Nothing is judged by it.
    public var machineDrops: [DropRecord]?
    /// The sockets of every node at the time of `held`, at most 64 of each; nil where they cannot be listed, and in
    /// records of earlier versions.
    public var sockets: [SocketRecord]?
    /// Sockets that were there and are not in the list.
    public var omittedSockets: Int?
    /// The connections that every node tracked at the time of `held`, at most 64 of each; nil where they cannot be
    /// listed, and in records of earlier versions.
    public var connections: [TrackedConnection]?
    /// Connections that were tracked and are not in the list.
    public var omittedConnections: Int?
    /// What was changed while the traffic ran; nil where nothing was.
    public var steps: [StepRecord]?

    public init(name: String) {
        self.name = name
        self.changes = []
        self.before = Snapshot()
        self.held = Snapshot()
        self.after = Snapshot()
        self.flows = [:]
        self.drivers = [:]
        self.drops = []
    }
}

/// One change of the kernel.
public struct ChangeRecord: Hashable, Codable, Sendable {
    /// `server/eth0: mtu 1500 → 100`
    public var text: String
    /// What a person would type for it.
    public var commands: [String]

    public init(text: String, commands: [String]) {
        self.text = text
        self.commands = commands
    }
}

/// Changes at a time after the start of a phase's traffic.
public struct StepRecord: Hashable, Codable, Sendable {
    /// When they were due, and when they were begun and done: nanoseconds after the start of the traffic.
    public var at: Int64
    public var started: Int64
    public var ended: Int64
    public var changes: [ChangeRecord]

    public init(at: Int64, started: Int64, ended: Int64, changes: [ChangeRecord]) {
        self.at = at
        self.started = started
        self.ended = ended
        self.changes = changes
    }

    /// How long after their time they were done.
    public var lateness: Duration { .nanoseconds(ended - at) }
}

/// Packets that the kernel dropped at one place for one reason.
public struct DropRecord: Hashable, Codable, Sendable {
    public var node: String
    /// The interface the packets were at; nil for those that were at none.
    public var interface: String?
    /// The kernel's name for the reason: `NETFILTER_DROP`.
    public var reason: String
    /// The kernel function that dropped them: `nft_do_chain`.
    public var location: String
    public var count: Int64

    public init(node: String, interface: String?, reason: String, location: String, count: Int64) {
        self.node = node
        self.interface = interface
        self.reason = reason
        self.location = location
        self.count = count
    }

    /// Whether two differ in their count at most.
    public func isSamePlace(as other: DropRecord) -> Bool {
        var same = other
        same.count = count
        return same == self
    }
}
