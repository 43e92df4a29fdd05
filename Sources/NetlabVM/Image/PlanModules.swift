import NetlabModel

/// Which kernel modules a plan can need in a guest. There is no modprobe there, so what the kernel would otherwise ask for by
/// itself is loaded beforehand, and loading costs time (about 20 ms each without KVM): hence by what the plan says.
///
/// Names of several kernels stand side by side; those that a kernel lacks are left out by whoever loads them.
public struct PlanModules: Sendable {
    /// Names as in /proc/modules.
    public private(set) var names: Set<String> = []
    /// Programs that the guest needs.
    public private(set) var programs: Set<String> = []
    /// What those programs are told; files among it are needed too.
    public private(set) var arguments: Set<String> = []

    /// What every guest has: the channel to the host, cables, and the questions to sockets.
    public static let always: Set<String> = [
        "virtio_pci", "virtio_console", "veth", "inet_diag", "tcp_diag", "udp_diag", "ipv6",
    ]

    public init(_ plan: Plan) {
        names = Self.always
        for need in plan.needs { add(need) }
        for case .exec(let program) in plan.phases.flatMap(\.flows).map(\.kind) {
            arguments.formUnion(program.command.dropFirst())
        }
        for state in plan.phases.flatMap({ [$0.state] + $0.steps.map(\.state) }) {
            for link in state.links { add(link) }
            for node in state.nodes { add(node.firewall) }
        }
    }

    private mutating func add(_ need: Need) {
        switch need {
        case .nftables: names.formUnion(Self.nftables)
        case .conntrack: names.formUnion(Self.nftables + Self.translation + ["nf_conntrack_netlink"])
        case .tun: names.insert("tun")
        case .device(let kind): names.insert(kind)
        case .qdisc(let kind): names.insert("sch_\(kind)")
        case .congestionControl(let name):
            names.formUnion(["tcp_\(name)"] + (name == "bbr" ? ["sch_fq"] : []))
        case .program(let name):
            programs.insert(name)
            // The counters of rules are read by the saving program.
            if name == "iptables" || name == "ip6tables" {
                // Kernels without nf_tables take the rules from the legacy program alone.
                programs.formUnion(["\(name)-save", "\(name)-legacy", "\(name)-legacy-save"])
            }
        case .networkNamespaces, .realRoot, .dropReasons, .sysctl, .hostChange, .exec, .kernel, .cpus,
            .virtualTime:
            break
        }
    }

    private mutating func add(_ link: Link) {
        if link.ends.count > 2 { names.insert("bridge") }
        guard link.driver != .direct else { return }
        if link.driver != .kernel { names.insert("tun") }
        guard link.driver != .wire else { return }
        names.formUnion(Self.nftables + ["bridge", "nft_numgen", "nft_limit"])
        for named in link.impairments {
            switch named.impairment {
            case .rate: names.formUnion(["sch_tbf", "sch_netem"])
            case .pattern(let pattern) where pattern.action == .drop: break
            case .loss, .delay, .reorder, .duplicate, .corrupt, .limit, .slot, .pattern, .emulate:
                names.insert("sch_netem")
            }
        }
    }

    private mutating func add(_ firewall: Firewall) {
        if !firewall.rules.isEmpty || firewall.nft != nil { names.formUnion(Self.nftables) }
        var words: Set<String> = []
        for text in firewall.rules.flatMap({ [$0.match, $0.action] }) + [firewall.nft ?? ""] {
            words.formUnion(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
        }
        if firewall.rules.contains(where: { $0.hook == .ingress }), words.contains("reject") {
            names.insert("nft_reject_netdev")
        }
        for word in words { names.formUnion(Self.byWord[word] ?? []) }
        for rule in firewall.iptables { add(rule) }
    }

    /// `-p tcp -m statistic … -j MASQUERADE` is xt_tcpudp, xt_statistic and the target's module.
    private mutating func add(_ rule: IptablesRule) {
        let version = rule.isIPv6 ? "ip6" : "ip"
        let table = rule.arguments.firstIndex(of: "-t").flatMap { index in
            index + 1 < rule.arguments.count ? rule.arguments[index + 1] : nil
        }
        // Both ways that the program may take: its own tables, and nf_tables with a bridge to the old matches.
        names.formUnion(Self.nftables + ["nft_compat", "x_tables", "xt_comment", "xt_tcpudp"])
        names.formUnion(["\(version)_tables", "\(version)table_\(table ?? "filter")"])
        if table == "nat" { names.formUnion(Self.translation + ["\(version)table_nat", "xt_nat"]) }
        for (option, value) in zip(rule.arguments, rule.arguments.dropFirst()) {
            switch option {
            case "-m", "--match":
                names.insert("xt_\(value)")
                if ["state", "conntrack", "connmark", "connlimit", "connbytes"].contains(value) {
                    names.formUnion(["nf_conntrack", "xt_conntrack"])
                }
            case "-j", "--jump", "-g":
                guard value.allSatisfy({ $0.isUppercase || $0.isNumber }),
                    !["ACCEPT", "DROP", "RETURN"].contains(value)
                else { continue }
                let target = value == "SNAT" || value == "DNAT" ? "nat" : value
                names.formUnion([
                    "xt_\(target)", "\(rule.isIPv6 ? "ip6t" : "ipt")_\(target)", "nft_\(target.lowercased())",
                ])
                if value == "REJECT" { names.insert("nft_reject_\(rule.isIPv6 ? "ipv6" : "ipv4")") }
                if value == "CT" || value == "NOTRACK" { names.insert("xt_CT") }
            default: continue
            }
        }
    }

    /// Expressions that kernels before 5.3 had as modules are named too.
    private static let nftables = [
        "nf_tables", "nft_counter", "nft_objref", "nft_set_rbtree", "nft_set_hash", "nf_tables_set",
        "nf_tables_inet", "nf_tables_ipv4", "nf_tables_netdev", "nft_meta", "nft_exthdr",
    ]

    private static let translation = [
        "nf_conntrack", "nf_conntrack_ipv4", "nf_nat", "nft_ct", "nft_nat", "nft_masq", "nft_chain_nat",
        "nft_chain_nat_ipv4", "nft_masq_ipv4",
    ]

    private static let byWord: [String: [String]] = [
        "ct": ["nft_ct", "nf_conntrack", "nf_conntrack_ipv4"],
        "notrack": ["nft_ct", "nf_conntrack", "nf_conntrack_ipv4"],
        "masquerade": translation, "snat": translation, "dnat": translation,
        "redirect": translation + ["nft_redir"],
        "numgen": ["nft_numgen"], "limit": ["nft_limit"], "log": ["nft_log", "nf_log_syslog"],
        "quota": ["nft_quota"], "jhash": ["nft_hash"], "symhash": ["nft_hash"],
        "fib": ["nft_fib", "nft_fib_inet", "nft_fib_ipv4", "nft_fib_ipv6"],
        "reject": ["nft_reject", "nft_reject_inet", "nft_reject_ipv4", "nft_reject_ipv6"],
        "queue": ["nft_queue"], "synproxy": ["nft_synproxy"], "tproxy": ["nft_tproxy"],
        "socket": ["nft_socket"], "count": ["nft_connlimit"],
    ]
}
