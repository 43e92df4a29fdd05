import NetlabModel

/// Counters that move although nothing is wrong.
enum OrdinaryCounters {
    /// Why a counter moves in a healthy lab in which no traffic is sent; nil if it does not.
    ///
    /// Measured on kernel 6.18: with IPv6 on, an interface sends router solicitations and MLD reports for some
    /// seconds after it came up; a neighbour entry is confirmed by ARP about every 40 s.
    static func idleReason(_ id: CounterID) -> String? {
        if id.isHostWide { return "the whole machine moves it" }
        switch id.family {
        case .link:
            let traffic: Set = ["rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "multicast"]
            return traffic.contains(id.name) ? "ARP and IPv6 neighbour discovery" : nil
        case .qdisc:
            return ["packets", "bytes"].contains(id.name) ? "ARP and IPv6 neighbour discovery" : nil
        case .ip6, .icmp6:
            let fault = ["Discard", "Err", "Fail", "NoRoute", "UnknownProto", "TooBig", "Truncated"]
            return fault.contains(where: id.name.contains) ? nil : "IPv6 neighbour discovery and MLD"
        case .drop:
            return id.name == "NOT_SPECIFIED" ? "IPv6 multicast that nobody asked for" : nil
        case .impair:
            return ["offered", "delivered"].contains(id.selector) ? "ARP and IPv6 neighbour discovery" : nil
        default:
            return nil
        }
    }

    /// Whether a counter moves whenever ordinary traffic passes, so that its moving tells little.
    static func movesWithTraffic(_ id: CounterID) -> Bool {
        if idleReason(id) != nil { return true }
        switch id.family {
        case .ip: return ip.contains(id.name)
        case .ipExt: return id.name.hasSuffix("Octets") || ipExt.contains(id.name)
        case .tcp: return tcp.contains(id.name)
        case .tcpExt: return tcpExt.contains(id.name) || id.name.hasPrefix("TCPHystart")
        case .udp, .udp6, .udpLite, .udpLite6: return ["InDatagrams", "OutDatagrams"].contains(id.name)
        case .icmp: return icmp.contains(id.name)
        case .icmpMsg: return ["InType0", "InType8", "OutType0", "OutType8"].contains(id.name)
        case .drop: return id.name == "QUEUE_PURGE"
        case .bridge: return id.name.hasPrefix("rx") || id.name.hasPrefix("tx")
        default:
            return false
        }
    }

    private static let ip: Set = ["InReceives", "InDelivers", "OutRequests", "OutTransmits", "ForwDatagrams"]
    private static let ipExt: Set = [
        "InNoECTPkts", "InMcastPkts", "OutMcastPkts", "InBcastPkts", "OutBcastPkts",
    ]
    private static let tcp: Set = ["ActiveOpens", "PassiveOpens", "InSegs", "OutSegs"]
    private static let icmp: Set = [
        "InMsgs", "OutMsgs", "InEchos", "OutEchos", "InEchoReps", "OutEchoReps",
    ]
    private static let tcpExt: Set = [
        "TCPOrigDataSent", "TCPDelivered", "TCPPureAcks", "TCPHPHits", "TCPHPAcks", "TCPRcvCoalesce",
        "TCPBacklogCoalesce", "DelayedACKs", "TCPAutoCorking", "TW",
    ]
}
