import NetlabModel

/// The files of procfs that hold counters of a network namespace, and the families each one yields.
enum ProcNetFile: String, CaseIterable, Sendable {
    case snmp
    case netstat
    case snmp6
    case sockstat
    case sockstat6
    case xfrm = "xfrm_stat"
    case conntrack = "stat/nf_conntrack"
    case synproxy = "stat/synproxy"
    case conntrackMaximum = "nf_conntrack_max"

    // Kept once for the whole machine; read once for a snapshot, at home.
    case softnet = "softnet_stat"
    case arpCache = "stat/arp_cache"
    case ndiscCache = "stat/ndisc_cache"
    case routeCache = "stat/rt_cache"

    static let ofNamespace = allCases.filter { !$0.isHostWide }
    static let ofHost = allCases.filter(\.isHostWide)

    var isHostWide: Bool {
        switch self {
        case .softnet, .arpCache, .ndiscCache, .routeCache: true
        case .snmp, .netstat, .snmp6, .sockstat, .sockstat6, .xfrm, .conntrack, .synproxy, .conntrackMaximum:
            false
        }
    }

    /// The path as seen by a thread inside the namespace. `/proc/net` and `/proc/self/net` would show the
    /// namespace of the first thread.
    var path: String {
        switch self {
        case .conntrackMaximum: "/proc/sys/net/netfilter/nf_conntrack_max"
        default: "/proc/thread-self/net/\(rawValue)"
        }
    }

    /// What cannot be read without this file.
    var families: [CounterFamily] {
        switch self {
        case .snmp: [.ip, .icmp, .icmpMsg, .tcp, .udp, .udpLite]
        case .netstat: [.tcpExt, .ipExt, .mptcpExt]
        case .snmp6: [.ip6, .icmp6, .udp6, .udpLite6]
        case .sockstat, .sockstat6: [.sockstat]
        case .xfrm: [.xfrm]
        case .conntrack, .conntrackMaximum: [.conntrack]
        case .synproxy: [.synproxy]
        case .softnet: [.softnet]
        case .arpCache: [.arpCache]
        case .ndiscCache: [.ndiscCache]
        case .routeCache: [.routeCache]
        }
    }

    /// Why a kernel may lack the file, by key of `Snapshot.unsupported`: a family, or one counter's ID.
    var absence: [String: String] {
        let reason =
            switch self {
            case .snmp, .netstat, .sockstat, .softnet:
                "/proc/net/\(rawValue) is missing: is /proc mounted, and its subset=pid off?"
            case .snmp6, .sockstat6:
                "no IPv6: the kernel was booted with ipv6.disable=1 or is built without CONFIG_IPV6"
            case .xfrm:
                "the kernel is built without CONFIG_XFRM_STATISTICS (the option is there since 2.6.25)"
            case .conntrack:
                "connection tracking is not loaded (modprobe nf_conntrack), or the kernel is built without "
                    + "CONFIG_NF_CONNTRACK_PROCFS"
            case .conntrackMaximum: "connection tracking is not loaded (modprobe nf_conntrack)"
            case .synproxy:
                "SYNPROXY is not loaded (modprobe nf_synproxy_core), or the kernel is built without it (since 3.12)"
            case .arpCache, .routeCache: "the kernel shows /proc/net/\(rawValue) in the first namespace only"
            case .ndiscCache:
                "no IPv6, or the kernel shows /proc/net/\(rawValue) in the first namespace only"
            }
        switch self {
        case .sockstat6:
            return Dictionary(
                uniqueKeysWithValues: [
                    "TCP6 inuse", "UDP6 inuse", "UDPLITE6 inuse", "RAW6 inuse", "FRAG6 inuse",
                ]
                .map { ("sockstat:\($0)", reason) })
        case .conntrackMaximum: return ["conntrack:max": reason]
        default: return Dictionary(uniqueKeysWithValues: families.map { ($0.rawValue, reason) })
        }
    }
}
