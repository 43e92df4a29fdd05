import NetlabModel

/// What a phase wants, still as trees: each patch of a phase is laid over the tree of the phase before, and
/// the result is then read as if the author had written it out.
struct StateTree {
    /// A node, link or flow by its name.
    struct Part {
        /// What two parts share if no patch came between them: what has been read of one holds for the other.
        final class Revision {}

        var key: String
        var keyPosition: SourcePosition
        var value: YAMLTree {
            didSet { revision = Revision() }
        }
        private(set) var revision = Revision()

        init(_ entry: YAMLTree.Entry) {
            key = entry.key
            keyPosition = entry.keyPosition
            value = entry.value
        }

        var entry: YAMLTree.Entry { .init(key: key, keyPosition: keyPosition, value: value) }
    }

    var nodes: [Part] = []
    /// In short form `[a, b]` or in full; the key is the link's name.
    var links: [Part] = []
    var traffic: [Part] = []
    var host: [YAMLTree.Entry] = []
    /// Whether all links could be read, as far as their form goes.
    private(set) var hasAllLinks = true

    /// What a key of `set:` stands for.
    private enum Subject {
        case node(Int)
        case interface(Int, String)
        case link(Int)
        case flow(Int)
        case host
    }

    init(root: NodeReader) {
        let complaints = root.complaints
        nodes = Self.named(root.value("nodes"), "node", complaints).map { entry in
            var entry = entry
            entry.value = Self.withFullInterfaces(entry.value)
            return Part(entry)
        }
        let linkTree = root.value("links")
        links = Self.links(linkTree, complaints).map(Part.init)
        hasAllLinks = links.count == (linkTree?.items?.count ?? (linkTree == nil ? 0 : -1))
        traffic = Self.named(root.value("traffic"), "flow", complaints).map(Part.init)
        if let host = root.value("host") {
            if let entries = host.entries {
                self.host = entries
            } else {
                complaints.error(
                    "host wants sysctls with values, and here is \(host.kindText)", at: host.position)
            }
        }
        complainAboutSharedNames(complaints)
    }

    /// Every word that can stand before a counter or in `set:`.
    var subjects: [String] {
        var words = ["host"]
        for node in nodes {
            words.append(node.key)
            for interface in node.value["interfaces"]?.entries ?? [] {
                words.append("\(node.key)/\(interface.key)")
            }
        }
        return words + links.map(\.key) + traffic.map(\.key)
    }

    private static func named(
        _ tree: YAMLTree?, _ what: String, _ complaints: Complaints
    ) -> [YAMLTree.Entry] {
        guard let tree else { return [] }
        guard let entries = tree.entries else {
            complaints.error(
                "\(what)s want names with values, and here is \(tree.kindText)", at: tree.position)
            return []
        }
        // A node with a bad name is still a node: what else is said about it shall not be a mystery.
        for entry in entries { _ = Name.check(entry.key, what, at: entry.keyPosition, complaints) }
        return entries
    }

    private mutating func complainAboutSharedNames(_ complaints: Complaints) {
        var taken: [String: String] = [:]
        for (entries, what) in [(nodes, "node"), (links, "link"), (traffic, "flow")] {
            for entry in entries {
                if entry.key == "host" {
                    complaints.error(
                        "\"host\" stands for the whole machine, and cannot be the name of a \(what)",
                        at: entry.keyPosition)
                }
                if let other = taken[entry.key] {
                    complaints.error(
                        "\"\(entry.key)\" is already the name of a \(other)", at: entry.keyPosition,
                        hint: "names of nodes, links and flows stand side by side in set: and expect:")
                }
                taken[entry.key] = what
            }
        }
    }

    // MARK: Short forms

    /// `eth0: 10.0.0.1/24` and `eth0: [a, b]` become `eth0: { addresses: … }`, so that a patch can be merged.
    private static func withFullInterfaces(_ node: YAMLTree) -> YAMLTree {
        guard var entries = node.entries,
            let index = entries.firstIndex(where: { $0.key == "interfaces" }),
            let interfaces = entries[index].value.entries
        else { return node }
        entries[index].value = .mapping(
            interfaces.map { entry in
                var entry = entry
                entry.value = fullInterface(entry.value)
                return entry
            }, at: entries[index].value.position)
        return .mapping(entries, at: node.position)
    }

    private static func fullInterface(_ tree: YAMLTree) -> YAMLTree {
        switch tree.content {
        case .mapping(var entries):
            // One key for both, so that a patch replaces what the base says in the other form.
            if tree["addresses"] == nil, let index = entries.firstIndex(where: { $0.key == "address" }) {
                entries[index].key = "addresses"
            }
            return .mapping(entries, at: tree.position)
        case .scalar(let scalar) where scalar.isNull: return tree
        case .scalar, .sequence:
            return .mapping(
                [.init(key: "addresses", keyPosition: tree.position, value: tree)], at: tree.position)
        }
    }

    private static func links(_ tree: YAMLTree?, _ complaints: Complaints) -> [YAMLTree.Entry] {
        guard let tree else { return [] }
        guard let items = tree.items else {
            complaints.error(
                "links wants a list, and here is \(tree.kindText)", at: tree.position,
                hint: "write - [client/eth0, server/eth0]")
            return []
        }
        let full = items.compactMap { item -> YAMLTree? in
            if item.items != nil {
                return .mapping(
                    [.init(key: "ends", keyPosition: item.position, value: item)], at: item.position)
            }
            if item.entries != nil { return item }
            complaints.error(
                "a link wants its ends, and here is \(item.kindText)", at: item.position,
                hint: "write - [client/eth0, server/eth0]")
            return nil
        }
        let ends = full.map { ($0["ends"]?.items ?? []).compactMap(\.text).compactMap(InterfaceID.init) }
        let short = ends.map { $0.map(\.node).joined(separator: "-") }
        var result: [YAMLTree.Entry] = []
        for (index, link) in full.enumerated() {
            var entry = YAMLTree.Entry(key: short[index], keyPosition: link.position, value: link)
            if let name = link["name"], let text = name.text {
                entry.key = text
                entry.keyPosition = name.position
                guard Name.check(text, "link", at: name.position, complaints) else { continue }
            } else if short.count(where: { $0 == short[index] }) > 1 {
                entry.key = ends[index].map { "\($0.node)-\($0.interface)" }.joined(separator: "-")
            }
            if ends[index].count < 2, link["name"] == nil { entry.key = "link-\(index + 1)" }
            result.append(entry)
        }
        return result
    }

    // MARK: Patches

    /// Lays a `set:` over this state.
    ///
    /// - Parameter flowsMayChange: false while traffic runs.
    mutating func apply(_ set: YAMLTree, flowsMayChange: Bool, _ complaints: Complaints) {
        guard let entries = set.entries else {
            complaints.error(
                "set wants the names of what it changes, and here is \(set.kindText)", at: set.position,
                hint: "write set: { server/eth0: { mtu: 100 } }")
            return
        }
        for entry in entries {
            guard let subject = subject(entry.key) else {
                complaints.error(
                    "there is no node, interface, link or flow \"\(entry.key.shortened)\" to change",
                    at: entry.keyPosition, hint: NearestWord.hintOrList(for: entry.key, among: subjects))
                continue
            }
            apply(entry, to: subject, flowsMayChange: flowsMayChange, complaints)
        }
    }

    private func subject(_ key: String) -> Subject? {
        if key == "host" { return .host }
        if let index = nodes.firstIndex(where: { $0.key == key }) { return .node(index) }
        if let index = links.firstIndex(where: { $0.key == key }) { return .link(index) }
        if let index = traffic.firstIndex(where: { $0.key == key }) { return .flow(index) }
        guard let id = InterfaceID(key), let index = nodes.firstIndex(where: { $0.key == id.node }),
            nodes[index].value["interfaces"]?[id.interface] != nil
        else { return nil }
        return .interface(index, id.interface)
    }

    private mutating func apply(
        _ entry: YAMLTree.Entry, to subject: Subject, flowsMayChange: Bool, _ complaints: Complaints
    ) {
        func missing(_ entry: YAMLTree.Entry) {
            complaints.error("there is no \"\(entry.key.shortened)\" here to remove", at: entry.keyPosition)
        }
        switch subject {
        case .host:
            host =
                YAMLTree.mapping(host, at: entry.keyPosition)
                .patched(by: entry.value, onMissing: missing).entries ?? host
        case .node(let index):
            let patch = Self.withFullInterfaces(entry.value)
            let known = nodes[index].value["interfaces"]?.entries?.map(\.key) ?? []
            for interface in patch["interfaces"]?.entries ?? [] where !known.contains(interface.key) {
                complaints.error(
                    "\(entry.key) has no interface \"\(interface.key.shortened)\"", at: interface.keyPosition,
                    hint: NearestWord.hint(for: interface.key, among: known)
                        ?? "interfaces are the same in all phases: name it under nodes, with up: false")
            }
            merge(patch, into: &nodes[index], entry, complaints, missing)
        case .interface(let index, let name):
            let at = entry.keyPosition
            let interfaces = YAMLTree.mapping(
                [.init(key: name, keyPosition: at, value: Self.fullInterface(entry.value))], at: at)
            let patch = YAMLTree.mapping(
                [.init(key: "interfaces", keyPosition: at, value: interfaces)], at: at)
            guard !entry.value.isNull else {
                complaints.error(
                    "an interface cannot be removed by a phase", at: at, hint: "write { up: false }")
                return
            }
            merge(patch, into: &nodes[index], entry, complaints, missing)
        case .link(let index):
            for key in ["ends", "name"] {
                if let wrong = entry.value.entries?.first(where: { $0.key == key }) {
                    complaints.error(
                        "the \(key) of a link cannot be changed by a phase", at: wrong.keyPosition)
                    return
                }
            }
            merge(entry.value, into: &links[index], entry, complaints, missing)
        case .flow(let index):
            guard flowsMayChange else {
                complaints.error(
                    "a flow cannot be changed while it runs", at: entry.keyPosition,
                    hint: "set: of the phase itself changes flows")
                return
            }
            if let wrong = entry.value.entries?.first(where: { $0.key == "kind" }) {
                complaints.error(
                    "the kind of a flow cannot be changed by a phase", at: wrong.keyPosition,
                    hint: "write a second flow, and name those that run under traffic: of each phase")
                return
            }
            merge(entry.value, into: &traffic[index], entry, complaints, missing)
        }
    }

    private func merge(
        _ patch: YAMLTree, into target: inout Part, _ entry: YAMLTree.Entry,
        _ complaints: Complaints, _ missing: (YAMLTree.Entry) -> Void
    ) {
        guard patch.entries != nil else {
            complaints.error(
                "set: \(entry.key) wants the keys it changes, and here is \(entry.value.kindText)",
                at: entry.value.position)
            return
        }
        target.value = target.value.patched(by: patch, onMissing: missing)
    }
}
