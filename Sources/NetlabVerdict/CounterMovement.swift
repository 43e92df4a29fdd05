import NetlabModel

/// What the counters of a lab did in one phase.
struct CounterMovement {
    struct Place: Hashable {
        var subject: String
        var id: String
    }

    /// Counters that rose, with how much. Gauges are not among them, and neither is what was made anew.
    let risen: [Place: Int64]

    init(_ phase: PhaseRecord) {
        var risen: [Place: Int64] = [:]
        for (subject, readings) in phase.after.readings {
            for (name, after) in readings {
                guard let id = CounterID(name), !id.isGauge else { continue }
                let before = phase.before.readings[subject]?[name]
                guard before != nil || id.beginsAtZero, after > before ?? 0 else { continue }
                risen[Place(subject: subject, id: name)] = after - (before ?? 0)
            }
        }
        self.risen = risen
    }
}
