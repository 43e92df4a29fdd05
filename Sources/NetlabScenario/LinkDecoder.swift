import NetlabModel

/// Reads one link and what impairs it.
struct LinkDecoder {
    let complaints: Complaints
    /// Whether the link is impaired in any phase.
    let isImpaired: Bool
    /// Whether one of its ends is without carrier in some phase.
    let isSevered: Bool
    /// The driver of an impaired link that leaves it to netlab.
    var wanted: Link.Driver?

    private static let drivers = Dictionary(
        uniqueKeysWithValues: Link.Driver.allCases.map { ($0.rawValue, $0) })

    func link(_ name: String, _ tree: YAMLTree, nodes: [Node]) -> Link? {
        guard let reader = NodeReader(tree, "a link", complaints) else { return nil }
        _ = reader.value("name")
        guard let ends = reader.required("ends", hint: "write ends: [client/eth0, server/eth0]") else {
            return nil
        }
        guard let items = ends.items, items.count >= 2 else {
            complaints.error(
                "a link wants two or more ends", at: ends.position, hint: "write [client/eth0, server/eth0]")
            return nil
        }
        var link = Link(name: name, ends: items.compactMap { end($0, nodes) })
        link.allowsSuperPackets = reader.boolean("super-packets") ?? !isImpaired
        let middle: Link.Driver = isSevered && link.ends.count == 2 ? .kernel : .direct
        link.driver = reader.word("driver", Self.drivers) ?? (isImpaired ? .auto : middle)
        if isImpaired, link.driver == .auto, let wanted { link.driver = wanted }
        if isSevered, link.ends.count == 2, link.driver == .direct {
            complaints.error(
                "a direct link cannot lose its carrier", at: reader.keyPosition("driver"),
                hint: "leave driver out, or write auto, kernel or wire")
        }
        if isImpaired, link.driver == .direct {
            complaints.error(
                "a direct link has no middle to impair", at: reader.keyPosition("driver"),
                hint: "leave driver out, or write auto, kernel or wire")
        }
        if let tree = reader.value("seed"), let text = complaints.text(tree, "seed") {
            if let seed = UInt64(text), String(seed) == text {
                link.seed = seed
            } else {
                complaints.error("\"\(text.shortened)\" is not a whole number", at: tree.position)
            }
        }
        if let tree = reader.value("impair"),
            let named = NodeReader(
                tree, "impair", complaints, hint: "write impair: { lossy: { loss: 2% } }")
        {
            for entry in named.entries
            where Name.check(entry.key, "impairment", at: entry.keyPosition, complaints) {
                guard let impairment = impairment(entry, link) else { continue }
                link.impairments.append(impairment)
                if link.driver == .kernel, let obstacle = MiddleShaping.obstacle(to: impairment) {
                    complaints.error(
                        "the kernel driver cannot do \(entry.key): \(obstacle)", at: entry.keyPosition,
                        hint: "leave driver out, or write driver: wire")
                }
            }
        }
        reader.finish(synonyms: [
            "impairments": "impair", "offloads": "super-packets", "gso": "super-packets",
        ])
        return link
    }

    private func end(_ tree: YAMLTree, _ nodes: [Node]) -> InterfaceID? {
        guard let text = complaints.text(tree, "an end") else { return nil }
        guard let id = InterfaceID(text) else {
            complaints.error(
                "\"\(text.shortened)\" is not an interface of a node", at: tree.position,
                hint: "write it as client/eth0")
            return nil
        }
        guard let node = nodes.first(where: { $0.name == id.node }) else {
            complaints.error(
                "there is no node \"\(id.node.shortened)\"", at: tree.position,
                hint: NearestWord.hintOrList(for: id.node, among: nodes.map(\.name)))
            return nil
        }
        guard node.interfaces.contains(where: { $0.name == id.interface }) else {
            complaints.error(
                "\(id.node) has no interface \"\(id.interface.shortened)\"",
                at: tree.position(at: id.node.unicodeScalars.count + 1),
                hint: NearestWord.hintOrList(for: id.interface, among: node.interfaces.map(\.name)))
            return nil
        }
        return id
    }

    private func impairment(_ entry: YAMLTree.Entry, _ link: Link) -> NamedImpairment? {
        guard
            let reader = NodeReader(
                entry.value, "an impairment", complaints, hint: "write \(entry.key): { loss: 2% }")
        else { return nil }
        let from = reader.value("from").flatMap { direction($0, link) }
        var match = PacketMatch.any
        if let tree = reader.value("match"), let text = complaints.text(tree, "match") {
            do {
                match = try PacketMatch(parsing: text)
            } catch {
                complaints.error(error.problem, at: tree.position, hint: error.hint)
            }
        }
        let impairment = ImpairmentDecoder(complaints: complaints).impairment(reader)
        reader.finish(synonyms: ["direction": "from", "to": "from", "dup": "duplicate", "latency": "delay"])
        guard let impairment else { return nil }
        if case .emulate(let emulation) = impairment, link.driver == .kernel {
            complaints.error(
                "the kernel driver cannot emulate \(emulation.rawValue)", at: reader.keyPosition("emulate"),
                hint: "leave the link's driver out, or write driver: wire")
            return nil
        }
        if reader.has("from"), from == nil { return nil }
        return NamedImpairment(name: entry.key, from: from, match: match, impairment: impairment)
    }

    /// `client/eth0`, or `client` if only one end of the link is in that node.
    private func direction(_ tree: YAMLTree, _ link: Link) -> InterfaceID? {
        guard let text = complaints.text(tree, "from") else { return nil }
        let found = link.ends.filter { $0.description == text || $0.node == text }
        if found.count == 1 { return found[0] }
        complaints.error(
            found.isEmpty
                ? "\"\(text.shortened)\" is not an end of \(link.name)"
                : "\(link.name) has two ends in \(text)", at: tree.position,
            hint: "from is one of \(link.ends.map(\.description).joined(separator: ", "))")
        return nil
    }
}
