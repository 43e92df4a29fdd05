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
        record.before = try await evidence.settled()
        let dropsBefore = try evidence.dropped()
        let machineBefore = try evidence.droppedOnWholeMachine()
        let addresses = phase.state.nodes.flatMap(\.interfaces).flatMap(\.addresses).map(\.address)
        let session = try TrafficSession.start(
            phase.flows, namespaces: await lab.namespaces, seed: 1, allowedDestinations: addresses)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await session.run() }
                group.addTask { try await carryOutSteps() }
                try await group.waitForAll()
            }
        } catch {
            record.flows = await session.finish()
            throw error
        }
        record.held = try await evidence.look()
        (record.sockets, record.omittedSockets) = evidence.sockets()
        record.flows = await session.finish()
        record.after = try await evidence.settled()
        record.drops = Self.difference(try evidence.dropped(), dropsBefore)
        record.machineDrops = try evidence.droppedOnWholeMachine().map {
            Self.difference($0, machineBefore ?? [])
        }
    }

    private func carryOutSteps() async throws {
        let begin = ContinuousClock.now
        for step in phase.steps {
            try await Task.sleep(until: begin + step.at, clock: .continuous)
            try await lab.change(to: step.state)
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
