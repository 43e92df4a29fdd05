/// The nftables rules of a middle: patterns and plain random loss, for what enters each port, each with a
/// counter of its own.
public struct MiddleRules: Equatable, Sendable {
    private struct Rule: Equatable, Sendable {
        var port: Int
        var named: NamedImpairment
        /// An identifier of its own: counters outlive the rules.
        var identifier: String { NftText.identifier("\(named.name)_p\(port)") }
    }

    private var rules: [Rule] = []

    /// No rules.
    public init() {}

    /// The rules for a link's impairments.
    public init(_ link: Link) {
        for port in link.ends.indices {
            for named in link.impairments
            where named.isForRules && (named.from == nil || named.from == link.ends[port]) {
                rules.append(Rule(port: port, named: named))
            }
        }
    }

    public var isEmpty: Bool { rules.isEmpty }

    /// What a counter counts: packets that an impairment dropped where they entered.
    public struct Counter: Equatable, Sendable {
        public var impairment: String
        public var port: Int
    }

    /// By the counter's name.
    public var counters: [String: Counter] {
        Dictionary(
            rules.map { ($0.identifier, Counter(impairment: $0.named.name, port: $0.port)) },
            uniquingKeysWith: { $1 })
    }

    /// One transaction that replaces older rules by these. Counters stay; numbering starts anew for every
    /// rule.
    public func script(replacing old: MiddleRules) -> String {
        guard self != old else { return "" }
        var text = "add table netdev netlab\n"
        for rule in old.rules where !ports.contains(rule.port) {
            text += "flush chain netdev netlab port\(rule.port)\n"
        }
        for port in ports {
            text +=
                "add chain netdev netlab port\(port) { type filter hook ingress device p\(port) priority 0; policy accept; }\n"
            text += "flush chain netdev netlab port\(port)\n"
        }
        for rule in rules {
            let name = rule.identifier
            text += "add counter netdev netlab \(name)\n"
            text += "add chain netdev netlab \(name)\n"
            text += "flush chain netdev netlab \(name)\n"
            text +=
                "add rule netdev netlab \(name) \(Self.selection(rule.named.impairment))counter name \(name) drop\n"
            for match in NftMatch.expressions(rule.named.match) {
                text += "add rule netdev netlab port\(rule.port) \(match)jump \(name)\n"
            }
        }
        return text
    }

    private var ports: [Int] { Set(rules.map(\.port)).sorted() }

    /// The part that picks packets by number or by chance. `numgen inc` counts from 0 what reaches it.
    private static func selection(_ impairment: Impairment) -> String {
        switch impairment {
        case .loss(.random(let share, _)):
            // A probability in units of 2^-31, as iptables' statistic match has it.
            let threshold = UInt64((share.fraction * 2_147_483_648).rounded())
            return "meta random & 2147483647 < \(threshold) "
        case .pattern(let pattern):
            switch pattern.selection {
            case .all: return ""
            case .first(let count): return "numgen inc mod 2147483647 < \(count) "
            case .every(let n): return "numgen inc mod \(n) == \(n - 1) "
            case .numbers(let numbers):
                let list = numbers.map { String($0 - 1) }.joined(separator: ", ")
                return "numgen inc mod 2147483647 { \(list) } "
            }
        case .loss, .delay, .reorder, .duplicate, .corrupt, .rate, .limit, .slot, .emulate: return ""
        }
    }
}
