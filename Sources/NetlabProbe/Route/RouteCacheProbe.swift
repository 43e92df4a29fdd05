import NetlabModel
import Netlink

/// Path MTUs that a node learned from ICMP, by destination: `pmtu:10.0.0.2`, in bytes.
///
/// There is a reading only while the kernel holds such an exception (600 s by default). An exception without an MTU, such
/// as a redirect, has none.
///
/// Kernel: `fib_nh_exception` and `rt6_exception`, dumped since 5.3 and 5.4; `ip_rt_update_pmtu()` and
/// `ip6_rt_update_pmtu()` make them.
/// Equivalent to: `ip route show cache`
enum RouteCacheProbe {
    static func readings(of exceptions: [RouteInfo]) -> Readings {
        var readings = Readings()
        for exception in exceptions {
            guard let mtu = exception.metrics.mtu, [4, 16].contains(exception.destination.count) else {
                continue
            }
            let address = IPAddress(bytes: exception.destination)
            readings.add(CounterID(.mtu, "", selector: "\(address)"), Int64(mtu))
        }
        return readings
    }
}
