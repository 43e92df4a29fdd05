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
            let (program, takesComments) = try await iptables(rule, choices)
            try await program.run(takesComments ? rule.undoingArguments : forget(rule, of: program))
        }
        let script = NftText.script(from: old, to: new)
        if !script.isEmpty { try Nftables(in: namespace).run(script) }
        for rule in new.iptables where !old.iptables.contains(rule) {
            let (program, takesComments) = try await iptables(rule, choices)
            try await program.run(takesComments ? rule.namedArguments : rule.arguments)
            guard !takesComments else { continue }
            rulePlaces.withLock { $0.add(rule.commentText, rule.arguments, to: program) }
        }
    }

    /// The arguments that delete a rule without a comment, whose place is free then.
    private func forget(_ rule: IptablesRule, of program: Iptables) -> [String] {
        rulePlaces.withLock { $0.remove(rule.commentText, rule.arguments, from: program) }
            ?? rule.undoing(rule.arguments)
    }

    private func iptables(
        _ rule: IptablesRule, _ choices: [Iptables.Family: Iptables.Choice]
    ) async throws -> (program: Iptables, takesComments: Bool) {
        let family: Iptables.Family = rule.isIPv6 ? .ipv6 : .ipv4
        let choice = rule.backend == nil ? choices[family] : nil
        let found = try await Iptables.find(
            family, backend: rule.backend.map { $0 == .legacy ? .legacy : .nft } ?? choice?.backend,
            in: namespace)
        let takesComments: Bool
        if let choice {
            takesComments = choice.takesComments
        } else {
            takesComments = await found.takesComments(in: rule.table)
        }
        let name = Program.find(found.program) ?? found.program
        var text = "\(name) \(found.version) (\(found.backend.rawValue))"
        if let reason = choice?.reason { text += ", since \(reason)" }
        if !takesComments {
            text += "; rules are counted by their places in the chains, as this kernel has no xt_comment"
        }
        iptablesUsed.withLock { [text] in _ = $0.insert(text) }
        return (found, takesComments)
    }
}

extension IptablesRule {
    /// What the rule's counter is found again by.
    var commentText: String { "netlab:\(name)" }

    /// The arguments with the rule's name as a comment.
    var namedArguments: [String] {
        guard let jump = arguments.firstIndex(where: { $0 == "-j" || $0 == "-g" }) else { return arguments }
        var named = arguments
        named.insert(contentsOf: ["-m", "comment", "--comment", commentText], at: jump)
        return named
    }

    /// Deletes what `namedArguments` added.
    var undoingArguments: [String] { undoing(namedArguments) }
}
