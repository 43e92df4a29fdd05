import LinuxSystem
import NetlabModel

/// Packets that named firewall rules of a node matched: `rule:NAME`, from nftables' named counters.
///
/// A rule whose name is a word of nft has its counter under a name that nft takes. Counters of one name in several tables add up. A rule whose counter is not a named one is not seen.
///
/// Kernel: `nft_counter_obj_eval()` in net/netfilter/nft_counter.c.
/// Equivalent to: `nft list counters`
enum NftablesCounterProbe {
    static func readings(of counters: [Nftables.ObjectName: PacketCount]) -> Readings {
        var sums: [String: Int64] = [:]
        for (object, count) in counters {
            sums[NftText.rule(ofCounter: object.name), default: 0] += Int64(truncatingIfNeeded: count.packets)
        }
        var readings = Readings()
        for (name, packets) in sums { readings.add(CounterID(.rule, "", selector: name), packets) }
        return readings
    }
}
