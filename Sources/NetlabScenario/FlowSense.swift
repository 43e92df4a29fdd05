import NetlabModel

/// Checks whether the flows of a phase in which nothing is wrong can reach what they are sent to.
struct FlowSense {
    let complaints: Complaints
    let tree: StateTree
    let phases: [PhasePlan]

    func check() {
        for phase in phases {
            let running = Set(phase.flows.map(\.name))
            for flow in phase.flows {
                if let after = flow.after, !running.contains(after), !complaints.hasErrors {
                    complaints.error(
                        "\(flow.name) starts after \(after), which does not run in \(phase.name)",
                        at: place(flow, "after"))
                }
            }
            checkCircles(phase.flows)
        }
        // Anything that is wrong elsewhere may be the reason why a way cannot be found.
        guard let control = phases.first, control.role == .control, !complaints.hasErrors else { return }
        for flow in control.flows { checkReach(flow, control.state) }
    }

    private func place(_ flow: Flow, _ key: String) -> SourcePosition {
        let entry = tree.traffic.first { $0.key == flow.name }
        return entry?.value[key]?.position ?? entry?.keyPosition ?? SourcePosition(line: 1, column: 1)
    }

    private func checkCircles(_ flows: [Flow]) {
        for flow in flows {
            var seen: Set<String> = [flow.name]
            var current = flow
            while let after = current.after, let next = flows.first(where: { $0.name == after }) {
                guard seen.insert(after).inserted else {
                    complaints.error("\(flow.name) waits for itself", at: place(flow, "after"))
                    return
                }
                current = next
            }
        }
    }

    /// Follows the packet from node to node, as far as routes tell; translation of addresses ends the search.
    private func checkReach(_ flow: Flow, _ state: LabState) {
        if case .exec = flow.kind { return }
        let target = flow.to.address
        guard var node = state.node(flow.from) else { return }
        var hops = 0
        while !node.owns(target) {
            guard let route = lookup(target, node) else {
                complaints.error(
                    "\(flow.name) cannot reach \(target): \(node.name) has no route to it",
                    at: place(flow, "to"), hint: "write routes: [default via …] at \(node.name)")
                return
            }
            guard route.kind == .unicast else { return }
            let hop = route.gateway ?? target
            guard let next = neighbour(hop, of: node, state) else { return }
            if next.owns(target) { return }
            if next.firewall.rules.contains(where: \.isNAT) || !next.firewall.iptables.isEmpty
                || next.firewall.nft != nil
            {
                return
            }
            let forwarding = target.isIPv6 ? "net.ipv6.conf.all.forwarding" : "net.ipv4.ip_forward"
            guard next.sysctls.contains(where: { $0.name == forwarding && $0.value == "1" }) else {
                complaints.error(
                    "\(flow.name) cannot reach \(target): \(next.name) does not forward",
                    at: place(flow, "to"),
                    hint: "write forward: true at \(next.name)")
                return
            }
            node = next
            hops += 1
            if hops > state.nodes.count {
                complaints.error(
                    "\(flow.name) cannot reach \(target): the routes lead in a circle", at: place(flow, "to"))
                return
            }
        }
    }

    /// The route with the longest prefix, connected subnets included.
    private func lookup(_ address: IPAddress, _ node: Node) -> Route? {
        var routes = node.routes
        for interface in node.interfaces {
            for prefix in interface.addresses {
                var route = Route(destination: prefix.network)
                route.device = interface.name
                routes.append(route)
            }
        }
        return routes.filter { $0.destination.contains(address) }.max {
            ($0.destination.length, -($0.metric ?? 0)) < ($1.destination.length, -($1.metric ?? 0))
        }
    }

    private func neighbour(_ address: IPAddress, of node: Node, _ state: LabState) -> Node? {
        for link in state.links where link.ends.contains(where: { $0.node == node.name }) {
            for end in link.ends where end.node != node.name {
                if state.interface(end)?.addresses.contains(where: { $0.address == address }) == true {
                    return state.node(end.node)
                }
            }
        }
        return nil
    }
}
