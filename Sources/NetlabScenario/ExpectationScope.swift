import NetlabModel

/// What an expectation of one phase can be about.
struct ExpectationScope {
    /// Node → its interfaces.
    var nodes: [String: [String]] = [:]
    /// Link → names of its impairments, in any phase.
    var links: [String: Set<String>] = [:]
    /// Node → names of its firewall rules, in any phase.
    var rules: [String: Set<String>] = [:]
    var flows: [String: FlowKind] = [:]
    /// Flows with mistakes of their own: nothing more is said about them.
    var unreadableFlows: Set<String> = []
    /// The flows that run in each phase up to this one; the last is this phase itself.
    var phases: [(name: String, running: Set<String>)] = []

    var subjects: [String] {
        nodes.flatMap { node, interfaces in [node] + interfaces.map { "\(node)/\($0)" } } + links.keys
    }

    func place(of subject: String) -> CounterFamily.Place? {
        if links[subject] != nil { return .link }
        if nodes[subject] != nil { return .node }
        if let id = InterfaceID(subject), nodes[id.node]?.contains(id.interface) == true { return .interface }
        return nil
    }
}
