import NetlabModel

extension Proof {
    /// Compares a run with one whose fault (or remedy) was withheld in a phase, and says whether the scenario can fail.
    ///
    /// - Parameters:
    ///   - normal: the verdict of the run as planned.
    ///   - withheld: the verdict of the run in which the change of `phase` was left out.
    ///   - phase: the name of the phase whose change was withheld.
    /// - Returns: passed if the phase passed with its change and failed without it; failed if it passed without it;
    ///   otherwise what kept the answer from being found.
    public static func compare(normal: Verdict, withheld: Verdict, phase: String) -> Proof {
        guard let with = normal.phases.first(where: { $0.name == phase }),
            let without = withheld.phases.first(where: { $0.name == phase })
        else {
            let outcome = Outcome.merged([normal.outcome, withheld.outcome].filter { $0 != .passed })
            return Proof(
                phase: phase, outcome: outcome, cause: "phase \(phase) was not judged in both runs",
                expectations: [])
        }
        let expectations = zip(with.expectations, without.expectations).map { pair in
            ProvedExpectation(
                text: pair.0.text, withFault: pair.0.outcome, withoutFault: pair.1.outcome,
                finding: pair.1.finding)
        }
        var (outcome, cause) = proved(phase, with.outcome, without.outcome, expectations)
        // Where a run did not come to its end, only the run as a whole knows why.
        if outcome == .inconclusive {
            let why = normal.causes + withheld.causes + with.causes + without.causes
            if let why = why.first { cause += ": \(why)" }
        }
        return Proof(phase: phase, outcome: outcome, cause: cause, expectations: expectations)
    }

    /// Says of a phase whose change is for other kernels that nothing could be withheld.
    public static func withoutFault(phase: String, kernel: String) -> Proof {
        Proof(
            phase: phase, outcome: .unsupported,
            cause:
                "what phase \(phase) changes is for other kernels than \(kernel), so there was nothing to withhold;"
                + " `netlab show` says for which", expectations: [])
    }

    private static func proved(
        _ phase: String, _ with: Outcome, _ without: Outcome, _ expectations: [ProvedExpectation]
    ) -> (Outcome, String) {
        if with != .passed {
            return (with, "phase \(phase) is \(with) even with its change in place, so it proves nothing")
        }
        switch without {
        case .failed:
            let count = expectations.count { $0.discriminates }
            return (
                .passed,
                "without its change phase \(phase) fails, as it must; "
                    + "\(count) of \(expectations.count) expectations tell the two apart"
            )
        case .passed:
            return (.failed, "phase \(phase) passes without its change: its expectations prove nothing")
        case .inconclusive, .unsupported:
            return (without, "phase \(phase) is \(without) without its change, so the proof is open")
        }
    }
}
