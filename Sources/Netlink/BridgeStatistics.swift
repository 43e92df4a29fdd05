import CMnl
import Glibc

extension RouteSocket {
    /// Counters of spanning tree and multicast of a bridge, or of a port of one, by the kernel's names.
    ///
    /// Multicast counters come as `igmp_v2queries_rx`, `igmp_v2queries_tx`, …; they only count on bridges made with
    /// `multicastSnooping`. A port has `tx_bpdu`, `transition_fwd` and the like besides (since 5.0).
    ///
    /// Kernel: `RTM_GETSTATS` (4.7), `struct br_mcast_stats`, `struct bridge_stp_xstats`.
    /// Equivalent to: `ip link xstats type bridge`, `ip link xstats type bridge_slave`
    /// - Throws: `NetlinkError` with ENODEV if there is no such device. One that has to do with no bridge has no
    ///   counters.
    public func bridgeStatistics(_ name: String) throws(NetlinkError) -> [String: UInt64] {
        let operation = "show bridge statistics of \(name)"
        var header = if_stats_msg()
        header.ifindex = UInt32(bitPattern: try index(ofLink: name))
        for attribute in [IFLA_STATS_LINK_XSTATS, IFLA_STATS_LINK_XSTATS_SLAVE] {
            header.filter_mask |= 1 << UInt32(attribute - 1)
        }
        let request = MessageBuilder(type: RTM_GETSTATS, header: header)
        var counters: [String: UInt64] = [:]
        for reply in try socket.send(request, as: .question, operation) {
            let attributes = reply.attributes(after: if_stats_msg.self)
            for kind in [IFLA_STATS_LINK_XSTATS, IFLA_STATS_LINK_XSTATS_SLAVE] {
                guard let bridge = attributes[kind]?.nested[LINK_XSTATS_TYPE_BRIDGE]?.nested else { continue }
                for (number, names) in [(2, Self.multicastNames), (4, Self.spanningTreeNames)] {
                    guard let payload = bridge[number]?.payload else { continue }
                    for (position, name) in names.enumerated() {
                        // A kernel with a shorter structure leaves the last ones out.
                        if let value: UInt64 = payload.integer(at: position * 8) { counters[name] = value }
                    }
                }
            }
        }
        return counters
    }

    /// `struct bridge_stp_xstats`, `BRIDGE_XSTATS_STP`.
    private static let spanningTreeNames = [
        "transition_blk", "transition_fwd", "rx_bpdu", "tx_bpdu", "rx_tcn", "tx_tcn",
    ]

    /// `struct br_mcast_stats`, `BRIDGE_XSTATS_MCAST`.
    private static let multicastNames: [String] =
        directions([
            "igmp_v1queries", "igmp_v2queries", "igmp_v3queries", "igmp_leaves", "igmp_v1reports",
            "igmp_v2reports", "igmp_v3reports",
        ]) + ["igmp_parse_errors"]
        + directions(["mld_v1queries", "mld_v2queries", "mld_leaves", "mld_v1reports", "mld_v2reports"])
        + ["mld_parse_errors"] + directions(["mcast_bytes", "mcast_packets"])

    private static func directions(_ names: [String]) -> [String] {
        names.flatMap { ["\($0)_rx", "\($0)_tx"] }
    }
}
