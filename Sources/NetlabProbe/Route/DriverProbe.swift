import NetlabModel

/// What the driver of a device counts of its own accord: `ethtool:rx_queue_0_drops`.
///
/// Kernel: `veth_get_ethtool_stats()` and its like.
/// Equivalent to: `ethtool -S NAME`
enum DriverProbe {
    static func readings(of counters: [(name: String, value: UInt64)]) -> Readings {
        var readings = Readings()
        for (name, value) in counters where !name.isEmpty {
            // Some drivers write sentences; an ID is one word.
            let word = String(name.map { $0 == " " || $0 == ":" ? "_" : $0 })
            readings.add(CounterID(.ethtool, word), Int64(truncatingIfNeeded: value))
        }
        return readings
    }
}
