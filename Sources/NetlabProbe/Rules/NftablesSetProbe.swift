import LinuxSystem
import NetlabModel

/// How many elements the named sets of a node hold, and what their counters say: `set:blocked elements`.
///
/// Sets of one name in several tables add up. `packets` and `bytes` are there for sets whose elements count.
///
/// Kernel: `nft_set_elem`, with `nft_counter_eval()` as an element's expression since 5.7.
/// Equivalent to: `nft list sets`
enum NftablesSetProbe {
    static func readings(of sets: [Nftables.ObjectName: [Nftables.SetElement]]) -> Readings {
        var sums: [CounterID: Int64] = [:]
        for (object, elements) in sets {
            sums[CounterID(.set, "elements", selector: object.name), default: 0] += Int64(elements.count)
            for count in elements.compactMap(\.count) {
                let (packets, bytes) = (
                    CounterID(.set, "packets", selector: object.name),
                    CounterID(.set, "bytes", selector: object.name)
                )
                sums[packets, default: 0] += Int64(truncatingIfNeeded: count.packets)
                sums[bytes, default: 0] += Int64(truncatingIfNeeded: count.bytes)
            }
        }
        var readings = Readings()
        for (id, value) in sums { readings.add(id, value) }
        return readings
    }
}
