/// Names a counter or gauge in the kernel's own spelling with its family: `TcpExt.ListenOverflows`,
/// `link:rx_dropped`, `drop:NETFILTER_DROP`, `listen:80 recv_q`.
public struct CounterID: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public var family: CounterFamily
    /// Which of several: the port of a listener, the name of a rule, the number of an ICMP type; empty if
    /// none.
    public var selector: String
    /// The name within the family; empty where the selector says it all (`rule:lottery`).
    public var name: String

    public init(_ family: CounterFamily, _ name: String, selector: String = "") {
        self.family = family
        self.name = name
        self.selector = selector
    }

    /// Reads the canonical spelling.
    ///
    /// - Returns: nil if there is no such family, or the form is not that of the family.
    public init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard (1...2).contains(words.count),
            let mark = words[0].firstIndex(where: { $0 == "." || $0 == ":" }),
            let family = CounterFamily(rawValue: String(words[0][..<mark]))
        else { return nil }
        let rest = String(words[0][words[0].index(after: mark)...])
        guard !rest.isEmpty, family.isMIB == (words[0][mark] == ".") else { return nil }
        switch family.shape {
        case .name:
            guard words.count == 1 else { return nil }
            self.init(family, rest)
        case .selector:
            guard words.count == 1 else { return nil }
            self.init(family, "", selector: rest)
        case .selectorAndName:
            guard words.count == 2 else { return nil }
            self.init(family, words[1], selector: rest)
        }
    }

    public var description: String {
        let mark = family.isMIB ? "." : ":"
        switch family.shape {
        case .name: return "\(family.rawValue)\(mark)\(name)"
        case .selector: return "\(family.rawValue)\(mark)\(selector)"
        case .selectorAndName: return "\(family.rawValue)\(mark)\(selector) \(name)"
        }
    }

    /// Whether this one goes both ways: a gauge is judged by its value at the end of the traffic, a counter
    /// by what it rose.
    public var isGauge: Bool {
        switch family {
        case .listen, .sockets, .socketMemory, .neighbour, .mtu, .tcpMetrics: true
        case .packet: name != "count"
        case .sockstat: true
        case .conntrack: name == "entries" || name == "max"
        case .synproxy, .arpCache, .ndiscCache, .routeCache: name == "entries"
        case .softnet: ["backlog_len", "input_qlen", "process_qlen"].contains(name)
        case .qdisc, .trafficClass: name == "backlog" || name == "qlen"
        case .set: name == "elements"
        case .ethtool: name == "peer_ifindex"
        case .ip, .tcp:
            ["Forwarding", "DefaultTTL", "RtoAlgorithm", "RtoMin", "RtoMax", "MaxConn", "CurrEstab"].contains(
                name)
        case .mptcpExt: name == "MPCurrEstab"
        case .link: name == "mtu" || name == "carrier" || name == "up"
        case .ipExt, .icmp, .icmpMsg, .tcpExt, .udp, .udpLite, .ip6, .icmp6, .udp6, .udpLite6, .xfrm, .bridge,
            .filter, .drop, .rule, .impair, .log:
            false
        }
    }

    /// Whether other programs on the machine move it too, whatever namespace it was read in.
    ///
    /// Most of `sockstat` counts the sockets of one namespace, but memory, orphans and the number of TCP
    /// sockets that exist are kept once for the whole kernel.
    public var isHostWide: Bool {
        guard family == .sockstat else { return family.isHostWide }
        return name == "orphan" || name == "alloc" || name == "mem"
    }

    public static func < (left: CounterID, right: CounterID) -> Bool { left.description < right.description }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = CounterID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not a counter ID")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The families of counters; one probe reads one family.
public enum CounterFamily: String, CaseIterable, Codable, Sendable {
    // MIB groups of /proc/net/snmp, netstat and snmp6.
    case ip = "Ip"
    case ipExt = "IpExt"
    case icmp = "Icmp"
    case icmpMsg = "IcmpMsg"
    case tcp = "Tcp"
    case tcpExt = "TcpExt"
    case mptcpExt = "MPTcpExt"
    case udp = "Udp"
    case udpLite = "UdpLite"
    case ip6 = "Ip6"
    case icmp6 = "Icmp6"
    case udp6 = "Udp6"
    case udpLite6 = "UdpLite6"
    /// /proc/net/xfrm_stat.
    case xfrm = "Xfrm"
    /// rtnl_link_stats64 of one interface, and its gauges mtu, carrier, up.
    case link
    /// Root qdisc of one interface.
    case qdisc
    /// Extended statistics of a bridge.
    case bridge
    /// What a device's driver counts beyond `link` (`ethtool -S`): `ethtool:rx_queue_0_drops`.
    case ethtool
    /// A class, or a qdisc below the root, of one interface, by its handle: `class:1:10 dropped`.
    case trafficClass = "class"
    /// Filters of one interface by hook and priority: `filter:ingress/1 packets`.
    case filter
    /// /proc/net/softnet_stat, summed over CPUs; host-wide.
    case softnet
    /// /proc/net/stat/nf_conntrack and ctnetlink.
    case conntrack
    /// /proc/net/stat/synproxy, summed over CPUs.
    case synproxy
    /// /proc/net/stat/arp_cache, summed over CPUs: the IPv4 neighbour table; host-wide.
    case arpCache = "arp_cache"
    /// /proc/net/stat/ndisc_cache, summed over CPUs: the IPv6 neighbour table; host-wide.
    case ndiscCache = "ndisc_cache"
    /// /proc/net/stat/rt_cache, summed over CPUs: IPv4 route look-ups; host-wide.
    case routeCache = "rt_cache"
    /// /proc/net/sockstat and sockstat6: `sockstat:TCP inuse`.
    case sockstat
    /// A listening socket by port: recv_q, send_q, drops.
    case listen
    /// Number of TCP sockets in a state: `sockets:TIME_WAIT`.
    case sockets
    /// Receive queue memory and drops of a UDP port: `skmem:5000 drops`.
    case socketMemory = "skmem"
    /// Neighbour entries in a state: `neigh:FAILED`.
    case neighbour = "neigh"
    /// Path MTU that the route cache holds for an address: `pmtu:10.0.0.2`.
    case mtu = "pmtu"
    /// tcp_metrics of a peer: `metrics:10.0.0.2 rtt`.
    case tcpMetrics = "metrics"
    /// skb drop reasons of one namespace.
    case drop
    /// Packets that matched a named firewall rule.
    case rule
    /// A named set of nftables: `set:blocked elements`, and `packets` if its elements count.
    case set
    /// Packets touched by an impairment of a link, by its name; also `impair:offered`, `delivered`,
    /// `dropped`.
    case impair
    /// A field of packets of a kind, seen at an interface: `packet:synack mss`.
    case packet
    /// Kernel log lines of a kind: `log:syn-flooding`.
    case log

    public enum Shape: Sendable { case name, selector, selectorAndName }

    /// How an ID of this family is written.
    public var shape: Shape {
        switch self {
        case .ip, .ipExt, .icmp, .icmpMsg, .tcp, .tcpExt, .mptcpExt, .udp, .udpLite, .ip6, .icmp6, .udp6,
            .udpLite6,
            .xfrm, .link, .qdisc, .bridge, .ethtool, .softnet, .conntrack, .synproxy, .arpCache, .ndiscCache,
            .routeCache, .drop:
            .name
        case .sockets, .neighbour, .mtu, .rule, .impair, .log: .selector
        case .listen, .socketMemory, .sockstat, .tcpMetrics, .packet, .trafficClass, .filter, .set:
            .selectorAndName
        }
    }

    /// Whether the family is one of the kernel's MIB groups, which are written with a dot.
    public var isMIB: Bool {
        switch self {
        case .ip, .ipExt, .icmp, .icmpMsg, .tcp, .tcpExt, .mptcpExt, .udp, .udpLite, .ip6, .icmp6, .udp6,
            .udpLite6,
            .xfrm:
            true
        case .link, .qdisc, .bridge, .ethtool, .trafficClass, .filter, .softnet, .conntrack, .synproxy,
            .arpCache, .ndiscCache, .routeCache, .sockstat, .listen, .sockets, .socketMemory, .neighbour,
            .mtu, .tcpMetrics, .drop, .rule, .set, .impair, .packet, .log:
            false
        }
    }

    public enum Place: Sendable { case node, interface, link }

    /// What a reading of this family belongs to.
    public var place: Place {
        switch self {
        case .link, .qdisc, .bridge, .ethtool, .trafficClass, .filter, .packet: .interface
        case .impair: .link
        case .ip, .ipExt, .icmp, .icmpMsg, .tcp, .tcpExt, .mptcpExt, .udp, .udpLite, .ip6, .icmp6, .udp6,
            .udpLite6,
            .xfrm, .softnet, .conntrack, .synproxy, .arpCache, .ndiscCache, .routeCache, .sockstat, .listen,
            .sockets, .socketMemory, .neighbour, .mtu, .tcpMetrics, .drop, .rule, .set, .log:
            .node
        }
    }

    /// Whether other programs on the machine move it too.
    public var isHostWide: Bool {
        switch self {
        case .softnet, .arpCache, .ndiscCache, .routeCache, .log: true
        default: false
        }
    }
}
