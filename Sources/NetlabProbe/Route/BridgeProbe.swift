import NetlabModel

/// Counters of spanning tree and multicast of a bridge or of a port of one: `bridge:rx_bpdu`, `bridge:igmp_v2reports_rx`.
///
/// Kernel: `br_fill_linkxstats()`; multicast counts only with `mcast_stats_enabled`.
/// Equivalent to: `ip link xstats type bridge`, `ip link xstats type bridge_slave`
enum BridgeProbe {
    static func readings(of counters: [String: UInt64]) -> Readings {
        var readings = Readings()
        for (name, value) in counters {
            readings.add(CounterID(.bridge, name), Int64(truncatingIfNeeded: value))
        }
        return readings
    }
}
