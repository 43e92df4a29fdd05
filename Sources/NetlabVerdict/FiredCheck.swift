import NetlabModel

/// Finds impairments and fatal rules of a phase that never touched a packet: what they should have broken was then not
/// broken, and nothing that was seen proves anything.
struct FiredCheck {
    let plan: PhasePlan
    /// The phase before, if there is one.
    let previous: PhasePlan?
    let record: PhaseRecord

    /// One cause for each of them.
    func causes() -> [String] {
        var causes: [String] = []
        var seen: Set<String> = []
        for (subject, id, what) in suspects() where seen.insert("\(subject) \(id)").inserted {
            if isExpectedToRest(subject, id) { continue }
            switch movement(of: id, at: subject) {
            case .success(let moved) where moved: continue
            case .success: causes.append("\(what) never fired: \(subject) \(id) did not move")
            case .failure(let error): causes.append("\(what) cannot be proved to have fired: \(error.text)")
            }
        }
        return causes
    }

    private func movement(of id: CounterID, at subject: String) -> Result<Bool, Unjudgeable> {
        do {
            let reader = CounterReader(phase: record, isWithheld: false)
            return .success(try reader.delta(of: id, at: subject).value > 0)
        } catch {
            return .failure(error)
        }
    }

    private var states: [LabState] { [plan.state] + plan.steps.map(\.state) }

    private func suspects() -> [(subject: String, id: CounterID, what: String)] {
        var suspects: [(String, CounterID, String)] = []
        for state in states {
            for link in state.links {
                for impairment in link.impairments where mustFire(impairment, of: link) {
                    suspects.append(
                        (
                            link.name, CounterID(.impair, "", selector: impairment.name),
                            "impairment \(impairment.name) of link \(link.name)"
                        ))
                }
            }
            for node in state.nodes {
                for rule in newFatalRules(of: node) {
                    suspects.append(
                        (node.name, CounterID(.rule, "", selector: rule), "rule \(rule) of \(node.name)"))
                }
            }
        }
        return suspects
    }

    /// A bare queue limit is a property of the link; only one that this phase brings is meant to drop something.
    private func mustFire(_ impairment: NamedImpairment, of link: Link) -> Bool {
        switch impairment.impairment {
        case .loss, .delay, .reorder, .duplicate, .corrupt, .rate, .slot, .pattern, .emulate:
            return true
        case .limit:
            let before = previous?.state.links.first { $0.name == link.name }
            return before?.impairments.contains(impairment) != true
        }
    }

    private func newFatalRules(of node: Node) -> [String] {
        let before = previous?.state.node(node.name)?.firewall ?? Firewall()
        let rules = node.firewall.rules.filter { $0.isFatal && !before.rules.contains($0) }.map(\.name)
        let lines = node.firewall.iptables.filter { $0.isFatal && !before.iptables.contains($0) }.map(\.name)
        return rules + lines
    }

    /// Whether the author says that this very counter does not move.
    private func isExpectedToRest(_ subject: String, _ id: CounterID) -> Bool {
        let counter = Quantity.counter(subject: subject, id)
        return plan.expectations.contains { expectation in
            switch expectation.predicate {
            case .stays(let quantity): quantity == counter
            case .compare(let left, .equal, .number(let value, _)): left == counter && value == 0
            case .compare, .within, .rises, .share: false
            }
        }
    }
}

extension IptablesRule {
    /// Whether a match ends the packet's way, by the rule's target.
    var isFatal: Bool {
        zip(arguments, arguments.dropFirst()).contains { flag, target in
            ["-j", "--jump"].contains(flag) && ["DROP", "REJECT"].contains(target)
        }
    }
}
