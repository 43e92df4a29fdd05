import NetlabModel
import Netlink

/// Counters and gauges of the qdisc at the root of an interface's egress: `qdisc:dropped`, `qdisc:backlog`, …
///
/// What is queued below it (classes of htb) is part of its figures. Devices with `noqueue`, as veth has by default, keep
/// them at zero: a packet is handed to the driver at once.
///
/// Kernel: `gnet_stats_basic_sync`, `gnet_stats_queue` in `TCA_STATS2`; `qdisc_drop()`, `qdisc_qstats_drop()`.
/// Equivalent to: `tc -s qdisc show dev NAME root`
enum QdiscProbe {
    static func readings(of qdisc: QdiscInfo) -> Readings {
        let statistics = qdisc.statistics
        var readings = Readings()
        func add(_ name: String, _ value: some BinaryInteger) {
            readings.add(CounterID(.qdisc, name), Int64(truncatingIfNeeded: value))
        }
        add("bytes", statistics.bytes)
        add("packets", statistics.packets)
        add("dropped", statistics.drops)
        add("overlimits", statistics.overlimits)
        add("requeues", statistics.requeues)
        add("backlog", statistics.backlogBytes)
        add("qlen", statistics.queueLength)
        return readings
    }
}
