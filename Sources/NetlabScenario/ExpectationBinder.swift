import NetlabModel

/// Reads the expectations of all phases against what the phases are made of.
struct ExpectationBinder {
    let complaints: Complaints
    let drafts: [PhaseDraft]
    let phases: [PhasePlan]
    /// Every flow that the file names, readable or not.
    let flowNames: [String]
    /// The flows of all phases that could be read, running or not.
    let flows: [Flow]

    func bound() -> [PhasePlan] {
        var scope = everything()
        var result = phases
        for index in phases.indices {
            let running = drafts[index].traffic.map(Set.init) ?? Set(scope.flows.keys)
            scope.phases.append((phases[index].name, running))
            result[index].expectations = drafts[index].claims.compactMap { claim in
                guard let predicate = ExpectationParser.parse(claim.tree, scope, complaints) else {
                    return nil
                }
                return Expectation(
                    text: claim.tree.text ?? "", because: claim.because, predicate: predicate,
                    kernel: claim.kernel, position: claim.tree.position)
            }
        }
        complainAboutProofs(result)
        return result
    }

    /// Nodes, links, rules and flows of any phase.
    private func everything() -> ExpectationScope {
        var scope = ExpectationScope()
        for phase in phases {
            for state in [phase.state] + phase.steps.map(\.state) {
                for node in state.nodes {
                    scope.nodes[node.name] = node.interfaces.map(\.name)
                    let rules = node.firewall.rules.map(\.name) + node.firewall.iptables.map(\.name)
                    scope.rules[node.name, default: []].formUnion(rules)
                }
                for link in state.links {
                    scope.links[link.name, default: []].formUnion(link.impairments.map(\.name))
                }
            }
        }
        for flow in flows { scope.flows[flow.name] = flow.kind }
        scope.unreadableFlows = Set(flowNames).subtracting(scope.flows.keys)
        return scope
    }

    /// A fault phase whose expectations all hold in the control phase as well proves nothing.
    private func complainAboutProofs(_ phases: [PhasePlan]) {
        let control = Set(phases.filter { $0.role == .control }.flatMap(\.expectations).map(\.predicate))
        for (draft, phase) in zip(drafts, phases) where phase.role == .fault {
            // An expectation that could not be read is an error of its own.
            guard draft.claims.count == phase.expectations.count else { continue }
            if phase.expectations.allSatisfy({ control.contains($0.predicate) }) {
                complaints.warning(
                    phase.expectations.isEmpty
                        ? "the fault phase \(phase.name) expects nothing"
                        : "the fault phase \(phase.name) expects nothing that the control phase does not",
                    at: phase.position, hint: "say what must differ: that is what the fault is known by")
            }
        }
    }
}
