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
    /// An object that the action names, as a command without its family and table: it is added before the rule.
    public var object: String?

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
    /// Whose tables the rule goes to; nil leaves it to the host.
    public var backend: Backend?

    /// The two kinds of iptables; rules of both are in force side by side, and neither program shows the other's.
    public enum Backend: String, CaseIterable, Hashable, Sendable {
        case legacy, nft
    }

    public init(name: String, arguments: [String], isIPv6: Bool = false, backend: Backend? = nil) {
        self.name = name
        self.arguments = arguments
        self.isIPv6 = isIPv6
        self.backend = backend
    }
}

extension IptablesRule {
    /// The program that takes it.
    public var program: String {
        (isIPv6 ? "ip6tables" : "iptables") + (backend.map { "-\($0.rawValue)" } ?? "")
    }

    /// The table that it goes to.
    public var table: String {
        let option = arguments.firstIndex { $0 == "-t" || $0 == "--table" }
        guard let option, option + 1 < arguments.count else { return "filter" }
        return arguments[option + 1]
    }

    /// Whether its target ends the packet's way.
    public var isFatal: Bool { arguments.contains("DROP") || arguments.contains("REJECT") }
}

extension IptablesRule {
    /// The arguments that undo what the given ones, this rule's own or with more in them, have done.
    public func undoing(_ given: [String]) -> [String] {
        var arguments = given
        for (index, word) in arguments.enumerated() {
            switch word {
            case "-A", "--append": arguments[index] = "-D"
            case "-I", "--insert":
                arguments[index] = "-D"
                // An insertion may name a position behind the chain; a deletion by rule may not.
                if index + 2 < arguments.count, Int(arguments[index + 2]) != nil {
                    arguments.remove(at: index + 2)
                }
                return arguments
            case "-P", "--policy":
                if index + 2 < arguments.count { arguments[index + 2] = "ACCEPT" }
            case "-N", "--new-chain": arguments[index] = "-X"
            default: continue
            }
        }
        return arguments
    }
}
