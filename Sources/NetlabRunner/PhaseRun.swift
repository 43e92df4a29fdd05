import LinuxSystem
import NetlabLab
import NetlabModel
import NetlabTraffic

/// One phase of a run: settle, look, send, look while the sockets are open, close, settle, look again.
struct PhaseRun {
    let phase: PhasePlan
    let lab: Lab
    let evidence: LabEvidence

    func execute(_ record: inout PhaseRecord) async throws {
        let uncountedBefore = try evidence.uncountedDrops()
        record.before = try await evidence.settled()
        let dropsBefore = try evidence.dropped()
        let machineBefore = try evidence.droppedOnWholeMachine()
        let addresses = phase.state.nodes.flatMap(\.interfaces).flatMap(\.addresses).map(\.address)
        let session = try TrafficSession.start(
            phase.flows, namespaces: await lab.namespaces, seed: 1, allowedDestinations: addresses,
            programFiles: await lab.programFiles)
        do {
            try await withThrowingTaskGroup(of: [StepRecord]?.self) { group in
                group.addTask {
                    await session.run()
                    return nil
                }
                if !phase.steps.isEmpty { group.addTask { try await lab.follow(phase.steps) } }
                for try await steps in group { if let steps { record.steps = steps } }
            }
        } catch {
            record.flows = await session.finish()
            throw error
        }
        record.held = try await evidence.settled(within: .milliseconds(200))
        (record.sockets, record.omittedSockets) = evidence.sockets()
        (record.connections, record.omittedConnections) = evidence.trackedConnections()
        record.flows = await session.finish()
        record.after = try await evidence.settled()
        record.drops = Self.difference(try evidence.dropped(), dropsBefore)
        let uncounted = try evidence.uncountedDrops() - uncountedBefore
        record.uncountedDrops = uncounted > 0 ? uncounted : nil
        record.machineDrops = try evidence.droppedOnWholeMachine().map {
            Self.difference($0, machineBefore ?? [])
        }
    }

    private static func difference(_ after: [DropRecord], _ before: [DropRecord]) -> [DropRecord] {
        after.compactMap { drop in
            let old = before.first { $0.isSamePlace(as: drop) }?.count ?? 0
            guard drop.count > old else { return nil }
            var rest = drop
            rest.count -= old
            return rest
        }
    }
}
