import NetlabModel

/// Reads one node: its interfaces, routes, neighbours, settings, files and packet filter.
struct NodeDecoder {
    let complaints: Complaints
    /// Whether the node has an IPv6 address in any phase.
    let hasIPv6: Bool

    func node(_ name: String, _ tree: YAMLTree) -> Node? {
        guard let reader = NodeReader(tree, "a node", complaints) else { return nil }
        var node = Node(name: name)
        let interfaces = reader.value("interfaces")
        if let interfaces {
            if let entries = interfaces.entries {
                node.interfaces = entries.compactMap {
                    InterfaceDecoder(complaints: complaints).interface($0)
                }
            } else {
                complaints.error(
                    "interfaces want names with addresses, and here is \(interfaces.kindText)",
                    at: interfaces.position, hint: "write interfaces: { eth0: 10.0.0.1/24 }")
            }
        }
        let names = node.interfaces.map(\.name)
        if let routes = reader.value("routes") {
            if let items = routes.items {
                node.routes = items.compactMap {
                    RouteDecoder(complaints: complaints, interfaces: names).route($0)
                }
            } else {
                complaints.error(
                    "routes want a list, and here is \(routes.kindText)", at: routes.position,
                    hint: "write routes: [default via 10.0.0.254]")
            }
        }
        node.sysctls = sysctls(reader, interfaces: names)
        node.neighbours = neighbours(reader.value("neighbours"), node)
        if let hosts = reader.value("hosts"), let files = NodeReader(hosts, "hosts", complaints) {
            for entry in files.entries {
                let isName = entry.key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }
                guard isName, IPAddress(entry.key) == nil else {
                    complaints.error(
                        "\"\(entry.key.shortened)\" is not a name for a hosts file", at: entry.keyPosition,
                        hint: "write the name first: hosts: { web.example: 10.0.0.1 }")
                    continue
                }
                if let address = files.address(entry.key) { node.hosts[entry.key] = address }
            }
        }
        node.resolver = reader.text("resolver")
        node.firewall = FirewallDecoder(complaints: complaints, interfaces: names).firewall(reader)
        if let tree = reader.value("conntrack") {
            let conntrack = ConntrackDecoder(complaints: complaints, interfaces: names).conntrack(tree)
            // What the author writes under sysctl wins.
            let own = Set(node.sysctls.map(\.name))
            node.sysctls.insert(contentsOf: conntrack.sysctls.filter { !own.contains($0.name) }, at: 0)
            node.firewall.rules += conntrack.rules
        }
        reader.finish(synonyms: [
            "sysctls": "sysctl", "neighbors": "neighbours", "neigh": "neighbours", "route": "routes",
            "interface": "interfaces", "ip_forward": "forward",
        ])
        return node
    }

    /// First what netlab sets by itself, so that the author's own settings win.
    private func sysctls(_ reader: NodeReader, interfaces: [String]) -> [SysctlSetting] {
        var settings: [SysctlSetting] = []
        if !hasIPv6 {
            for scope in ["all", "default"] {
                settings.append(SysctlSetting(name: "net.ipv6.conf.\(scope).disable_ipv6", value: "1"))
            }
        }
        if let forwards = reader.boolean("forward") {
            let value = forwards ? "1" : "0"
            settings.append(SysctlSetting(name: "net.ipv4.ip_forward", value: value))
            if hasIPv6 {
                settings.append(SysctlSetting(name: "net.ipv6.conf.all.forwarding", value: value))
            }
        }
        guard let tree = reader.value("sysctl"), let own = NodeReader(tree, "sysctl", complaints) else {
            return settings
        }
        for entry in own.entries {
            guard let setting = SysctlDecoder.nodeSetting(entry, interfaces: interfaces, complaints) else {
                continue
            }
            settings.removeAll { $0.name == setting.name }
            settings.append(setting)
        }
        return settings
    }

    /// `{ 10.0.0.2: 02:…:01 }`, or a list of mappings with address, mac and dev.
    private func neighbours(_ tree: YAMLTree?, _ node: Node) -> [Neighbour] {
        guard let tree else { return [] }
        if let items = tree.items {
            return items.compactMap { item in
                guard let reader = NodeReader(item, "a neighbour", complaints) else { return nil }
                let address = reader.required("address").flatMap { complaints.address($0, "address") }
                let mac = reader.required("mac").flatMap { complaints.mac($0, "mac") }
                let words = Dictionary(uniqueKeysWithValues: node.interfaces.map { ($0.name, $0.name) })
                let device = reader.has("dev") ? reader.word("dev", words) : device(of: address, node, item)
                reader.finish(synonyms: ["lladdr": "mac", "device": "dev"])
                guard let address, let mac, let device else { return nil }
                return Neighbour(address: address, mac: mac, device: device)
            }
        }
        guard let reader = NodeReader(tree, "neighbours", complaints) else { return [] }
        return reader.entries.compactMap { entry in
            guard let address = IPAddress(entry.key) else {
                complaints.error("\"\(entry.key.shortened)\" is not an address", at: entry.keyPosition)
                return nil
            }
            guard let mac = complaints.mac(entry.value, entry.key),
                let device = device(of: address, node, entry.value)
            else { return nil }
            return Neighbour(address: address, mac: mac, device: device)
        }
    }

    private func device(of address: IPAddress?, _ node: Node, _ tree: YAMLTree) -> String? {
        guard let address else { return nil }
        if let interface = node.interfaces.first(where: { $0.addresses.contains { $0.contains(address) } }) {
            return interface.name
        }
        if node.interfaces.count == 1 { return node.interfaces[0].name }
        complaints.error(
            "the neighbour \(address) is in no subnet of \(node.name)", at: tree.position,
            hint: "write - { address: \(address), mac: 02:00:00:00:00:01, dev: eth0 }")
        return nil
    }
}
