import NetlabModel

/// Reads quantities in one phase of a record, and through it in the phases that they refer to.
struct QuantityReader {
    let record: RunRecord
    let phase: PhaseRecord

    /// What of a gauge is asked for; of a counter it is always what it rose by.
    enum Aspect { case value, change }

    private var counters: CounterReader {
        CounterReader(phase: phase, isWithheld: record.withheld == phase.name)
    }

    func read(_ quantity: Quantity, _ aspect: Aspect = .value) throws(Unjudgeable) -> Reading {
        switch quantity {
        case .number(let value, _):
            return Reading(value: value, unit: .count, evidence: [])
        case .counter(let subject, let id):
            return try counter(id, at: subject, aspect)
        case .flow(let name, let metric):
            return try flow(name, metric)
        case .inPhase(let inner, let other):
            return try reader(of: other).read(inner, aspect).renamed { "\($0) of \(other)" }
        case .sum(let left, let right):
            return try combine(left, right, aspect, +)
        case .difference(let left, let right):
            return try combine(left, right, aspect, -)
        case .product(let factor, let inner):
            var reading = try read(inner, aspect)
            reading.value *= factor
            return reading
        }
    }

    private func counter(
        _ id: CounterID, at subject: String, _ aspect: Aspect
    ) throws(Unjudgeable) -> Reading {
        guard id.isGauge else {
            let evidence = try counters.delta(of: id, at: subject)
            return Reading(value: Double(evidence.value), unit: .count, evidence: [evidence])
        }
        var evidence = try counters.gauge(id, at: subject)
        if aspect == .change { evidence.value -= evidence.before ?? 0 }
        return Reading(value: Double(evidence.value), unit: .count, evidence: [evidence])
    }

    private func flow(_ name: String, _ metric: String) throws(Unjudgeable) -> Reading {
        guard let outcome = phase.flows[name] else {
            throw .inconclusive("traffic \(name) never ran in phase \(phase.name)")
        }
        if let failure = outcome.failure { throw .inconclusive("traffic \(name) never ran: \(failure)") }
        let value: Int64
        if let known = outcome.values[metric] {
            value = known
        } else if Self.isRare(metric, outcome) {
            // Only the errors and status codes that happened have a row.
            value = 0
        } else {
            throw .inconclusive("\(name).\(metric) has no value here: \(Self.silence(of: metric, outcome))")
        }
        let evidence = Evidence(quantity: "\(name).\(metric)", value: value)
        return Reading(value: Double(value), unit: Reading.unit(ofMetric: metric), evidence: [evidence])
    }

    private static func isRare(_ metric: String, _ outcome: FlowOutcome) -> Bool {
        if metric.hasPrefix("errno.") || metric.hasPrefix("http.") { return true }
        return metric.hasPrefix("server.errno.") && outcome.values.keys.contains { $0.hasPrefix("server.") }
    }

    /// Why a figure that flows of this kind have is not there.
    private static func silence(of metric: String, _ outcome: FlowOutcome) -> String {
        if metric.hasPrefix("server.") { return "no server of netlab's own took part" }
        if metric.hasPrefix("tcpi.") {
            return outcome.values.keys.contains { $0.hasPrefix("tcpi.") }
                ? "this kernel's tcp_info has no such field, or no samples were taken"
                : "there was no connection whose tcp_info could be read"
        }
        let tries = outcome.values["attempted"] ?? outcome.values["sent"] ?? 0
        let goal = metric.hasPrefix("connect.") ? "connected" : "succeeded"
        guard metric.contains("."), let done = outcome.values[goal] ?? outcome.values["received"] else {
            return "nothing was measured"
        }
        return "nothing was measured, \(done) of \(tries) attempts got so far"
    }

    private func reader(of name: String) throws(Unjudgeable) -> QuantityReader {
        guard let other = record.phases.first(where: { $0.name == name }) else {
            throw .inconclusive("phase \(name) is not in the record")
        }
        return QuantityReader(record: record, phase: other)
    }

    private func combine(
        _ left: Quantity, _ right: Quantity, _ aspect: Aspect, _ operation: (Double, Double) -> Double
    ) throws(Unjudgeable) -> Reading {
        let (first, second) = (try read(left, aspect), try read(right, aspect))
        return Reading(
            value: operation(first.value, second.value),
            unit: first.unit == .count ? second.unit : first.unit,
            evidence: first.evidence + second.evidence)
    }
}

extension Reading {
    fileprivate func renamed(_ change: (String) -> String) -> Reading {
        var copy = self
        for index in copy.evidence.indices {
            copy.evidence[index].quantity = change(copy.evidence[index].quantity)
        }
        return copy
    }
}

extension Quantity {
    /// The quantity in an author's words.
    var words: String {
        switch self {
        case .number(_, let text): text
        case .counter(let subject, let id): "\(subject) \(id)"
        case .flow(let name, let metric): "\(name).\(metric)"
        case .inPhase(let inner, let phase): "\(inner.words) of \(phase)"
        case .sum(let left, let right): "\(left.words) + \(right.words)"
        case .difference(let left, let right): "\(left.words) - \(right.words)"
        case .product(let factor, let inner): "\(DecimalText.short(factor)) * \(inner.words)"
        }
    }

    /// Whether it is known before the run: a number, or a sum of numbers.
    var isConstant: Bool { leaves.isEmpty }

    /// Whether it is one counter that only rises, here or in another phase.
    var isRising: Bool {
        switch self {
        case .counter(_, let id): !id.isGauge
        case .inPhase(let inner, _): inner.isRising
        case .number, .flow, .sum, .difference, .product: false
        }
    }
}
