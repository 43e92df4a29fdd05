import NetlabModel

/// Drops that the kernel could not count, as a doubt about expectations that fell short by so few.
struct UncountedDrops {
    let record: RunRecord
    let phase: PhaseRecord

    /// More than these are not tried one by one: nothing that fails by drop reasons is a proof then.
    private static let most: Int64 = 1000

    /// Why the failure of a predicate proves nothing; nil if it fails whichever drops are missing.
    func doubt(about predicate: Predicate) -> String? {
        for index in record.phases.indices {
            guard let uncounted = record.phases[index].uncountedDrops, uncounted > 0 else { continue }
            for case .counter(let subject, let id) in predicate.quantities.flatMap(\.leaves)
            where id.family == .drop {
                let isHeld = (1...min(uncounted, Self.most)).contains { count in
                    holds(predicate, with: count, more: id, at: subject, in: index)
                }
                guard isHeld || uncounted > Self.most else { continue }
                let name = record.phases[index].name
                let place = name == phase.name ? "" : " in \(name)"
                return
                    "at most \(uncounted) drops of the machine are in no counter\(place), and it may be these"
            }
        }
        return nil
    }

    private func holds(
        _ predicate: Predicate, with count: Int64, more id: CounterID, at subject: String, in index: Int
    ) -> Bool {
        var record = record
        guard record.phases[index].after.readings[subject] != nil else { return false }
        let before = record.phases[index].before.value(id, at: subject) ?? 0
        record.phases[index].after.readings[subject]?[id.description, default: before] += count
        let judged = record.phases[index].name == phase.name ? record.phases[index] : phase
        let reader = QuantityReader(record: record, phase: judged)
        return PredicateJudge(reader: reader).judge(predicate).outcome == .passed
    }
}
