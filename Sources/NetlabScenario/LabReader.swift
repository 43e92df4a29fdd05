import NetlabModel

/// Reads one `StateTree` as a `LabState` and its flows.
///
/// What holds for all phases, because changing it would change the topology, is told by the context.
struct LabReader {
    struct Context {
        /// Links that are impaired in any phase: they need a middle in all of them.
        var impairedLinks: Set<String> = []
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

    func state(_ tree: StateTree) -> LabState {
        var state = LabState()
        state.nodes = tree.nodes.compactMap { entry in
            NodeDecoder(complaints: complaints, hasIPv6: context.ipv6Nodes.contains(entry.key))
                .node(entry.key, entry.value)
        }
        state.links = tree.links.compactMap { entry in
            LinkDecoder(
                complaints: complaints, isImpaired: context.impairedLinks.contains(entry.key),
                wanted: context.driver
            )
            .link(entry.key, entry.value, nodes: state.nodes)
        }
        state.host = tree.host.compactMap { SysctlDecoder.setting($0, complaints) }
        return state
    }
}
