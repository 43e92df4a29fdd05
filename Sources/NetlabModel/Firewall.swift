/// Packet filter and address translation of one node.
public struct Firewall: Hashable, Sendable {
    /// In order of evaluation within each hook.
    public var rules: [FirewallRule] = []
    /// Lines for iptables, in order.
    public var iptables: [IptablesRule] = []
    /// Text of further nftables commands, loaded by libnftables as it stands.
    public var nft: String?

    public init() {}

    public var isEmpty: Bool { rules.isEmpty && iptables.isEmpty && nft == nil }
}

/// A named nftables rule; its name is a counter (`rule:NAME`) that counts the packets it matched.
public struct FirewallRule: Hashable, Sendable {
    public enum Hook: String, CaseIterable, Hashable, Sendable {
        case prerouting, input, forward, output, postrouting
        /// Ingress of one device, before IP: sees ARP too.
        case ingress
    }

    public var name: String
    public var hook: Hook
    /// The device of an ingress rule.
    public var device: String?
    /// nft priority; nil takes the hook's usual one (filter 0, nat -100/100, ingress 0).
    public var priority: Int?
    /// The part before the statement, in nft's words: `tcp flags & (syn | ack) == syn`.
    public var match: String
    /// The statement: `drop`, `reject with tcp reset`, `masquerade`, `dnat to 10.0.0.2:80`, `notrack`,
    /// `count`.
    public var action: String

    public init(name: String, hook: Hook, match: String, action: String) {
        self.name = name
        self.hook = hook
        self.match = match
        self.action = action
    }

    /// NAT statements live in chains of type nat, which see only the first packet of each flow.
    public var isNAT: Bool {
        ["masquerade", "snat", "dnat", "redirect"].contains { action == $0 || action.hasPrefix($0 + " ") }
    }

    /// Whether a match ends the packet's way: then a rule that never matched makes a fault unproven.
    public var isFatal: Bool { action == "drop" || action.hasPrefix("reject") }
}

/// One line for the real iptables, split into its arguments.
public struct IptablesRule: Hashable, Sendable {
    /// The name under which the rule is a counter (`rule:NAME`).
    public var name: String
    /// As in the manual page, from the table or the chain on: `-t`, `nat`, `-A`, `INPUT`, `-j`, `DROP`.
    public var arguments: [String]
    public var isIPv6: Bool

    public init(name: String, arguments: [String], isIPv6: Bool = false) {
        self.name = name
        self.arguments = arguments
        self.isIPv6 = isIPv6
    }
}

extension IptablesRule {
    /// The program that takes it.
    public var program: String { isIPv6 ? "ip6tables" : "iptables" }

    /// Whether its target ends the packet's way.
    public var isFatal: Bool { arguments.contains("DROP") || arguments.contains("REJECT") }
}
