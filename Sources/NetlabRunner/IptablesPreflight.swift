import LinuxSystem
import NetlabModel

extension Preflight {
    /// Which iptables takes the lines of a plan that name none, for each family that the plan has such lines of.
    ///
    /// - Returns: the choices, and what is missing where no iptables works.
    func iptables(
        for plan: Plan
    ) async -> (choices: [Iptables.Family: Iptables.Choice], missing: [MissingNeed]) {
        var tables: [Iptables.Family: Set<String>] = [:]
        for state in plan.phases.flatMap({ [$0.state] + $0.steps.map(\.state) }) {
            for rule in state.nodes.flatMap(\.firewall.iptables) where rule.backend == nil {
                tables[rule.isIPv6 ? .ipv6 : .ipv4, default: []].insert(rule.table)
            }
        }
        var choices: [Iptables.Family: Iptables.Choice] = [:]
        var missing: [MissingNeed] = []
        for (family, tables) in tables {
            do {
                choices[family] = try await options.iptables(family, tables)
            } catch {
                missing.append(
                    MissingNeed(
                        need: "the tables \(tables.sorted().joined(separator: ", ")) of iptables",
                        reason: "\(error)",
                        cure: "modprobe nf_tables nft_compat, or ip_tables and iptable_\(tables.sorted()[0])")
                )
            }
        }
        return (choices, missing)
    }
}
