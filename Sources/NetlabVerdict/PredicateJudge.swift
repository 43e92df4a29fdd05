import NetlabModel

/// Judges one predicate on the readings of one phase.
struct PredicateJudge {
    let reader: QuantityReader

    struct Judgement {
        var outcome: Outcome
        var finding: String
        var evidence: [Evidence]
    }

    func judge(_ predicate: Predicate) -> Judgement {
        do {
            return try judged(predicate)
        } catch {
            return Judgement(outcome: error.outcome, finding: error.text, evidence: [])
        }
    }

    private func judged(_ predicate: Predicate) throws(Unjudgeable) -> Judgement {
        switch predicate {
        case .compare(let left, let comparison, let right):
            return try compare(left, comparison, right)
        case .within(let value, let lower, let upper):
            return try within(value, lower, upper)
        case .stays(let quantity):
            let reading = try reader.read(quantity, .change)
            return judgement(
                reading.value == 0, seen: change(quantity, reading), wanted: "no change", reading.evidence,
                note: note(on: quantity))
        case .rises(let quantity, let least):
            let (reading, bound) = (try reader.read(quantity, .change), try reader.read(least))
            let wanted = least.isConstant ? limit(bound, least, reading) : clause(least, bound)
            return judgement(
                reading.value >= bound.value, seen: change(quantity, reading), wanted: "at least \(wanted)",
                reading.evidence + bound.evidence, note: "")
        case .share(let part, let probability, let whole):
            return try share(part, probability, whole)
        }
    }

    private func compare(
        _ left: Quantity, _ comparison: Predicate.Comparison, _ right: Quantity
    ) throws(Unjudgeable) -> Judgement {
        let (first, second) = (try reader.read(left), try reader.read(right))
        let holds =
            switch comparison {
            case .equal: first.value == second.value
            case .notEqual: first.value != second.value
            case .lessOrEqual: first.value <= second.value
            case .greaterOrEqual: first.value >= second.value
            case .less: first.value < second.value
            case .greater: first.value > second.value
            }
        let phrase =
            switch comparison {
            case .equal: ""
            case .notEqual: "anything but "
            case .lessOrEqual: "at most "
            case .greaterOrEqual: "at least "
            case .less: "less than "
            case .greater: "more than "
            }
        var seen = value(left, first)
        if !right.isConstant, holds { seen += "; \(right.words) \(value(right, second))" }
        let wanted = right.isConstant ? limit(second, right, first) : clause(right, second)
        let isZeroTest = comparison == .equal && second.value == 0
        return judgement(
            holds, seen: seen, wanted: phrase + wanted, first.evidence + second.evidence,
            note: isZeroTest ? note(on: left) : hostNote(on: left))
    }

    private func within(
        _ quantity: Quantity, _ lower: Quantity, _ upper: Quantity
    ) throws(Unjudgeable) -> Judgement {
        let reading = try reader.read(quantity)
        let (low, high) = (try reader.read(lower), try reader.read(upper))
        return judgement(
            reading.value >= low.value && reading.value <= high.value, seen: value(quantity, reading),
            wanted: "\(limit(low, lower, reading)) to \(limit(high, upper, reading))",
            reading.evidence + low.evidence + high.evidence, note: hostNote(on: quantity))
    }

    private func share(
        _ part: Quantity, _ probability: Probability, _ whole: Quantity
    ) throws(Unjudgeable) -> Judgement {
        let (count, trials) = (try reader.read(part), try reader.read(whole))
        let of = "\(probability) of \(DecimalText.short(trials.value))"
        guard trials.value > 0 else {
            throw .inconclusive(
                "\(whole.words) \(value(whole, trials)): there was nothing to take a share of")
        }
        guard trials.value == trials.value.rounded(), trials.value < 1e9 else {
            throw .inconclusive("\(whole.words) \(value(whole, trials)), which is no number of trials")
        }
        let binomial = Binomial(trials: Int(trials.value), probability: probability.fraction)
        let bounds = binomial.bounds()
        guard bounds.range != 0...binomial.trials else {
            throw .inconclusive(
                "\(of) is anything from 0 to \(binomial.trials) at a false-alarm rate of 1e-6: too few trials to tell"
            )
        }
        let holds =
            count.value >= Double(bounds.range.lowerBound) && count.value <= Double(bounds.range.upperBound)
        let seen = value(part, count)
        let range = "\(bounds.range.lowerBound) to \(bounds.range.upperBound)"
        let rate = "\(of), false alarms \(ScientificText.short(bounds.falseAlarmRate))"
        return Judgement(
            outcome: holds ? .passed : .failed,
            finding: holds ? "\(seen), within \(range) (\(rate))" : "\(seen), wanted \(range) (\(rate))",
            evidence: count.evidence + trials.evidence)
    }

    private func judgement(
        _ holds: Bool, seen: String, wanted: String, _ evidence: [Evidence], note: String
    ) -> Judgement {
        Judgement(
            outcome: holds ? .passed : .failed,
            finding: (holds ? seen : "\(seen), wanted \(wanted)") + note, evidence: evidence)
    }

    // MARK: Words

    /// `rose by 20`, `did not move`, `is 41.2 ms`.
    private func value(_ quantity: Quantity, _ reading: Reading) -> String {
        quantity.isRising ? change(quantity, reading) : "is \(reading.text)"
    }

    private func change(_ quantity: Quantity, _ reading: Reading) -> String {
        if case .flow = quantity { return "is \(reading.text)" }
        if reading.value == 0 { return "did not move" }
        if reading.value > 0 { return "rose by \(reading.text)" }
        return "fell by \(Reading.text(-reading.value, reading.unit))"
    }

    /// A bound that is a number, in the author's words where they carry a unit.
    private func limit(_ bound: Reading, _ quantity: Quantity, _ reading: Reading) -> String {
        if case .number(_, let text) = quantity { return text }
        return Reading.text(bound.value, bound.unit == .count ? reading.unit : bound.unit)
    }

    /// A bound that was measured: `20 (client TcpExt.TCPSynRetrans)`.
    private func clause(_ quantity: Quantity, _ bound: Reading) -> String {
        "\(bound.text) (\(quantity.words))"
    }

    private func note(on quantity: Quantity) -> String {
        let host = hostNote(on: quantity)
        if !host.isEmpty { return host }
        for case .counter(_, let id) in quantity.leaves {
            if let reason = OrdinaryCounters.idleReason(id) {
                return "; it also moves in an idle lab: \(reason)"
            }
        }
        return ""
    }

    private func hostNote(on quantity: Quantity) -> String {
        for case .counter(_, let id) in quantity.leaves where id.isHostWide {
            return "; the whole machine moves \(id)"
        }
        return ""
    }
}

/// Very small numbers without Foundation.
enum ScientificText {
    /// `9.1e-07` as `9.1e-7`; 0 as `0`.
    static func short(_ value: Double) -> String {
        guard value > 0, value.isFinite else { return "0" }
        var (mantissa, exponent) = (value, 0)
        while mantissa < 1 {
            mantissa *= 10
            exponent -= 1
        }
        while mantissa >= 9.95 {
            mantissa /= 10
            exponent += 1
        }
        let digits = DecimalText.short(mantissa, decimals: 1)
        return exponent == 0 ? digits : "\(digits)e\(exponent)"
    }
}
