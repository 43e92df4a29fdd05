import LinuxSystem
import NetlabLab
import NetlabModel
import NetlabProbe
import NetlabTraffic

/// One phase of a run: settle, look, send, look while the sockets are open, close, settle, look again.
struct PhaseRun {
    let phase: PhasePlan
    let lab: Lab
    /// Start of the run; times in the record count from here.
    let start: UInt64

    func execute(_ record: inout PhaseRecord) async throws {
        let namespaces = await lab.namespaces
        let probe = try LabProbe(
            subjects: phase.state.nodes.compactMap { node in
                namespaces[node.name].map {
                    LabProbe.Subject(node: node.name, namespace: $0, interfaces: node.interfaces.map(\.name))
                }
            })
        record.before = try await settled(probe)
        let session = try TrafficSession.start(phase.flows, namespaces: namespaces, seed: 1)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await session.run() }
                let steps = phase.steps
                let lab = lab
                group.addTask {
                    let begin = ContinuousClock.now
                    for step in steps {
                        try await Task.sleep(until: begin + step.at, clock: .continuous)
                        try await lab.change(to: step.state)
                    }
                }
                try await group.waitForAll()
            }
        } catch {
            record.flows = await session.finish()
            throw error
        }
        record.held = try await look(probe)
        record.flows = await session.finish()
        record.after = try await settled(probe)
    }

    /// A snapshot with the links' own counters in it.
    private func look(_ probe: LabProbe) async throws -> Snapshot {
        var snapshot = probe.snapshot(at: MonotonicClock.elapsed(since: start).nanoseconds)
        for (link, readings) in try await lab.impairmentReadings() where !readings.isEmpty {
            snapshot.readings[link, default: [:]].merge(readings) { $1 }
        }
        return snapshot
    }

    /// The first snapshot that equals the one before it: what was under way (a FIN, a delayed ACK) has arrived. A lab that does not come
    /// to rest, because something in it keeps sending, is looked at as it is after a bounded time.
    private func settled(_ probe: LabProbe) async throws -> Snapshot {
        var last = try await look(probe)
        let deadline = ContinuousClock.now + .milliseconds(500)
        while ContinuousClock.now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(5))
            let next = try await look(probe)
            if Self.quiet(next) == Self.quiet(last) { return next }
            last = next
        }
        return last
    }

    /// The readings that only this lab moves.
    private static func quiet(_ snapshot: Snapshot) -> [String: [String: Int64]] {
        snapshot.readings.mapValues { readings in
            readings.filter { CounterID($0.key).map { !$0.family.isHostWide } ?? true }
        }
    }
}
