import NetlabModel
import Netlink

/// How many neighbours are in each state: `neigh:FAILED`, over both IP versions and all devices of a node.
///
/// Entries that never need resolution (loopback, multicast) are not counted, as `ip neighbour` does not show them
/// either. A state that no entry is in reads as 0.
///
/// Kernel: `RTM_GETNEIGH`, `neigh_dump_info()`.
/// Equivalent to: `ip neighbour show`
enum NeighbourProbe {
    private static let states: [(name: String, state: NeighbourState)] = [
        ("INCOMPLETE", .incomplete), ("REACHABLE", .reachable), ("STALE", .stale), ("DELAY", .delay),
        ("PROBE", .probe), ("FAILED", .failed), ("PERMANENT", .permanent),
    ]

    static func readings(of neighbours: [NeighbourInfo]) -> Readings {
        var readings = Readings()
        for (name, state) in states {
            let count = neighbours.count { $0.state.contains(state) }
            readings.add(CounterID(.neighbour, "", selector: name), Int64(count))
        }
        return readings
    }
}
