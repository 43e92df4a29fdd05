/// nftables text for a node's firewall, the same for libnftables and for a reader with `nft -f`.
public enum NftText {
    /// Name of the table that holds a node's rules.
    public static let table = "netlab"

    /// One transaction that leads from one firewall to the next. Chains are flushed and filled again; the
    /// counters of rules that stay are objects of their own and keep their values.
    public static func script(from old: Firewall, to new: Firewall) -> String {
        var text = ""
        let families = Dictionary(grouping: new.rules, by: family)
        let oldFamilies = Dictionary(grouping: old.rules, by: family)
        for family in Set(families.keys).union(oldFamilies.keys).sorted() {
            let rules = families[family] ?? []
            let oldRules = oldFamilies[family] ?? []
            text += "add table \(family) \(table)\n"
            for rule in rules where !oldRules.contains(where: { $0.name == rule.name }) {
                text += "add counter \(family) \(table) \(counter(ofRule: rule.name))\n"
            }
            var objects = oldRules.compactMap(\.object)
            for object in rules.compactMap(\.object) where !objects.contains(object) {
                objects.append(object)
                // `ct helper NAME { … }` → its family and table stand behind the kind.
                let words = object.split(separator: " ", maxSplits: 2)
                text += "add \(words[0]) \(words[1]) \(family) \(table) \(words[2])\n"
            }
            for chain in chains(rules) where !chains(oldRules).contains(chain) {
                text +=
                    "add chain \(family) \(table) \(chain.name) { \(chain.declaration); policy accept; }\n"
            }
            for chain in chains(oldRules) { text += "flush chain \(family) \(table) \(chain.name)\n" }
            for rule in rules {
                text += "add rule \(family) \(table) \(chain(of: rule).name) \(body(rule))\n"
            }
        }
        if old.nft != new.nft {
            // Foreign text has no undo of its own: whatever it made goes, and the new text starts from
            // nothing.
            if let before = old.nft { for table in tables(in: before) { text += "delete table \(table)\n" } }
            if let nft = new.nft { text += nft.hasSuffix("\n") ? nft : nft + "\n" }
        }
        return text
    }

    /// What nft takes as a bare identifier; anything else becomes `_`.
    public static func identifier(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" })
    }

    /// The name of a rule's counter: that of the rule, with a dot behind it if nft's grammar has the word for itself. No rule's
    /// own name has one.
    public static func counter(ofRule name: String) -> String {
        let identifier = identifier(name)
        return NftWords.contains(identifier) ? identifier + "." : identifier
    }

    /// The rule that a counter counts for.
    public static func rule(ofCounter name: String) -> String {
        name.hasSuffix(".") && NftWords.contains(String(name.dropLast())) ? String(name.dropLast()) : name
    }

    private struct Chain: Hashable {
        var name: String
        var declaration: String
    }

    private static func family(_ rule: FirewallRule) -> String { rule.hook == .ingress ? "netdev" : "inet" }

    private static func chains(_ rules: [FirewallRule]) -> [Chain] {
        var seen: [Chain] = []
        for rule in rules where !seen.contains(chain(of: rule)) { seen.append(chain(of: rule)) }
        return seen
    }

    private static func chain(of rule: FirewallRule) -> Chain {
        let hook = rule.hook.rawValue
        if rule.isNAT {
            let priority = rule.priority ?? (rule.hook == .prerouting || rule.hook == .output ? -100 : 100)
            return Chain(
                name: "nat_\(hook)\(suffix(rule))", declaration: "type nat hook \(hook) priority \(priority)")
        }
        // Untracking only works before connection tracking looks at the packet.
        let priority = rule.priority ?? (rule.action == "notrack" ? -310 : 0)
        let name = priority == 0 ? hook : "\(hook)_\(priority < 0 ? "m" : "")\(priority.magnitude)"
        guard let device = rule.device, rule.hook == .ingress else {
            return Chain(name: name, declaration: "type filter hook \(hook) priority \(priority)")
        }
        return Chain(
            name: "\(name)_\(identifier(device))",
            declaration: "type filter hook ingress device \(device) priority \(priority)")
    }

    private static func suffix(_ rule: FirewallRule) -> String {
        rule.priority.map { "_\($0 < 0 ? "m" : "")\($0.magnitude)" } ?? ""
    }

    private static func body(_ rule: FirewallRule) -> String {
        let action = rule.action == "count" ? "" : " \(rule.action)"
        let match = rule.match.isEmpty ? "" : rule.match + " "
        return "\(match)counter name \(counter(ofRule: rule.name))\(action)"
    }

    /// `inet mine` for every `table inet mine {` and `add table inet mine` of a text.
    private static func tables(in text: String) -> [String] {
        let words = text.split { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == ";" || $0 == "{" }.map(
            String.init)
        let families: Set<String> = ["ip", "ip6", "inet", "arp", "bridge", "netdev"]
        var found: [String] = []
        for (index, word) in words.enumerated() where word == "table" && index + 2 < words.count {
            let table =
                families.contains(words[index + 1])
                ? "\(words[index + 1]) \(words[index + 2])" : "ip \(words[index + 1])"
            if !found.contains(table) { found.append(table) }
        }
        return found
    }
}
