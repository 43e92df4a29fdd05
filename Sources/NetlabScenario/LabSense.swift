import NetlabModel

/// Checks whether a lab makes sense before any phase has changed it. A phase may then break it on purpose.
struct LabSense {
    let complaints: Complaints
    let tree: StateTree
    let state: LabState
    let allowsDuplicates: Bool

    func check() {
        checkEnds()
        for link in state.links { checkSubnets(link) }
        if !allowsDuplicates { for link in state.links { checkDuplicates(link) } }
        checkRoutes()
    }

    /// The part that holds in every phase: the kernel refuses a route whose next hop is on no connected subnet.
    ///
    /// - Parameter earlier: a state that has been checked: what is as it was there is left out.
    func checkRoutes(since earlier: StateTree? = nil) {
        for (index, part) in tree.nodes.enumerated() {
            if let earlier, earlier.nodes[index].revision === part.revision { continue }
            if let node = state.node(part.key) { checkRoutes(node) }
        }
    }

    // MARK: Places in the file

    private func position(_ id: InterfaceID) -> SourcePosition {
        interfaceEntry(id)?.keyPosition ?? SourcePosition(line: 1, column: 1)
    }

    private func interfaceEntry(_ id: InterfaceID) -> YAMLTree.Entry? {
        tree.nodes.first { $0.key == id.node }?.value["interfaces"]?.entries?.first { $0.key == id.interface }
    }

    private func position(_ prefix: IPPrefix, at id: InterfaceID) -> SourcePosition {
        guard let interface = interfaceEntry(id)?.value else { return position(id) }
        for key in ["addresses", "address"] {
            guard let value = interface[key] else { continue }
            for item in value.items ?? [value] where item.text.flatMap(IPPrefix.init) == prefix {
                return item.position
            }
        }
        return position(id)
    }

    // MARK: Links

    private func checkEnds() {
        var used: [InterfaceID: String] = [:]
        for (link, entry) in zip(
            state.links, tree.links.filter { name in state.links.contains { $0.name == name.key } })
        {
            let ends = entry.value["ends"]?.items ?? []
            for item in ends {
                guard let id = item.text.flatMap(InterfaceID.init) else { continue }
                if let other = used[id] {
                    complaints.error(
                        "\(id) is already an end of \(other)", at: item.position,
                        hint: "an interface is in one link; give the node a second one")
                }
                used[id] = link.name
            }
        }
        var names: Set<String> = []
        for entry in tree.links where !names.insert(entry.key).inserted {
            complaints.error("two links are called \(entry.key)", at: entry.keyPosition)
        }
        // A misspelt end would make the right one look forgotten.
        let isWhole = zip(tree.links, state.links).allSatisfy { entry, link in
            entry.value["ends"]?.items?.count == link.ends.count
        }
        guard isWhole, tree.hasAllLinks, tree.links.count == state.links.count else { return }
        for node in state.nodes {
            for interface in node.interfaces where interface.name != "lo" {
                let id = InterfaceID(node: node.name, interface: interface.name)
                if used[id] == nil {
                    complaints.warning("\(id) is in no link", at: position(id))
                }
            }
        }
    }

    private func addresses(_ id: InterfaceID) -> [IPPrefix] {
        (state.interface(id)?.addresses ?? []).filter { !$0.address.isLinkLocal }
    }

    /// Each end has to have a subnet in common with another one, in each family that both have.
    private func checkSubnets(_ link: Link) {
        for end in link.ends {
            // Of two ends that do not fit, one is told.
            let isTold = link.ends.count > 2 || end == link.ends.last
            let mine = addresses(end)
            for isIPv6 in [false, true] {
                let own = mine.filter { $0.address.isIPv6 == isIPv6 }
                let others = link.ends.filter { $0 != end }.flatMap { other in
                    addresses(other).filter { $0.address.isIPv6 == isIPv6 }.map { (other, $0) }
                }
                guard let first = own.first, let (peer, example) = others.first else { continue }
                func shares(_ prefix: IPPrefix) -> Bool {
                    others.contains { prefix.contains($0.1.address) || $0.1.contains(prefix.address) }
                }
                if !own.contains(where: shares) {
                    guard isTold else { continue }
                    complaints.error(
                        "\(first) of \(end) is in no subnet of its link: \(peer) has \(example)",
                        at: position(first, at: end), hint: "the ends of a link share a subnet")
                    continue
                }
                let full = isIPv6 ? 128 : 32
                for prefix in own where !shares(prefix) && prefix.length != full {
                    complaints.warning(
                        "\(prefix) of \(end) shares its subnet with nobody on its link",
                        at: position(prefix, at: end),
                        hint: "write /\(full) if the address shall stand alone")
                }
            }
        }
    }

    private func checkDuplicates(_ link: Link) {
        var owners: [IPAddress: InterfaceID] = [:]
        for end in link.ends {
            for prefix in state.interface(end)?.addresses ?? [] {
                if let other = owners[prefix.address], other != end {
                    complaints.error(
                        "\(prefix.address) is an address of both \(other) and \(end)",
                        at: position(prefix, at: end),
                        hint: "if that is the point, write duplicate-address: true at the top")
                }
                owners[prefix.address] = end
            }
        }
    }

    // MARK: Routes

    private func hasAllAddresses(_ node: Node) -> Bool {
        let entries = tree.nodes.first { $0.key == node.name }?.value["interfaces"]?.entries ?? []
        return entries.count == node.interfaces.count
            && zip(entries, node.interfaces).allSatisfy { entry, interface in
                let addresses = entry.value["addresses"]
                return (addresses.map { $0.items?.count ?? 1 } ?? 0) == interface.addresses.count
            }
    }

    private func checkRoutes(_ node: Node) {
        let items = tree.nodes.first { $0.key == node.name }?.value["routes"]?.items ?? []
        // Routes that could not be read are missing in the state: then the places do not match.
        guard items.count == node.routes.count else { return }
        // What a next hop can be is known only where every address could be read.
        let knowsAddresses = hasAllAddresses(node)
        var keys: Set<String> = []
        for (route, item) in zip(node.routes, items) {
            if !keys.insert(route.key).inserted {
                complaints.error(
                    "\(node.name) has a second route to \(route.destination)", at: item.position,
                    hint: "give it another metric")
            }
            guard route.kind == .unicast else { continue }
            guard let gateway = route.gateway else {
                if route.device == nil {
                    complaints.error(
                        "the route to \(route.destination) says neither via nor dev", at: item.position,
                        hint: "write via 10.0.0.254, or dev eth0")
                }
                continue
            }
            if route.isOnLink || !knowsAddresses { continue }
            let interfaces = node.interfaces.filter { route.device == nil || $0.name == route.device }
            if node.owns(gateway) {
                complaints.error(
                    "the next hop \(gateway) is an address of \(node.name) itself", at: item.position)
            } else if !gateway.isLinkLocal,
                !interfaces.contains(where: { $0.addresses.contains { $0.contains(gateway) } })
            {
                complaints.error(
                    "the next hop \(gateway) is in no subnet of \(node.name)\(route.device.map { "/\($0)" } ?? "")",
                    at: item.position,
                    hint: "the kernel takes only a next hop on a connected subnet, or onlink")
            }
            if let source = route.source, !node.owns(source) {
                complaints.error("src \(source) is not an address of \(node.name)", at: item.position)
            }
        }
    }
}
