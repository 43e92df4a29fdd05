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
        let found = try await Iptables.find(
            rule.isIPv6 ? .ipv6 : .ipv4, backend: rule.backend.map { $0 == .legacy ? .legacy : .nft },
            in: namespace)
        let name = Program.find(found.program) ?? found.program
        iptablesUsed.withLock { _ = $0.insert("\(name) \(found.version) (\(found.backend.rawValue))") }
        return found
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
    var undoingArguments: [String] { undoing(namedArguments) }
}
