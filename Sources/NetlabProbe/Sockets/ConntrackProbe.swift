import NetlabModel
import Netlink

/// Connection tracking by netlink, for kernels that have it without /proc/net/stat/nf_conntrack.
///
/// The names are those of that file; columns that it prints as constants are absent here.
///
/// Kernel: `ctnetlink_ct_stat_cpu_fill_info()`, `ctnetlink_stat_ct_fill_info()`; needs CONFIG_NF_CT_NETLINK.
/// Equivalent to: `conntrack -S`, `conntrack -C`
enum ConntrackProbe {
    static func readings(
        of cpus: [ConntrackSocket.CPUStatistics], _ counts: ConntrackSocket.GlobalCounts
    ) -> Readings {
        var sums: [String: Int64] = [:]
        for cpu in cpus { for (name, value) in cpu.counters { sums[name, default: 0] += Int64(value) } }
        var readings = Readings()
        for (name, sum) in sums { readings.add(CounterID(.conntrack, name), sum) }
        readings.add(CounterID(.conntrack, "entries"), Int64(counts.entries))
        if let maximum = counts.maximum { readings.add(CounterID(.conntrack, "max"), Int64(maximum)) }
        return readings
    }
}
