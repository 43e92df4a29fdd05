import NetlabModel

/// Reads a node's packet filter and address translation: `firewall`, `iptables`, `nft`, `nat`.
struct FirewallDecoder {
    let complaints: Complaints
    let interfaces: [String]

    /// Statements that a rule may end in, by their first word.
    private static let statements = [
        "drop", "accept", "reject", "masquerade", "snat", "dnat", "redirect", "notrack", "count", "log",
        "limit", "queue", "return", "meta", "ct", "tcp", "udp", "icmp", "ip", "ip6", "tproxy", "synproxy",
        "dup",
        "fwd",
    ]
    /// Those that the short form can tell from a match.
    private static let shortStatements: Set<String> = [
        "drop", "accept", "reject", "masquerade", "snat", "dnat", "redirect", "notrack", "count",
    ]
    private static let hooks = Dictionary(
        uniqueKeysWithValues: FirewallRule.Hook.allCases.map { ($0.rawValue, $0) })

    func firewall(_ node: NodeReader) -> Firewall {
        var firewall = Firewall()
        if let tree = node.value("firewall"), let rules = NodeReader(tree, "a firewall", complaints) {
            for entry in rules.entries
            where Name.check(entry.key, "rule", at: entry.keyPosition, complaints) {
                if let rule = entry.value.text != nil ? short(entry) : full(entry) {
                    firewall.rules.append(rule)
                }
            }
        }
        if let tree = node.value("nat"), let nat = NodeReader(tree, "nat", complaints) {
            firewall.rules += translation(nat)
        }
        if let tree = node.value("iptables") {
            if let items = tree.items {
                firewall.iptables = items.enumerated().compactMap {
                    iptables($0.element, number: $0.offset + 1)
                }
            } else {
                complaints.error(
                    "iptables wants a list of lines, and here is \(tree.kindText)", at: tree.position,
                    hint: "write iptables: [\"-A INPUT -p tcp --dport 80 -j DROP\"]")
            }
        }
        firewall.nft = node.text("nft")
        var names: Set<String> = []
        for name in firewall.rules.map(\.name) + firewall.iptables.map(\.name)
        where !names.insert(name).inserted {
            complaints.error("two rules of one node are called \(name)", at: node.tree.position)
        }
        return firewall
    }

    // MARK: Rules

    private func full(_ entry: YAMLTree.Entry) -> FirewallRule? {
        guard
            let reader = NodeReader(
                entry.value, "a rule", complaints,
                hint: "write { hook: input, match: tcp dport 80, do: drop }")
        else { return nil }
        let hook = reader.required("hook") == nil ? nil : reader.word("hook", Self.hooks)
        let match = reader.text("match") ?? ""
        let action = reader.required("do").flatMap { complaints.text($0, "do") }
        let device = device(reader.value("device"))
        let priority = reader.integer("priority", in: -1000...1000)
        reader.finish(synonyms: ["action": "do", "verdict": "do", "chain": "hook", "dev": "device"])
        guard let hook, let action else { return nil }
        let first = action.split(separator: " ").first.map(String.init) ?? ""
        guard Self.statements.contains(first), let place = reader.tree["do"]?.position else {
            complaints.error(
                "\"\(first.shortened)\" is not a statement of a rule",
                at: reader.tree["do"]?.position ?? entry.keyPosition,
                hint: NearestWord.hintOrList(for: first, among: Self.statements))
            return nil
        }
        var rule = FirewallRule(name: entry.key, hook: hook, match: match, action: action)
        rule.priority = priority
        rule.device = device
        return checked(rule, hasDevice: reader.has("device"), at: place)
    }

    /// `input tcp dport 80 drop`, `ingress eth0 arp operation reply drop`.
    private func short(_ entry: YAMLTree.Entry) -> FirewallRule? {
        let tree = entry.value
        let words = WordScanner(tree.text ?? "").words
        guard let first = words.first, let hook = Self.hooks[first.text] else {
            complaints.error(
                "\"\((words.first?.text ?? "").shortened)\" is not a hook", at: tree.position,
                hint: NearestWord.hintOrList(for: words.first?.text ?? "", among: Self.hooks.keys))
            return nil
        }
        var rest = words.dropFirst()
        var device: String?
        if hook == .ingress, let word = rest.first, interfaces.contains(word.text) {
            device = word.text
            rest = rest.dropFirst()
        }
        guard let split = rest.firstIndex(where: { Self.shortStatements.contains($0.text) }) else {
            complaints.error(
                "the rule does not say what is done", at: tree.position,
                hint: "end it with drop, accept, reject, masquerade, … or write { hook:, match:, do: }")
            return nil
        }
        let match = rest[..<split].map(\.text).joined(separator: " ")
        let action = rest[split...].map(\.text).joined(separator: " ")
        var rule = FirewallRule(name: entry.key, hook: hook, match: match, action: action)
        rule.device = device
        return checked(rule, hasDevice: device != nil, at: tree.position)
    }

    private func checked(_ rule: FirewallRule, hasDevice: Bool, at place: SourcePosition) -> FirewallRule? {
        if rule.hook == .ingress, !hasDevice {
            complaints.error(
                "an ingress rule wants its device", at: place,
                hint: interfaces.isEmpty ? nil : "one of \(interfaces.joined(separator: ", "))")
            return nil
        }
        if rule.hook != .ingress, hasDevice {
            complaints.error(
                "only an ingress rule has a device", at: place, hint: "match iifname or oifname instead")
            return nil
        }
        let allowed: [FirewallRule.Hook]
        switch rule.action.split(separator: " ").first {
        case "masquerade": allowed = [.postrouting]
        case "snat": allowed = [.postrouting, .input]
        case "dnat", "redirect": allowed = [.prerouting, .output]
        default: return rule
        }
        guard allowed.contains(rule.hook) else {
            complaints.error(
                "the kernel does not do \(rule.action.split(separator: " ")[0]) at the hook \(rule.hook.rawValue)",
                at: place, hint: "the hook is \(allowed.map(\.rawValue).joined(separator: " or "))")
            return nil
        }
        return rule
    }

    private func device(_ tree: YAMLTree?) -> String? {
        guard let tree, let name = complaints.text(tree, "device") else { return nil }
        guard interfaces.contains(name) else {
            complaints.error(
                "the node has no interface \"\(name.shortened)\"", at: tree.position,
                hint: NearestWord.hintOrList(for: name, among: interfaces))
            return nil
        }
        return name
    }

    // MARK: Address translation

    private func translation(_ reader: NodeReader) -> [FirewallRule] {
        var rules: [FirewallRule] = []
        if let tree = reader.value("masquerade") {
            for item in tree.items ?? [tree] {
                guard let name = device(item) else { continue }
                rules.append(
                    FirewallRule(
                        name: "masquerade-\(name)", hook: .postrouting, match: "oifname \"\(name)\"",
                        action: "masquerade"))
            }
        }
        for (key, hook, side) in [
            ("snat", FirewallRule.Hook.postrouting, "oifname"), ("dnat", .prerouting, "iifname"),
        ] {
            guard let tree = reader.value(key), let named = NodeReader(tree, key, complaints) else {
                continue
            }
            for entry in named.entries
            where Name.check(entry.key, "rule", at: entry.keyPosition, complaints) {
                guard let rule = NodeReader(entry.value, "a \(key) rule", complaints) else { continue }
                let device = device(rule.value("dev"))
                var match = rule.text("match") ?? ""
                if let device { match = "\(side) \"\(device)\"" + (match.isEmpty ? "" : " \(match)") }
                let to = rule.required("to").flatMap { complaints.text($0, "to") }
                rule.finish()
                guard let to else { continue }
                // The family has to be said in a table that serves both.
                let family = to.hasPrefix("[") || to.count(where: { $0 == ":" }) > 1 ? "ip6" : "ip"
                // nft takes ports only of protocols that have some, and wants to know that it is one of those.
                if Self.namesPorts(to), !Self.namesTransport(match) {
                    match = "meta l4proto { tcp, udp }" + (match.isEmpty ? "" : " \(match)")
                }
                rules.append(
                    FirewallRule(
                        name: entry.key, hook: hook, match: match, action: "\(key) \(family) to \(to)"))
            }
        }
        reader.finish()
        return rules
    }

    /// `10.0.0.1:80`, `:8000-8010`, `[fd00::1]:80`.
    private static func namesPorts(_ to: String) -> Bool {
        let rest = to.firstIndex(of: "]").map { to[to.index(after: $0)...] } ?? to[...]
        return rest.contains(":") && (to.hasPrefix("[") || to.count(where: { $0 == ":" }) == 1)
    }

    private static func namesTransport(_ match: String) -> Bool {
        match.split(separator: " ").contains { ["tcp", "udp", "l4proto", "th", "sctp", "dccp"].contains($0) }
    }

    // MARK: iptables

    private func iptables(_ tree: YAMLTree, number: Int) -> IptablesRule? {
        var name = "iptables-\(number)"
        var line = tree
        if tree.entries != nil {
            guard let reader = NodeReader(tree, "an iptables rule", complaints) else { return nil }
            if let given = reader.text("name"),
                Name.check(given, "rule", at: reader.keyPosition("name"), complaints)
            {
                name = given
            }
            guard let rule = reader.required("rule") else { return nil }
            line = rule
            reader.finish()
        }
        guard let text = complaints.text(line, "iptables") else { return nil }
        guard var arguments = Arguments.split(text) else {
            complaints.error("a quote without its end", at: line.position)
            return nil
        }
        var isIPv6 = false
        var backend: IptablesRule.Backend?
        if let first = arguments.first, first.hasPrefix("iptables") || first.hasPrefix("ip6tables") {
            let parts = first.split(separator: "-", maxSplits: 1).map(String.init)
            isIPv6 = parts[0] == "ip6tables"
            if parts.count == 2 {
                backend = IptablesRule.Backend(rawValue: parts[1])
                if backend == nil {
                    complaints.error(
                        "there is no \(first.shortened)", at: line.position,
                        hint: "the kinds are \(parts[0])-legacy and \(parts[0])-nft")
                    return nil
                }
            }
            arguments.removeFirst()
        }
        guard let first = arguments.first,
            [
                "-t", "--table", "-A", "-I", "-P", "-N", "--append", "--insert",
                "--policy", "--new-chain",
            ].contains(first)
        else {
            complaints.error(
                "not a line for iptables: \"\(text.shortened)\"", at: line.position,
                hint: "write it from the table or the chain on: -A INPUT -p tcp --dport 80 -j DROP")
            return nil
        }
        if let bad = arguments.first(where: { [";", "|", "||", "&", "&&", ">", "<"].contains($0) }) {
            complaints.error(
                "\"\(bad)\" means nothing to iptables", at: line.position, hint: "no shell reads this line")
            return nil
        }
        return IptablesRule(name: name, arguments: arguments, isIPv6: isIPv6, backend: backend)
    }
}
