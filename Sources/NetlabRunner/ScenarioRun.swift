import LinuxSystem
import NetlabLab
import NetlabModel
import NetlabProbe

/// One execution of a plan: builds the lab, goes through the phases, takes everything down, and hands back
/// what was seen. It judges nothing.
public struct ScenarioRun: Sendable {
    /// What the user allowed and asked for.
    public struct Options: Sendable {
        public var allowsHostChanges = false
        public var allowsExec = false
        /// The phase whose fault or remedy the plan already leaves out; written into the record.
        public var withheld: String?
        /// Whether this machine's clock skips idle time.
        public var hasVirtualTime = false
        public var commandLine: [String] = []
        /// Where to write every packet of the run, as pcapng.
        public var capture: String?
        /// netlab's version, for the record.
        public var tool = ""
        /// How drops are counted; tests take it away.
        var dropCounter: @Sendable () -> Result<DropCounter, DropCounterError> = {
            LabEvidence.dropCounter
        }
        /// Which iptables takes lines that name none; tests take its comments away.
        var iptables: @Sendable (Iptables.Family, Set<String>) async throws -> Iptables.Choice = {
            try await Iptables.choose($0, tables: $1)
        }

        public init() {}
    }

    /// What a run is doing, for a progress line.
    public enum Progress: Hashable, Sendable {
        case building
        case phase(name: String, number: Int, of: Int)
        case tearingDown
    }

    /// As this kernel carries it out.
    let plan: Plan
    let options: Options
    let progress: @Sendable (Progress) -> Void

    public init(
        plan: Plan, options: Options, progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.plan = plan.fitted(to: KernelRelease.running.text)
        self.options = options
        self.progress = progress
    }

    /// Executes the plan. Never throws: what went wrong is part of the record. Cancelling the task ends the
    /// run early; the lab is taken down all the same.
    public func execute() async -> RunRecord {
        var record = RunRecord(
            tool: options.tool, host: HostFacts.description, commandLine: options.commandLine,
            scenario: plan.source,
            startedAt: WallClock.rfc3339())
        record.withheld = options.withheld
        record.missing = Preflight(options: options).missing(for: plan)
        guard record.missing.isEmpty else { return record }
        let iptables = await Preflight(options: options).iptables(for: plan)
        record.missing = iptables.missing
        guard record.missing.isEmpty else { return record }

        let start = MonotonicClock.now()
        progress(.building)
        let journal = Journal()
        do {
            let capture = try options.capture.map { path throws(SystemError) in
                try PacketCapture(to: path, settings: PacketCapture.Settings(links: linkEnds))
            }
            let permissions = Lab.Permissions(hostChanges: options.allowsHostChanges)
            let states = plan.phases.flatMap { [$0.state] + $0.steps.map(\.state) }
            let (result, teardown) = try await Lab.withLab(
                named: plan.name, permissions: permissions, foreseeing: states, iptables: iptables.choices
            ) { lab in
                try await runPhases(in: lab, journal: journal, capture: capture, start: start)
            }
            if let capture, let path = options.capture {
                let summary = try await BlockingWork.run(named: "netlab-capture") { capture.stop() }
                record.capture = Self.text(summary, path)
                record.packets = await summary.packets(dropped: journal.drops)
            }
            record.teardownTime = teardown.time.nanoseconds
            record.leaks = await journal.leaks + teardown.leaks
            if case .failure(let error) = result, !(error is CancellationError) {
                record.failure = "\(error)"
            }
        } catch {
            record.failure = "\(error)"
        }
        record.setupTime = await journal.setupTime
        record.phases = await journal.phases
        record.hostWide = Self.hostWideCounters(in: record.phases)
        settle(&record.packets, in: record.phases, start: start)
        if Task.isCancelled { record.interruption = "interrupted" }
        record.duration = MonotonicClock.elapsed(since: start).nanoseconds
        return record
    }

    private func runPhases(in lab: Lab, journal: Journal, capture: PacketCapture?, start: UInt64)
        async throws
    {
        var evidence: LabEvidence?
        do {
            try await runPhases(in: lab, journal: journal, capture: capture, start: start, &evidence)
        } catch {
            await evidence?.end()
            throw error
        }
        await evidence?.end()
        progress(.tearingDown)
    }

    private func runPhases(
        in lab: Lab, journal: Journal, capture: PacketCapture?, start: UInt64,
        _ evidence: inout LabEvidence?
    ) async throws {
        let drops = DropSource.best(options.dropCounter())
        for (index, phase) in plan.phases.enumerated() {
            try Task.checkCancellation()
            if phase.isFresh, index > 0 {
                await evidence?.end()
                evidence = nil
                await journal.add(leaks: lab.startAfresh())
            }
            if index > 0 { progress(.phase(name: phase.name, number: index + 1, of: plan.phases.count)) }
            var record = PhaseRecord(name: phase.name)
            do {
                let setupStart = MonotonicClock.now()
                record.changes = try await lab.change(to: phase.state).map(\.record)
                if index == 0 {
                    await journal.set(setupTime: MonotonicClock.elapsed(since: setupStart))
                    progress(.phase(name: phase.name, number: 1, of: plan.phases.count))
                }
                record.drivers = await lab.drivers
                let looking: LabEvidence
                if let evidence {
                    looking = evidence
                } else {
                    looking = try await LabEvidence(
                        of: lab, phase.state, iptables: iptablesNodes, packets: watchedPackets,
                        capture: capture, drops: drops,
                        start: start)
                }
                evidence = looking
                try await PhaseRun(phase: phase, lab: lab, evidence: looking).execute(&record)
                await journal.add(looking.singleDrops())
            } catch {
                await journal.add(record)
                throw error
            }
            await journal.add(record)
        }
    }
}

extension ScenarioRun {
    /// Nodes that have iptables rules in any phase.
    private var iptablesNodes: [String: Set<Iptables.Family>] {
        var nodes: [String: Set<Iptables.Family>] = [:]
        for node in plan.phases.flatMap({ [$0.state] + $0.steps.map(\.state) }).flatMap(\.nodes) {
            for rule in node.firewall.iptables {
                nodes[node.name, default: []].insert(rule.isIPv6 ? .ipv6 : .ipv4)
            }
        }
        return nodes
    }

    /// Which of the counters that were read belong to the whole machine.
    private static func hostWideCounters(in phases: [PhaseRecord]) -> [String] {
        let ids = Set(phases.flatMap { $0.after.readings.values.flatMap(\.keys) })
        return ids.filter { CounterID($0)?.isHostWide == true }.sorted()
    }

    /// Interface → the link that it is an end of, in any phase.
    private var linkEnds: [String: String] {
        var ends: [String: String] = [:]
        for link in plan.phases.flatMap({ [$0.state] + $0.steps.map(\.state) }).flatMap(\.links) {
            for end in link.ends { ends[end.description] = link.name }
        }
        return ends
    }

    /// Gives packets times that count from the start of the run, and those that did not arrive what may have taken
    /// them.
    private func settle(_ packets: inout [PacketRecord]?, in phases: [PhaseRecord], start: UInt64) {
        guard var settled = packets else { return }
        let ends = Dictionary(grouping: linkEnds.keys.sorted()) { linkEnds[$0] ?? "" }
        for index in settled.indices {
            settled[index].at -= Int64(bitPattern: start)
            for arrival in settled[index].arrivals.indices {
                settled[index].arrivals[arrival].at -= Int64(bitPattern: start)
            }
            for drop in settled[index].drops.indices {
                settled[index].drops[drop].at -= Int64(bitPattern: start)
            }
            let packet = settled[index]
            guard let link = packet.link, packet.arrivals.isEmpty, packet.drops.isEmpty,
                let phase = phases.last(where: {
                    $0.before.takenAt <= packet.at && packet.at <= $0.after.takenAt
                })
            else { continue }
            settled[index].lostTo = phase.suspects(
                of: link, from: packet.from, ends: ends[link] ?? [])
        }
        packets = settled
    }

    /// Kinds of packets that expectations ask for, by interface.
    private var watchedPackets: [InterfaceID: Set<String>] {
        var watched: [InterfaceID: Set<String>] = [:]
        let quantities = plan.phases.flatMap(\.expectations).flatMap(\.predicate.quantities).flatMap(\.leaves)
        for case .counter(let subject, let id) in quantities where id.family == .packet {
            if let interface = InterfaceID(subject) { watched[interface, default: []].insert(id.selector) }
        }
        return watched
    }

    /// `mtu.pcapng: 4 interfaces, 312 packets, none missing`
    private static func text(_ summary: PacketCapture.Summary, _ path: String) -> String {
        let passed = summary.interfaces.reduce(0) { $0 + $1.passed }
        let written = summary.interfaces.reduce(0) { $0 + $1.written }
        let missing = passed == written ? "none missing" : "\(passed - written) missing"
        let failure = summary.failure.map { "; \($0)" } ?? ""
        return
            "\(path): \(summary.interfaces.count) interfaces, \(written) packets, \(missing)\(failure)"
    }
}

/// What a run has seen so far; kept outside the run's own stack so that a failure half-way does not lose it.
private actor Journal {
    private(set) var phases: [PhaseRecord] = []
    private(set) var leaks: [String] = []
    /// Packets that nodes dropped, one by one.
    private(set) var drops: [PlacedDrop] = []
    private(set) var setupTime: Int64 = 0

    func add(_ phase: PhaseRecord) { phases.append(phase) }
    func add(_ more: [PlacedDrop]) { drops += more }
    func add(leaks more: [String]) { leaks += more }
    func set(setupTime time: Duration) { setupTime = time.nanoseconds }
}
