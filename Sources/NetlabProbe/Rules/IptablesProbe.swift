import LinuxSystem
import NetlabModel

/// Packets that rules of the real iptables and ip6tables matched, by the name in their comment, or by their place where the
/// kernel has no comments: `rule:NAME`.
///
/// Reading them takes a process for each program, some milliseconds; so it is apart from `LabProbe.snapshot` and done
/// where a node has such rules only.
///
/// Kernel: `struct xt_counters`; `ipt_do_table()`, or `nft_do_chain()` under iptables-nft.
/// Equivalent to: `iptables-save -c`
public enum IptablesProbe {
    /// What a comment that names a rule begins with.
    public static let commentPrefix = "netlab:"

    /// The readings of one node's rules, of x_tables and of nf_tables alike: both may hold rules at once.
    ///
    /// - Parameters:
    ///   - families: which programs to ask; those without rules need not be.
    ///   - places: where rules stand that bear no comment.
    /// - Throws: `ChildProcessError` if iptables is missing or fails, `IptablesPlaces.Strangers` if a chain is not as it
    ///   was left.
    public static func readings(
        in namespace: NetworkNamespace, families: Set<Iptables.Family> = [.ipv4],
        places: IptablesPlaces = IptablesPlaces()
    ) async throws -> [String: Int64] {
        var readings: [String: Int64] = [:]
        for family in families {
            let usual = try await Iptables.find(family, in: namespace)
            var programs = [usual]
            if let other = await other(than: usual) { programs.append(other) }
            for program in programs {
                let text = try await program.save()
                let counts = [
                    IptablesSave.counters(in: text), try places.counters(in: text, of: program),
                ]
                for (id, packets) in counts.flatMap(named) { readings[id, default: 0] += packets }
            }
        }
        return readings
    }

    /// The program of the other backend, where it is installed and may have rules.
    private static func other(than usual: Iptables) async -> Iptables? {
        switch usual.backend {
        case .nft:
            // Asking the legacy program would load its tables into the namespace.
            let file = usual.family == .ipv4 ? "ip_tables_names" : "ip6_tables_names"
            let tables = usual.namespace.run { try? TextFile.read("/proc/thread-self/net/\(file)") }
            guard tables.map({ !$0.isEmpty }) == true else { return nil }
            return try? await Iptables.find(usual.family, backend: .legacy, in: usual.namespace)
        case .legacy:
            return try? await Iptables.find(usual.family, backend: .nft, in: usual.namespace)
        }
    }

    /// By counter ID; comments that name no rule are left out.
    static func named(_ counts: [String: PacketCount]) -> [String: Int64] {
        var readings: [String: Int64] = [:]
        for (comment, count) in counts where comment.hasPrefix(commentPrefix) {
            let id = CounterID(.rule, "", selector: String(comment.dropFirst(commentPrefix.count)))
            readings[id.description, default: 0] += Int64(truncatingIfNeeded: count.packets)
        }
        return readings
    }
}
