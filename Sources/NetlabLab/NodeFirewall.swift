import LinuxSystem
import NetlabModel

extension LabNode {
    /// Leads the node from one firewall to the next. Rules that stay keep their counters.
    ///
    /// - Parameter choices: which iptables takes lines that name none.
    func setFirewall(
        from old: Firewall, to new: Firewall, iptables choices: [Iptables.Family: Iptables.Choice]
    ) async throws {
        for rule in old.iptables where !new.iptables.contains(rule) {
            try await iptables(rule, choices).run(rule.undoingArguments)
        }
        let script = NftText.script(from: old, to: new)
        if !script.isEmpty { try Nftables(in: namespace).run(script) }
        for rule in new.iptables where !old.iptables.contains(rule) {
            try await iptables(rule, choices).run(rule.namedArguments)
        }
    }

    private func iptables(
        _ rule: IptablesRule, _ choices: [Iptables.Family: Iptables.Choice]
    ) async throws -> Iptables {
        let family: Iptables.Family = rule.isIPv6 ? .ipv6 : .ipv4
        let choice = choices[family]
        let found = try await Iptables.find(
            family, backend: rule.backend.map { $0 == .legacy ? .legacy : .nft } ?? choice?.backend,
            in: namespace)
        let name = Program.find(found.program) ?? found.program
        var text = "\(name) \(found.version) (\(found.backend.rawValue))"
        if rule.backend == nil, let reason = choice?.reason { text += ", since \(reason)" }
        iptablesUsed.withLock { [text] in _ = $0.insert(text) }
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
