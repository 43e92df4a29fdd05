import NetlabModel

/// Reads one `StateTree` as a `LabState` and its flows.
///
/// What holds for all phases, because changing it would change the topology, is told by the context.
struct LabReader {
    struct Context {
        /// Links that are impaired in any phase: they need a middle in all of them.
        var impairedLinks: Set<String> = []
        /// Links of which an end is without carrier in some phase: they need something to be pulled out of.
        var severedLinks: Set<String> = []
        /// Nodes with an IPv6 address in any phase: the others have IPv6 switched off.
        var ipv6Nodes: Set<String> = []
        /// What impaired links have that leave their driver to netlab; nil leaves it there.
        var driver: Link.Driver?
    }

    let complaints: Complaints
    let context: Context

    /// What all phases have in common.
    static func context(of states: [StateTree]) -> Context {
        var context = Context()
        for state in states {
            let severed = state.nodes.flatMap { node in
                (node.value["interfaces"]?.entries ?? []).filter { $0.value["carrier"] != nil }
                    .map { "\(node.key)/\($0.key)" }
            }
            for link in state.links {
                let ends = (link.value["ends"] ?? link.value).items ?? []
                if ends.contains(where: { $0.text.map(severed.contains) ?? false }) {
                    context.severedLinks.insert(link.key)
                }
            }
            for link in state.links where link.value["impair"]?.entries?.isEmpty == false {
                context.impairedLinks.insert(link.key)
            }
            for node in state.nodes where !context.ipv6Nodes.contains(node.key) {
                for interface in node.value["interfaces"]?.entries ?? [] {
                    let trees = ["address", "addresses"].compactMap { interface.value[$0] }
                    if trees.flatMap({ $0.items ?? [$0] }).contains(where: { $0.text?.contains(":") == true })
                    {
                        context.ipv6Nodes.insert(node.key)
                    }
                }
            }
        }
        return context
    }

    /// What the previous state was read as. Most phases change one thing, and all the rest has been read and judged.
    private struct Memory {
        var nodes: [String: (part: StateTree.Part.Revision, node: Node?)] = [:]
        var links: [String: (part: StateTree.Part.Revision, link: Link?)] = [:]
        var flows: [String: (part: StateTree.Part.Revision, flow: Flow?)] = [:]
        /// What links and flows were read with.
        var ground: [Node] = []
    }

    private var memory = Memory()

    init(complaints: Complaints, context: Context) {
        self.complaints = complaints
        self.context = context
    }

    mutating func state(_ tree: StateTree) -> LabState {
        var state = LabState()
        state.nodes = tree.nodes.compactMap { node($0) }
        forgetWhatStandsOn(state.nodes)
        state.links = tree.links.compactMap { link($0, nodes: state.nodes) }
        state.host = tree.host.compactMap { SysctlDecoder.setting($0, complaints) }
        return state
    }

    /// The flows of a state that has just been read.
    mutating func flows(_ tree: StateTree, in state: LabState) -> [Flow] {
        let decoder = FlowDecoder(complaints: complaints, state: state, flowNames: tree.traffic.map(\.key))
        return tree.traffic.compactMap { part in
            if let known = memory.flows[part.key], known.part === part.revision { return known.flow }
            let flow = decoder.flow(part.entry)
            memory.flows[part.key] = (part.revision, flow)
            return flow
        }
    }

    /// Links and flows are made of names and addresses of nodes: where those differ, they have to be read again.
    private mutating func forgetWhatStandsOn(_ nodes: [Node]) {
        let isSame = nodes.elementsEqual(memory.ground) { new, old in
            new.name == old.name && new.hosts == old.hosts
                && new.interfaces.elementsEqual(old.interfaces) {
                    $0.name == $1.name && $0.addresses == $1.addresses
                }
        }
        if isSame { return }
        memory.links = [:]
        memory.flows = [:]
        memory.ground = nodes
    }

    private mutating func node(_ part: StateTree.Part) -> Node? {
        if let known = memory.nodes[part.key], known.part === part.revision { return known.node }
        let decoder = NodeDecoder(
            complaints: complaints, hasIPv6: context.ipv6Nodes.contains(part.key))
        let node = decoder.node(part.key, part.value)
        memory.nodes[part.key] = (part.revision, node)
        return node
    }

    private mutating func link(_ part: StateTree.Part, nodes: [Node]) -> Link? {
        if let known = memory.links[part.key], known.part === part.revision { return known.link }
        let decoder = LinkDecoder(
            complaints: complaints, isImpaired: context.impairedLinks.contains(part.key),
            isSevered: context.severedLinks.contains(part.key), wanted: context.driver)
        let link = decoder.link(part.key, part.value, nodes: nodes)
        memory.links[part.key] = (part.revision, link)
        return link
    }
}
