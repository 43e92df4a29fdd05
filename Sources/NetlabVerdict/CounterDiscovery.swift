import NetlabModel

/// Finds the counters that tell a fault from its absence, whoever expects something of them.
public enum CounterDiscovery {
    /// Counters that rose in a fault phase in every run, and in no control phase of any run.
    ///
    /// Counters that other programs on the machine move too are left out: what they did proves nothing.
    /// - Parameters:
    ///   - records: several runs of one plan; those that did not reach a phase say nothing about it.
    ///   - plan: what they ran, for the phases' roles and what is already expected.
    /// - Returns: phase by phase; in a phase first those that rose by the same in every run, and of these first what
    ///   ordinary traffic does not move.
    public static func discover(in records: [RunRecord], plan: Plan) -> [DiscoveredCounter] {
        let control = Set(plan.phases.filter { $0.role == .control }.map(\.name))
        var healthy: Set<CounterMovement.Place> = []
        for phase in records.flatMap(\.phases) where control.contains(phase.name) {
            healthy.formUnion(CounterMovement(phase).risen.keys)
        }
        return plan.phases.filter { $0.role == .fault }.flatMap { phase -> [DiscoveredCounter] in
            let runs = records.compactMap { record in
                record.phases.first { $0.name == phase.name && !$0.after.readings.isEmpty }
            }.map { CounterMovement($0).risen }
            guard let first = runs.first else { return [] }
            let mentioned = Set(
                phase.expectations.flatMap(\.predicate.quantities).flatMap(\.leaves).map(\.words))
            let found = first.keys.compactMap { place -> DiscoveredCounter? in
                let deltas = runs.compactMap { $0[place] }
                guard deltas.count == runs.count, !healthy.contains(place),
                    CounterID(place.id)?.isHostWide == false
                else { return nil }
                return DiscoveredCounter(
                    phase: phase.name, subject: place.subject, id: place.id, deltas: deltas,
                    isMentioned: mentioned.contains("\(place.subject) \(place.id)"))
            }
            return found.sorted { rank($0) < rank($1) }
        }
    }

    /// Steady ones first, then those that vary; among them what ordinary traffic moves comes last.
    private static func rank(_ counter: DiscoveredCounter) -> (Int, Int, String, String) {
        let isOrdinary = CounterID(counter.id).map(OrdinaryCounters.movesWithTraffic) ?? false
        return (counter.isSteady ? 0 : 1, isOrdinary ? 1 : 0, counter.subject, counter.id)
    }
}
