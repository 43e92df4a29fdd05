import NetlabModel
import Netlink

/// Classes, queueing disciplines below the root, and filters of an interface: `class:1:10 dropped`,
/// `filter:ingress/1 packets`.
///
/// Filters of one hook and priority add up, and so do their actions.
///
/// Kernel: `TCA_STATS2` of classes and qdiscs, `TCA_ACT_STATS` of actions.
/// Equivalent to: `tc -s class show`, `tc -s qdisc show`, `tc -s filter show`
enum TrafficControlProbe {
    static func readings(ofInner queues: [QdiscInfo]) -> Readings {
        var readings = Readings()
        for queue in queues where queue.handle != .unspecified {
            func add(_ name: String, _ value: some BinaryInteger) {
                readings.add(
                    CounterID(.trafficClass, name, selector: queue.handle.description),
                    Int64(truncatingIfNeeded: value))
            }
            add("bytes", queue.statistics.bytes)
            add("packets", queue.statistics.packets)
            add("dropped", queue.statistics.drops)
            add("overlimits", queue.statistics.overlimits)
            add("requeues", queue.statistics.requeues)
            add("backlog", queue.statistics.backlogBytes)
            add("qlen", queue.statistics.queueLength)
        }
        return readings
    }

    /// - Parameter hook: `ingress`, `egress`, or the handle of a qdisc.
    static func readings(of filters: [FilterInfo], at hook: String) -> Readings {
        var sums: [CounterID: Int64] = [:]
        for filter in filters {
            for action in filter.actions {
                let statistics = action.statistics
                for (name, value) in [
                    ("bytes", statistics.bytes), ("packets", statistics.packets),
                    ("dropped", UInt64(statistics.drops)), ("overlimits", UInt64(statistics.overlimits)),
                ] {
                    let id = CounterID(.filter, name, selector: "\(hook)/\(filter.priority)")
                    sums[id, default: 0] += Int64(truncatingIfNeeded: value)
                }
            }
        }
        var readings = Readings()
        for (id, value) in sums { readings.add(id, value) }
        return readings
    }
}
