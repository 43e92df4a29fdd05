import NetlabModel

/// Judges one phase that ran.
struct PhaseJudge {
    let record: RunRecord
    let plan: PhasePlan
    let previous: PhasePlan?
    let phase: PhaseRecord

    func judge() -> PhaseVerdict {
        let causes = self.causes()
        let reader = QuantityReader(record: record, phase: phase)
        let expectations = plan.expectations.map { expectation in
            if let refusal = refusal(of: expectation) { return refusal }
            var judgement = PredicateJudge(reader: reader).judge(expectation.predicate)
            let uncounted = UncountedDrops(record: record, phase: phase)
            if judgement.outcome == .failed, let doubt = uncounted.doubt(about: expectation.predicate) {
                judgement.outcome = .inconclusive
                judgement.finding += "; \(doubt)"
            }
            // Without traffic or without its fault a phase proves nothing, whichever way its counters stand.
            let isVoid = !causes.isEmpty && judgement.outcome != .unsupported
            return ExpectationVerdict(
                text: expectation.text, because: expectation.because,
                outcome: isVoid ? .inconclusive : judgement.outcome, finding: judgement.finding,
                evidence: judgement.evidence)
        }
        let asked = zip(plan.expectations, expectations).filter { refusal(of: $0.0) == nil }.map(\.1)
        // Where nothing of it is asked, the phase shows nothing either.
        let outcomes =
            (asked.isEmpty ? expectations : asked).map(\.outcome) + causes.map { _ in .inconclusive }
        return PhaseVerdict(
            name: plan.name,
            // A phase may prepare the next one and expect nothing itself; the run as a whole may not.
            outcome: outcomes.isEmpty ? .passed : .merged(outcomes),
            causes: causes, expectations: expectations, unmentioned: unmentioned(),
            books: Bookkeeper(plan: plan, phase: phase).entries())
    }

    /// The verdict on an expectation that is not asked of the kernel that ran; nil if it is.
    private func refusal(of expectation: Expectation) -> ExpectationVerdict? {
        guard let range = expectation.kernel, range.contains(record.host.kernel) == false else { return nil }
        return ExpectationVerdict(
            text: expectation.text, because: expectation.because, outcome: .unsupported,
            finding: "asked of kernels \(range) only, this is \(record.host.kernel)", evidence: [])
    }

    private func causes() -> [String] {
        if phase.after.readings.isEmpty { return ["the phase ended before its counters were read"] }
        var causes = plan.flows.compactMap(causeOfSilence)
        if record.withheld != plan.name {
            causes += FiredCheck(plan: plan, previous: previous, record: phase).causes()
        }
        return causes
    }

    /// Why a flow proves nothing, or nil if it ran.
    private func causeOfSilence(_ flow: Flow) -> String? {
        guard let outcome = phase.flows[flow.name] else { return "traffic \(flow.name) never ran" }
        if let failure = outcome.failure { return "traffic \(flow.name) never ran: \(failure)" }
        switch flow.kind {
        case .exec(let program):
            let hasEnded = outcome.values["exit_code"] != nil || outcome.values["signal"] != nil
            return hasEnded || program.isServer
                ? nil : "traffic \(flow.name) never ran: the program did not end"
        case .tcpRequest, .tcpConnect, .tcpStream, .udpStream, .udpRequest, .ping, .forge:
            let tries = max(outcome.values["attempted"] ?? 0, outcome.values["sent"] ?? 0)
            return tries > 0 || !outcome.attempts.isEmpty
                ? nil : "traffic \(flow.name) never ran: it made no attempt"
        }
    }

    /// What moved without any expectation speaking of it.
    private func unmentioned() -> [MovedCounter] {
        var mentioned: Set<String> = []
        for quantity in plan.expectations.flatMap(\.predicate.quantities).flatMap(\.leaves) {
            mentioned.insert(quantity.words)
        }
        var moved: [MovedCounter] = []
        for (subject, readings) in phase.after.readings {
            for (name, after) in readings {
                guard let id = CounterID(name), !id.isGauge, !mentioned.contains("\(subject) \(name)") else {
                    continue
                }
                let before = phase.before.readings[subject]?[name]
                guard before != nil || id.beginsAtZero else { continue }
                let delta = after - (before ?? 0)
                if delta == 0 { continue }
                moved.append(
                    MovedCounter(
                        subject: subject, id: name, delta: delta,
                        isOrdinary: OrdinaryCounters.movesWithTraffic(id)))
            }
        }
        return moved.sorted {
            ($0.isOrdinary ? 1 : 0, $0.subject, $0.id) < ($1.isOrdinary ? 1 : 0, $1.subject, $1.id)
        }
    }
}
