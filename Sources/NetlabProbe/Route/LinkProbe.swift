import NetlabModel
import Netlink

/// Counters and gauges of network devices: `link:rx_dropped`, `link:mtu`, …
///
/// Kernel: `dev_get_stats()` asks the driver, so veth counts per queue and tun per CPU, summed; `carrier_changes`
/// rises by one each time carrier goes or comes.
/// Equivalent to: `ip -s -s -d link show`
enum LinkProbe {
    static func readings(of link: LinkInfo) -> Readings {
        var readings = Readings()
        for (name, value) in link.statistics?.counters ?? [] {
            readings.add(CounterID(.link, name), Int64(truncatingIfNeeded: value))
        }
        // A later kernel's additions have no name here and are left out; those an older one lacks are told.
        for name in LinkStatistics.names where link.statistics?[name] == nil {
            let id = CounterID(.link, name).description
            readings.unsupported[id] = "this kernel does not count it (\(since[name] ?? "since 2.6.35"))"
        }
        readings.add(CounterID(.link, "mtu"), Int64(link.mtu))
        readings.add(CounterID(.link, "up"), link.isUp ? 1 : 0)
        readings.add(CounterID(.link, "carrier"), link.isLowerUp ? 1 : 0)
        if let changes = link.carrierChanges {
            readings.add(CounterID(.link, "carrier_changes"), Int64(changes))
        } else {
            readings.unsupported["link:carrier_changes"] = "this kernel does not count it (since 3.15)"
        }
        return readings
    }

    private static let since = ["rx_nohandler": "since 4.6", "rx_otherhost_dropped": "since 5.19"]
}
