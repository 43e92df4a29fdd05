import NetlabModel

/// Finds the counters that tell kernels apart: those that moved on one and not on another, in the same phase of the same
/// scenario.
public enum MatrixComparison {
    /// How often a counter may rise and still count as a stray: late timers and probes make a few such events on a loaded
    /// machine, whatever the kernel.
    static let stray: Int64 = 2

    /// - Parameters:
    ///   - records: one for each kernel; nil where the scenario was not run.
    ///   - plan: what they ran.
    /// - Returns: phase by phase; first what expectations speak of, last what ordinary traffic moves. Empty if fewer than two
    ///   kernels reached a phase.
    public static func differences(in records: [RunRecord?], plan: Plan) -> [KernelMatrix.Difference] {
        plan.phases.flatMap { phase -> [KernelMatrix.Difference] in
            let phases = records.map { record in
                record?.phases.first { $0.name == phase.name && !$0.after.readings.isEmpty }
            }
            guard phases.count(where: { $0 != nil }) > 1 else { return [] }
            let mentioned = Set(
                phase.expectations.flatMap(\.predicate.quantities).flatMap(\.leaves).map(\.words))
            return differences(in: phases, of: phase.name, mentioned: mentioned)
        }
    }

    private static func differences(
        in phases: [PhaseRecord?], of name: String, mentioned: Set<String>
    ) -> [KernelMatrix.Difference] {
        let movements = phases.map { $0.map { CounterMovement($0).risen } }
        let places = Set(movements.flatMap { $0.map { Array($0.keys) } ?? [] })
        let found = places.compactMap { place -> KernelMatrix.Difference? in
            guard let id = CounterID(place.id), !id.isHostWide else { return nil }
            let readings = zip(phases, movements).map { phase, movement -> KernelMatrix.Reading in
                guard let phase, let movement else { return .unknown }
                if let risen = movement[place] { return .rose(risen) }
                let isRead = phase.after.readings[place.subject]?[place.id] != nil
                return isRead || id.beginsAtZero ? .rose(0) : .absent
            }
            let risen = readings.compactMap { reading -> Int64? in
                if case .rose(let count) = reading { count } else { nil }
            }
            let isMentioned = mentioned.contains("\(place.subject) \(place.id)")
            let stays = readings.contains(.rose(0)) || readings.contains(.absent)
            guard stays, isMentioned || (risen.max() ?? 0) > stray else { return nil }
            return KernelMatrix.Difference(
                phase: name, subject: place.subject, id: place.id, readings: readings,
                isExpected: isMentioned,
                isOrdinary: OrdinaryCounters.movesWithTraffic(id))
        }
        return found.sorted { rank($0) < rank($1) }
    }

    private static func rank(_ difference: KernelMatrix.Difference) -> (Int, Int, String, String) {
        (
            difference.isExpected ? 0 : 1, difference.isOrdinary ? 1 : 0, difference.subject, difference.id
        )
    }
}
