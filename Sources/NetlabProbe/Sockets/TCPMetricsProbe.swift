import NetlabModel
import Netlink

/// What a node remembers of earlier TCP connections: `metrics:10.0.0.2 rtt`, in the units of `TCPMetricsSocket.Entry`.
///
/// Kernel: `tcp_update_metrics()` when a connection ends.
/// Equivalent to: `ip tcp_metrics show`
enum TCPMetricsProbe {
    static func readings(of entries: [TCPMetricsSocket.Entry]) -> Readings {
        var readings = Readings()
        for entry in entries {
            let address = "\(IPAddress(bytes: entry.destination))"
            for (name, value) in entry.values {
                readings.add(CounterID(.tcpMetrics, name, selector: address), Int64(value))
            }
        }
        return readings
    }
}
