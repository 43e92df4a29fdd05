import LinuxSystem
import NetlabModel
import Synchronization

extension Preflight {
    /// Settings of a plan that this kernel does not have, or not for each node: found before anything is built.
    ///
    /// - Parameter plan: as this kernel carries it out.
    func missingSettings(of plan: Plan) -> [MissingNeed] {
        let states = plan.phases.flatMap { [$0.state] + $0.steps.map(\.state) }
        let ofNodes = Self.names(states.flatMap(\.nodes).flatMap(\.sysctls))
        let ofHost = Self.names(states.flatMap(\.host))
        return
            (ofNodes.compactMap { Self.obstacle(toSetting: $0, of: "node") }
            + ofHost.subtracting(ofNodes).compactMap { Self.obstacle(toSetting: $0, of: "machine") })
            .sorted { $0.need < $1.need }
    }

    private static func names(_ settings: [SysctlSetting]) -> Set<String> {
        // What connection tracking has to set is there as soon as it is; that it is has a need of its own.
        Set(settings.filter { !$0.isWhatOlderKernelsDo }.map(\.name))
            .filter { !$0.hasPrefix("net.netfilter.") }
    }

    /// Names that are known to be there; a module may still bring others.
    private static let present = Mutex<Set<String>>([])

    private static func obstacle(toSetting name: String, of owner: String) -> MissingNeed? {
        let key = "\(owner) \(name)"
        if present.withLock({ $0.contains(key) }) { return nil }
        // What cannot be looked at is told by the run itself.
        guard let scope = try? Sysctl.scope(of: name) else { return nil }
        let need = Need.sysctl(name).description
        switch scope {
        case .absent:
            let (reason, cure) = absence(of: name)
            return MissingNeed(need: need, reason: reason, cure: cure)
        case .hostWide, .hostWideReadableInside:
            if owner == "node" {
                return MissingNeed(
                    need: need, reason: "on this kernel \(name) belongs to the whole machine, not to a node",
                    cure: "run the scenario on a newer kernel, or write the setting under host:")
            }
        case .namespace: break
        }
        present.withLock { _ = $0.insert(key) }
        return nil
    }

    /// Why there is no such parameter, and where there is.
    static func absence(of name: String) -> (reason: String, cure: String) {
        if name == "net.ipv4.tcp_tw_recycle" {
            return (
                "this kernel has no sysctl \(name); it was removed in Linux 4.12",
                "run the scenario on a kernel before 4.12, or impair the server's link with emulate: tw_recycle"
            )
        }
        guard let since = Sysctl.since(name) else {
            return ("this kernel has no sysctl \(name)", "run the scenario on a kernel that has it")
        }
        return (
            "this kernel has no sysctl \(name); it came with Linux \(since)",
            "run the scenario on a kernel of at least \(since)"
        )
    }
}
