import NetlabModel

/// How a person reads a counter without netlab.
///
/// The commands read the namespace that they run in: `ip netns exec NODE …` while a lab is alive.
enum ReadingAdvice {
    static func command(for id: CounterID) -> String {
        switch id.family {
        case .ip, .tcp:
            // Settings and gauges of these groups are left out by nstat.
            id.isGauge ? "grep ^\(id.family.rawValue): /proc/net/snmp" : nstat(id)
        case .ipExt, .icmp, .icmpMsg, .tcpExt, .mptcpExt, .udp, .udpLite, .ip6, .icmp6, .udp6, .udpLite6:
            nstat(id)
        case .xfrm: "grep Xfrm\(id.name) /proc/net/xfrm_stat"
        case .link: link(id.name)
        case .qdisc: "tc -s qdisc show dev DEVICE root"
        case .bridge: "ip link xstats type bridge"
        case .ethtool: "ethtool -S DEVICE"
        case .trafficClass: "tc -s class show dev DEVICE, or tc -s qdisc show dev DEVICE"
        case .filter: "tc -s filter show dev DEVICE ingress (or egress)"
        case .softnet: softnet(id.name)
        case .conntrack:
            switch id.name {
            case "entries": "conntrack -C"
            case "max": "sysctl net.netfilter.nf_conntrack_max"
            default: "conntrack -S"
            }
        case .synproxy: "cat /proc/net/stat/synproxy (hexadecimal, a line for each CPU)"
        case .arpCache, .ndiscCache, .routeCache:
            "lnstat -c 1 -f \(id.family.rawValue) (in the first namespace only)"
        case .sockstat:
            "grep '^\(id.selector):' /proc/net/sockstat\(id.selector.hasSuffix("6") ? "6" : "")"
        case .listen: id.name == "drops" ? "ss -tlnm (the d in skmem)" : "ss -tln (Recv-Q, Send-Q)"
        case .sockets: sockets(id.selector)
        case .socketMemory: "ss -uanm (skmem: r, rb, d)"
        case .neighbour: "ip neighbour show nud \(id.selector.lowercased())"
        case .mtu: "ip route get ADDRESS"
        case .tcpMetrics: "ip tcp_metrics show ADDRESS"
        case .drop: "perf trace -e skb:kfree_skb, or dropwatch -l kas (both see the whole machine)"
        case .rule: "nft list counters, or iptables -nvL"
        case .set: "nft list sets"
        case .impair: "tc -s qdisc show"
        case .packet: "tcpdump -ni DEVICE -v"
        case .log: "dmesg"
        }
    }

    private static func nstat(_ id: CounterID) -> String { "nstat -asz \(id.family.rawValue)\(id.name)" }

    private static func link(_ name: String) -> String {
        ["mtu", "up", "carrier"].contains(name)
            ? "ip link show dev DEVICE" : "ip -s -s link show dev DEVICE"
    }

    private static func softnet(_ name: String) -> String {
        let columns = [
            "processed": 1, "dropped": 2, "time_squeeze": 3, "received_rps": 10, "flow_limit_count": 11,
            "backlog_len": 12, "input_qlen": 14, "process_qlen": 15,
        ]
        let column = columns[name].map { "column \($0), " } ?? ""
        return "cat /proc/net/softnet_stat (\(column)hexadecimal, a line for each CPU)"
    }

    private static func sockets(_ state: String) -> String {
        let names = [
            "ESTABLISHED": "established", "SYN_SENT": "syn-sent", "SYN_RECV": "syn-recv",
            "FIN_WAIT1": "fin-wait-1",
            "FIN_WAIT2": "fin-wait-2", "TIME_WAIT": "time-wait", "CLOSE": "closed",
            "CLOSE_WAIT": "close-wait",
            "LAST_ACK": "last-ack", "LISTEN": "listening", "CLOSING": "closing",
        ]
        return names[state].map { "ss -tan state \($0)" } ?? "ss -tane"
    }
}
