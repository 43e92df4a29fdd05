import NetlabModel

/// Counters and drop reasons that nothing can make move on a kernel as it is usually built, and why.
///
/// Read from the sources of Linux 6.12 and 7.2 and tried on 6.18. On a kernel with the parts named, or a later one,
/// some of them live: one that moves all the same counts as covered.
enum ImmovableCounters {
    /// Why an ID cannot move; nil if it can.
    static func reason(_ id: CounterID) -> String? {
        if let reason = reasons[id.description] { return reason }
        if id.family == .tcpExt, id.name.hasPrefix("TCPAO") { return "needs CONFIG_TCP_AO" }
        if id.family == .drop {
            if id.name.hasPrefix("TCP_AO") { return "needs CONFIG_TCP_AO" }
            if id.name.hasPrefix("CAN") && id.name.hasSuffix("RX_INVALID_FRAME") { return "needs CONFIG_CAN" }
            if id.name.hasPrefix("FQ_") { return "needs the qdisc fq" }
            if id.name.hasPrefix("PSP_") { return "needs CONFIG_INET_PSP" }
        }
        if id.family == .xfrm, !policies.contains(id.name) { return "needs ESP, AH or IPComp" }
        return nil
    }

    /// What xfrm counts with policies alone.
    private static let policies: Set = [
        "InTmplMismatch", "InNoPols", "InPolBlock", "OutNoStates", "OutPolBlock", "OutPolError",
    ]

    private static let hardware = "only devices of real hardware count it"
    private static let constant = "the kernel prints a constant"

    private static let reasons: [String: String] = [
        "TcpExt.TCPPLBRehash": "needs DCTCP and tcp_plb_enabled",
        "Udp.MemErrors": "6.18 does not count it: such drops have the reason PROTO_MEM alone",
        "UdpLite.MemErrors": "6.18 does not count it: such drops have the reason PROTO_MEM alone",
        "Udp6.MemErrors": "6.18 does not count it: such drops have the reason PROTO_MEM alone",
        "UdpLite6.MemErrors": "6.18 does not count it: such drops have the reason PROTO_MEM alone",
        "Ip6.InBcastOctets": "IPv6 has no broadcast",
        "Ip6.OutBcastOctets": "IPv6 has no broadcast",
        "MPTcpExt.MD5SigFallback": "MPTCP sockets refuse TCP_MD5SIG",
        "link:rx_over_errors": hardware, "link:rx_crc_errors": hardware, "link:rx_fifo_errors": hardware,
        "link:rx_missed_errors": hardware, "link:tx_fifo_errors": hardware,
        "link:tx_heartbeat_errors": hardware, "link:tx_window_errors": hardware,
        "link:rx_compressed": "only PPP, SLIP and CAN count it",
        "link:tx_compressed": "only PPP and SLIP count it",
        "link:rx_nohandler": "needs bonding or team",
        "conntrack:new": constant, "conntrack:ignore": constant, "conntrack:delete": constant,
        "drop:TCP_OLD_ACK": "TCP_TOO_OLD_ACK always comes before it",
        "drop:NEIGH_HH_FILLFAIL": "needs a device whose driver fails to write a header",
        "drop:QDISC_OVERLIMIT": "needs fq_codel, codel, cake or fq",
        "drop:QDISC_CONGESTED": "needs codel, fq_codel, red or cake",
        "drop:CAKE_FLOOD": "needs the qdisc cake",
        "drop:DUALPI2_STEP_DROP": "needs the qdisc dualpi2",
        "drop:ARP_PVLAN_DISABLE": "its only caller throws the reason away",
        // No reasons at all, but markers in the kernel's list of them.
        "drop:NOT_DROPPED_YET": "it is no reason", "drop:CONSUMED": "it is no reason",
        "drop:MAX": "it is no reason", "drop:SUBSYS_MASK": "it is no reason",
    ]
}
