/// Kinds of lines in the kernel's log that tell of lost packets: `log:syn-flooding` counts those of one kind.
///
/// The kernel limits how often it says most of them (`net_ratelimit`, some once per socket), and says them without a
/// namespace: a line proves that it happened somewhere on the machine, the lack of one proves little.
public enum KernelLogKind: String, CaseIterable, Sendable {
    /// `tcp_syn_flood_action`: the queue of half-open connections was full; once for each listener.
    case synFlooding = "syn-flooding"
    /// `nf_conntrack_alloc`
    case conntrackFull = "conntrack-full"
    /// `tcp_time_wait`: more than net.ipv4.tcp_max_tw_buckets.
    case timeWaitOverflow = "time-wait-overflow"
    /// `tcp_check_oom`: more than net.ipv4.tcp_max_orphans.
    case orphans
    /// `tcp_check_oom`: more than net.ipv4.tcp_mem.
    case tcpMemory = "tcp-memory"
    /// `neigh_alloc`: more neighbours than gc_thresh3.
    case neighbourOverflow = "neighbour-overflow"
    /// `ip_handle_martian_source`, with net.ipv4.conf.*.log_martians=1.
    case martianSource = "martian-source"
    /// `ip_handle_martian_source` for a destination that cannot be.
    case martianDestination = "martian-destination"
    /// `addrconf_dad_failure`: an IPv6 address is in use already.
    case duplicateAddress = "duplicate-address"
    /// `tcp_retransmit_timer`: the peer took back window that it had offered.
    case shrunkWindow = "shrunk-window"

    /// What a line of this kind has in it; the same on Linux 5.10 to 6.18.
    public var phrase: String {
        switch self {
        case .synFlooding: "ossible SYN flooding on port"
        case .conntrackFull: "nf_conntrack: table full, dropping packet"
        case .timeWaitOverflow: "time wait bucket table overflow"
        case .orphans: "too many orphaned sockets"
        case .tcpMemory: "out of memory -- consider tuning tcp_mem"
        case .neighbourOverflow: "neighbor table overflow"
        case .martianSource: "martian source"
        case .martianDestination: "martian destination"
        case .duplicateAddress: "detected!"
        case .shrunkWindow: "unexpectedly shrunk window"
        }
    }

    /// The kinds that a line is of.
    public static func kinds(of line: some StringProtocol) -> [KernelLogKind] {
        allCases.filter { line.contains($0.phrase) && ($0 != .duplicateAddress || line.contains("IPv6")) }
    }
}
