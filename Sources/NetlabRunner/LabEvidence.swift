import Glibc
import LinuxSystem
import NetlabLab
import NetlabModel
import NetlabProbe

/// Everything that looks at one live lab: the probes of its nodes, the drop counter, the capture.
///
/// It holds the lab's namespaces open; `end` lets go of them, and only then can the lab go away.
final class LabEvidence: Sendable {
    private let lab: Lab
    private let probe: LabProbe
    private let namespaces: [String: NetworkNamespace]
    private let drops: DropSource
    private let start: UInt64
    private let capture: PacketCapture?
    private let watches: [PacketWatch]
    /// Nodes that have iptables rules in some phase, and the programs that list them: each costs a process.
    private let iptables: [String: Set<Iptables.Family>]

    /// One program in the kernel serves all labs of the process; it counts in watched namespaces only.
    static let dropCounter: Result<DropCounter, DropCounterError> = Result {
        () throws(DropCounterError) in try DropCounter()
    }

    /// Starts to look at a lab.
    ///
    /// - Parameters:
    ///   - state: whose nodes and interfaces are looked at.
    ///   - iptables: nodes with iptables rules in any phase.
    ///   - packets: interfaces of which somebody wants to know the packets, and of which kinds.
    ///   - drops: where drop reasons come from.
    ///   - start: of the run; times count from there.
    init(
        of lab: Lab, _ state: LabState, iptables: [String: Set<Iptables.Family>],
        packets: [InterfaceID: Set<String>] = [:], capture: PacketCapture?, drops: DropSource, start: UInt64
    ) async throws {
        self.lab = lab
        self.capture = capture
        self.iptables = iptables
        self.start = start
        let namespaces = await lab.namespaces
        self.namespaces = namespaces
        probe = try LabProbe(
            subjects: state.nodes.compactMap { node in
                namespaces[node.name].map {
                    LabProbe.Subject(node: node.name, namespace: $0, interfaces: node.interfaces.map(\.name))
                }
            })
        watches = try packets.sorted { $0.key < $1.key }.compactMap { id, kinds in
            try namespaces[id.node].map { namespace in
                try PacketWatch(of: id.interface, named: id.description, kinds: kinds, in: namespace)
            }
        }
        self.drops = drops
        if let counter = drops.counter {
            for namespace in namespaces.values {
                try counter.watch(namespace, remembering: capture != nil)
            }
        }
        for node in state.nodes {
            guard let capture, let namespace = namespaces[node.name] else { continue }
            for interface in node.interfaces {
                try capture.add(interface.name, of: node.name, in: namespace)
            }
        }
    }

    /// Lets go of the lab's namespaces.
    func end() async {
        if let capture {
            // It waits for packets that are still in its rings.
            _ = try? await BlockingWork.run(named: "netlab-capture") { capture.release() }
        }
        guard let counter = drops.counter else { return }
        for namespace in namespaces.values {
            // What is not watched has nothing to let go of; the counter says so, and nothing follows from it.
            try? counter.unwatch(namespace)
        }
    }

    /// A snapshot with the links' own counters and the drop reasons in it, but without what takes a process to read.
    private func glance() async throws -> Snapshot {
        var snapshot = probe.snapshot(at: MonotonicClock.elapsed(since: start).nanoseconds)
        let links = try await lab.linkReadings()
        for (link, seen) in links where !seen.counters.isEmpty {
            snapshot.readings[link, default: [:]].merge(seen.counters) { $1 }
        }
        let accounts = links.sorted { $0.key < $1.key }.flatMap(\.value.accounts)
        if !accounts.isEmpty { snapshot.accounts = accounts }
        for watch in watches {
            let seen = try await watch.look()
            snapshot.readings[watch.name, default: [:]].merge(seen.values) { $1 }
            if seen.missed > 0 {
                snapshot.errors[CounterFamily.packet.rawValue] =
                    "\(seen.missed) packets found no room at \(watch.name)"
            }
        }
        if let reason = drops.unsupported {
            snapshot.unsupported[CounterFamily.drop.rawValue] = reason
        } else {
            for drop in try dropped() {
                snapshot.readings[drop.node, default: [:]]["drop:\(drop.reason)", default: 0] += drop.count
            }
        }
        return snapshot
    }

    /// Sockets of the nodes with their details; nil where the kernel cannot list them.
    func sockets() -> ([SocketRecord]?, omitted: Int?) {
        // What is wrong with it is told by the snapshot, in the families that count sockets.
        guard let found = try? probe.sockets(most: 64) else { return (nil, nil) }
        return (found.sockets, found.omitted == 0 ? nil : found.omitted)
    }

    /// Connections that the nodes track; nil where the kernel cannot list them.
    func trackedConnections() -> ([TrackedConnection]?, omitted: Int?) {
        guard let found = try? probe.trackedConnections(most: 64) else { return (nil, nil) }
        return (found.connections, found.omitted == 0 ? nil : found.omitted)
    }

    /// The counters of iptables, added to a snapshot.
    private func withIptables(_ snapshot: Snapshot) async throws -> Snapshot {
        var snapshot = snapshot
        let places = await lab.rulePlaces
        for (node, families) in iptables {
            guard let namespace = namespaces[node] else { continue }
            let readings = try await IptablesProbe.readings(
                in: namespace, families: families, places: places[node] ?? IptablesPlaces())
            snapshot.readings[node, default: [:]].merge(readings) { $1 }
        }
        return snapshot
    }

    /// Every drop so far with its place. Copies for a capture are no packets, and are left out.
    func dropped() throws -> [DropRecord] {
        guard let counter = drops.counter else { return [] }
        var records: [DropRecord] = []
        for (node, namespace) in namespaces.sorted(by: { $0.key < $1.key }) {
            for drop in try counter.counts(in: namespace) where !drop.isOfCopy {
                let interface =
                    drop.interfaceIndex == 0 ? nil : Self.interface(drop.interfaceIndex, in: namespace)
                records.append(
                    DropRecord(
                        node: node, interface: interface, reason: drop.reason, location: drop.location,
                        count: Int64(clamping: drop.count)))
            }
        }
        return records
    }

    /// Drops on this host so far that could not be counted, the lab's own perhaps among them.
    func uncountedDrops() throws -> Int64 {
        try drops.counter.map { Int64(clamping: try $0.losses().uncounted) } ?? 0
    }

    /// Drops of the whole machine so far, where the kernel tells no others; else nil.
    func droppedOnWholeMachine() throws -> [DropRecord]? { try drops.dropsOfWholeMachine() }

    /// Packets that were dropped since the last call, one by one; none without a capture.
    func singleDrops() -> [PlacedDrop] {
        guard capture != nil, let counter = drops.counter else { return [] }
        return namespaces.sorted { $0.key < $1.key }.flatMap { node, namespace in
            counter.takeSingleDrops(in: namespace).map { drop in
                PlacedDrop(
                    node: node,
                    interface: drop.interfaceIndex == 0
                        ? nil : Self.interface(drop.interfaceIndex, in: namespace), drop: drop)
            }
        }
    }

    /// The first snapshot that has not changed for 20 ms and has no connection on its way out: what was under way
    /// (a FIN, a delayed ACK) has arrived, and threads that a busy machine kept waiting have had their turn.
    ///
    /// - Parameter limit: a lab that does not come to rest, because something in it keeps sending or no answer comes
    ///   to a FIN, is looked at as it is by then.
    func settled(within limit: Duration = .milliseconds(500)) async throws -> Snapshot {
        var last = try await glance()
        let deadline = ContinuousClock.now + limit
        var pauses: [Duration] = Self.pauses
        var looks = 0
        // On a busy machine few looks fit into that time; a lab at rest is told by some more.
        while ContinuousClock.now < deadline || looks < 8, !Task.isCancelled, let pause = pauses.first {
            looks += 1
            try? await Task.sleep(for: pause)
            let next = try await glance()
            let isAtRest = Self.quiet(next) == Self.quiet(last) && !Self.isClosing(next)
            pauses = isAtRest ? Array(pauses.dropFirst()) : Self.pauses
            last = next
        }
        return try await withIptables(last)
    }

    /// How long nothing may change, look by look.
    private static let pauses: [Duration] = [.milliseconds(5), .milliseconds(15)]

    /// Whether a socket waits for the answer to its FIN, which is there at once unless the way is broken.
    private static func isClosing(_ snapshot: Snapshot) -> Bool {
        snapshot.readings.values.contains { readings in
            ["FIN_WAIT1", "CLOSING", "LAST_ACK"].contains { readings["sockets:\($0)", default: 0] > 0 }
        }
    }

    /// The readings that only this lab moves.
    private static func quiet(_ snapshot: Snapshot) -> [String: [String: Int64]] {
        snapshot.readings.mapValues { readings in
            readings.filter { CounterID($0.key).map { !$0.isHostWide } ?? true }
        }
    }

    private static func interface(_ index: Int, in namespace: NetworkNamespace) -> String? {
        namespace.run {
            var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
            guard if_indextoname(UInt32(index), &name) != nil else { return nil }
            return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
        }
    }
}
