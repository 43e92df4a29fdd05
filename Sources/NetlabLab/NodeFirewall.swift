import LinuxSystem
import NetlabModel

extension LabNode {
    /// Leads the node from one firewall to the next. Rules that stay keep their counters.
    func setFirewall(from old: Firewall, to new: Firewall) async throws {
        for rule in old.iptables where !new.iptables.contains(rule) {
            try await iptables(rule).run(rule.undoingArguments)
        }
        let script = NftText.script(from: old, to: new)
        if !script.isEmpty { try Nftables(in: namespace).run(script) }
        for rule in new.iptables where !old.iptables.contains(rule) {
            try await iptables(rule).run(rule.namedArguments)
        }
    }

    private func iptables(_ rule: IptablesRule) async throws -> Iptables {
        try await Iptables.find(rule.isIPv6 ? .ipv6 : .ipv4, in: namespace)
    }
}

extension IptablesRule {
    /// The arguments with the rule's name as a comment, by which its counter is found again.
    var namedArguments: [String] {
        guard let jump = arguments.firstIndex(where: { $0 == "-j" || $0 == "-g" }) else { return arguments }
        var named = arguments
        named.insert(contentsOf: ["-m", "comment", "--comment", "netlab:\(name)"], at: jump)
        return named
    }

    /// Deletes what `namedArguments` added.
    var undoingArguments: [String] {
        var arguments = namedArguments
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
