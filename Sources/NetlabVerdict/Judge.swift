import NetlabModel

/// Turns what was seen into a verdict: a pure function of a record and of the plan it was made from.
public enum Judge {
    /// Judges every expectation of every phase, and the run as a whole.
    ///
    /// Neither the record nor the plan is changed, nothing is read from outside, and the same two values give the same
    /// verdict on every machine. The worst outcome wins: failed, inconclusive, unsupported, passed.
    public static func judge(_ record: RunRecord, plan: Plan) -> Verdict {
        let causes = self.causes(of: record, plan)
        var phases: [PhaseVerdict] = []
        if record.missing.isEmpty && isReadable(record, plan) {
            for (index, phasePlan) in plan.phases.enumerated() {
                let previous = index > 0 ? plan.phases[index - 1] : nil
                if let phase = record.phases.first(where: { $0.name == phasePlan.name }) {
                    phases.append(
                        PhaseJudge(record: record, plan: phasePlan, previous: previous, phase: phase).judge())
                } else {
                    phases.append(missing(phasePlan))
                }
            }
        }
        let judged = phases.filter { !$0.expectations.isEmpty || !$0.causes.isEmpty }
        var outcomes = judged.map(\.outcome) + causes.map(\.0)
        var texts = causes.map(\.1)
        if outcomes.isEmpty {
            outcomes = [.inconclusive]
            texts = ["the plan expects nothing, so nothing was judged"]
        }
        return Verdict(outcome: .merged(outcomes), causes: texts, phases: phases)
    }

    /// What concerns the run as a whole, with the outcome it leads to.
    private static func causes(of record: RunRecord, _ plan: Plan) -> [(Outcome, String)] {
        var causes: [(Outcome, String)] = []
        if record.format != RunRecord.currentFormat {
            causes.append(
                (
                    .inconclusive,
                    "the record has format \(record.format), this netlab judges format \(RunRecord.currentFormat)"
                ))
        } else if record.planHash != plan.source.hash {
            causes.append(
                (
                    .inconclusive,
                    "the record was made from another text of the scenario: plan hash \(record.planHash), "
                        + "this one has \(plan.source.hash)"
                ))
        }
        causes += record.leaks.map { (.failed, "left behind: \($0)") }
        causes += record.missing.map {
            (.unsupported, "needs \($0.need): \($0.reason)" + ($0.cure.isEmpty ? "" : "; \($0.cure)"))
        }
        if let interruption = record.interruption {
            causes.append((.inconclusive, "the run was interrupted: \(interruption)"))
        }
        if let failure = record.failure {
            causes.append((.inconclusive, "the run ended early: \(failure)"))
        }
        return causes
    }

    private static func isReadable(_ record: RunRecord, _ plan: Plan) -> Bool {
        record.format == RunRecord.currentFormat && record.planHash == plan.source.hash
    }

    private static func missing(_ plan: PhasePlan) -> PhaseVerdict {
        let expectations = plan.expectations.map {
            ExpectationVerdict(
                text: $0.text, because: $0.because, outcome: .inconclusive, finding: "the phase did not run",
                evidence: [])
        }
        return PhaseVerdict(
            name: plan.name, outcome: .inconclusive, causes: ["the phase did not run"],
            expectations: expectations, unmentioned: [])
    }
}
