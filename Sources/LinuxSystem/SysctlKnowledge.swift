extension Sysctl {
    /// Whether the name is known to be the machine's alone: present in the initial network namespace only.
    ///
    /// Taken from `comm -23` of /proc/sys/net in the initial and in a new namespace of Linux 6.18. Needed
    /// where home is not the initial namespace; elsewhere the kernel itself is asked.
    static func isKnownHostWide(_ name: SysctlName) -> Bool {
        let components = name.components
        guard components[0] == "net", components.count > 2 else { return components[0] != "net" }
        let family = components[1]
        let rest = components[2...].joined(separator: "/")
        if let names = hostWide[family], names.contains(rest) { return true }
        if family == "ipv4" || family == "ipv6", components[2] == "neigh", components.count > 3 {
            return components[3] == "default"
        }
        if family == "ipv4", components[2] == "route", components.count == 4 {
            return !["flush", "min_adv_mss", "min_pmtu", "mtu_expires"].contains(components[3])
        }
        return false
    }

    /// Whether the name is known to be the machine's, and visible in every namespace for reading.
    static func isKnownReadOnlyInside(_ name: SysctlName) -> Bool {
        guard name.components.count == 3, name.components[0] == "net" else { return false }
        return readOnlyInside[name.components[1]]?.contains(name.components[2]) ?? false
    }

    /// The path with a named interface replaced by `lo`, to ask whether there is such a parameter at all.
    static func pathUnderLoopback(_ name: SysctlName) -> String {
        guard names(interface: name) else { return name.path }
        var components = name.components
        components[3] = "lo"
        return "/proc/sys/" + components.joined(separator: "/")
    }

    /// Whether the parameter is that of one interface: it exists where the interface does.
    static func names(interface name: SysctlName) -> Bool {
        let components = name.components
        return components.count == 5 && ["ipv4", "ipv6"].contains(components[1])
            && ["conf", "neigh"].contains(components[2]) && !["all", "default"].contains(components[3])
    }

    /// The first release that has a parameter, where it is known.
    public static func since(_ name: String) -> String? { firstReleases[name] }

    private static let firstReleases = [
        "net.ipv4.tcp_plb_enabled": "6.2", "net.ipv4.tcp_plb_cong_thresh": "6.2",
        "net.ipv4.tcp_plb_idle_rehash_rounds": "6.2", "net.ipv4.tcp_plb_rehash_rounds": "6.2",
        "net.ipv4.tcp_plb_suspend_rto_sec": "6.2", "net.ipv4.tcp_syn_linear_timeouts": "6.5",
        "net.ipv4.tcp_backlog_ack_defer": "6.7", "net.ipv4.tcp_pingpong_thresh": "6.7",
        "net.ipv4.tcp_rto_min_us": "6.11", "net.ipv4.tcp_tw_reuse_delay": "6.14",
        "net.ipv4.tcp_rto_max_ms": "6.15",
    ]

    private static let hostWide: [String: Set<String>] = [
        "core": [
            "bpf_jit_enable", "bpf_jit_harden", "bpf_jit_kallsyms", "bpf_jit_limit", "busy_poll", "busy_read",
            "default_qdisc", "dev_weight", "dev_weight_rx_bias", "dev_weight_tx_bias",
            "devconf_inherit_init_net",
            "fb_tunnels_only_for_init_net", "flow_limit_cpu_bitmap", "flow_limit_table_len",
            "gro_normal_batch",
            "high_order_alloc_disable", "max_skb_frags", "mem_pcpu_rsv", "message_burst", "message_cost",
            "netdev_budget", "netdev_budget_usecs", "netdev_max_backlog", "netdev_rss_key",
            "netdev_tstamp_prequeue", "netdev_unregister_timeout_secs", "rps_sock_flow_entries",
            "skb_defer_max",
            "warnings",
        ],
        "ipv4": [
            "cipso_cache_bucket_size", "cipso_cache_enable", "cipso_rbm_optfmt", "cipso_rbm_strictvalid",
            "fib_sync_mem", "inet_peer_maxttl", "inet_peer_minttl", "inet_peer_threshold",
            "ipfrag_secret_interval", "tcp_available_ulp", "tcp_low_latency", "tcp_max_orphans", "tcp_mem",
            "udp_mem",
        ],
        "ipv6": [
            "calipso_cache_bucket_size", "calipso_cache_enable", "ip6frag_secret_interval", "mld_max_msf",
            "mld_qrv",
        ],
        "netfilter": ["nf_log_all_netns"],
    ]

    private static let readOnlyInside: [String: Set<String>] = [
        "core": ["rmem_default", "rmem_max", "wmem_default", "wmem_max"],
        "ipv4": ["tcp_allowed_congestion_control"],
        "netfilter": ["nf_conntrack_buckets", "nf_conntrack_expect_max", "nf_conntrack_max"],
    ]
}
