import CMnl
import Glibc

/// What happens to packets that a route matches.
///
/// Kernel: `RTN_*` in `linux/rtnetlink.h`. What the sender sees: blackhole EINVAL, unreachable EHOSTUNREACH,
/// prohibit EACCES; throw makes the lookup go on with the next rule.
public enum RouteType: UInt8, Hashable, Sendable {
    case unspecified, unicast, local, broadcast, anycast, multicast, blackhole, unreachable, prohibit,
        `throw`, nat
}

/// Settings that a route gives to the connections using it; nil leaves them to the kernel.
///
/// Kernel: `RTAX_*` inside `RTA_METRICS`.
public struct RouteMetrics: Hashable, Sendable {
    /// Path MTU in bytes.
    public var mtu: UInt32?
    /// Whether discovered values may not replace `mtu`.
    public var isMTULocked = false
    /// Advertised maximum segment size in bytes.
    public var advmss: UInt32?
    /// Initial congestion window in segments.
    public var initcwnd: UInt32?
    /// Initial receive window in segments.
    public var initrwnd: UInt32?
    /// Whether every segment is acknowledged at once.
    public var quickack: Bool?
    /// Largest window advertised, in bytes.
    public var window: UInt32?
    /// Smallest retransmission time-out in milliseconds; locked, as `ip` does it.
    public var rtoMinMilliseconds: UInt32?
    /// Hop limit of packets sent.
    public var hopLimit: UInt32?
    /// Congestion control algorithm (since 4.0).
    public var congestionControl: String?

    public init() {}

    var isEmpty: Bool { self == RouteMetrics() }
}

/// One of several next hops of a route.
public struct NextHop: Hashable, Sendable {
    public var gateway: [UInt8]?
    public var device: String
    /// Share of the flows, 1 to 256.
    public var weight: Int

    public init(gateway: [UInt8]? = nil, device: String, weight: Int = 1) {
        self.gateway = gateway
        self.device = device
        self.weight = weight
    }
}

/// A route to add, to replace or to delete.
public struct Route: Hashable, Sendable {
    public var type: RouteType = .unicast
    /// Four or sixteen bytes in network order. A default route has zeros and the prefix length 0.
    public var destination: [UInt8]
    public var prefixLength: Int
    public var gateway: [UInt8]?
    /// The name of the device packets leave by.
    public var device: String?
    /// Several next hops instead of `gateway` and `device`.
    public var nextHops: [NextHop] = []
    /// The preferred source address.
    public var source: [UInt8]?
    /// `metric`: of routes to the same prefix the lowest wins. IPv6 makes 1024 of nil.
    public var metric: UInt32?
    /// The table: 254 is main, 255 local.
    public var table: UInt32 = 254
    /// `RT_SCOPE_*`; nil: link for a route without gateway, host for a local one, else global.
    public var scope: UInt8?
    /// Whether the gateway is taken to be on the device's link even if no address says so.
    public var isOnLink = false
    public var metrics = RouteMetrics()

    /// A route to a prefix.
    public init(
        to destination: [UInt8], prefixLength: Int, type: RouteType = .unicast, gateway: [UInt8]? = nil,
        device: String? = nil, source: [UInt8]? = nil, metric: UInt32? = nil, table: UInt32 = 254,
        isOnLink: Bool = false, metrics: RouteMetrics = RouteMetrics()
    ) {
        self.destination = destination
        self.prefixLength = prefixLength
        self.type = type
        self.gateway = gateway
        self.device = device
        self.source = source
        self.metric = metric
        self.table = table
        self.isOnLink = isOnLink
        self.metrics = metrics
    }

    /// `default` or the prefix, preceded by the type if it is not unicast.
    public var text: String {
        let prefix = prefixLength == 0 ? "default" : "\(AddressText.text(destination))/\(prefixLength)"
        return type == .unicast ? prefix : "\(type) \(prefix)"
    }
}

extension RouteSocket {
    /// Adds a route.
    ///
    /// Equivalent to: `ip route add [TYPE] PREFIX via GATEWAY dev NAME metric N table T mtu lock M onlink …`
    /// - Throws: `NetlinkError`: EEXIST if there is one to the prefix with this metric, ENETUNREACH for a gateway
    ///   that no address of a device reaches, ENETDOWN for a device that is down, EINVAL for bad prefixes.
    public func addRoute(_ route: Route) throws(NetlinkError) {
        try change(route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "add route \(route.text)")
    }

    /// Adds a route, or puts it in the place of the one to the same prefix with the same metric.
    ///
    /// Equivalent to: `ip route replace …`
    public func replaceRoute(_ route: Route) throws(NetlinkError) {
        try change(route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, "replace route \(route.text)")
    }

    /// Deletes the first route that has all that is given.
    ///
    /// Equivalent to: `ip route delete …`
    /// - Throws: `NetlinkError` with ESRCH if there is none.
    public func deleteRoute(_ route: Route) throws(NetlinkError) {
        try change(route, RTM_DELROUTE, 0, "delete route \(route.text)")
    }

    private func change(
        _ route: Route, _ type: Int, _ flags: Int32, _ operation: String
    ) throws(NetlinkError) {
        var header = rtmsg()
        header.rtm_family = try AddressText.family(of: route.destination, operation)
        header.rtm_dst_len = UInt8(clamping: route.prefixLength)
        header.rtm_table = route.table < 256 ? UInt8(route.table) : UInt8(RT_TABLE_COMPAT.rawValue)
        if type == RTM_NEWROUTE { header.rtm_protocol = UInt8(RTPROT_STATIC) }
        header.rtm_scope = route.scope ?? (type == RTM_NEWROUTE ? route.defaultScope : Route.anyScope)
        header.rtm_type = route.type.rawValue
        if route.isOnLink { header.rtm_flags |= UInt32(RTNH_F_ONLINK) }

        var request = MessageBuilder(type: type, flags: flags, header: header)
        if route.prefixLength > 0 { request.put(RTA_DST.number, "RTA_DST", bytes: route.destination) }
        if let gateway = route.gateway { request.put(RTA_GATEWAY.number, "RTA_GATEWAY", bytes: gateway) }
        if let device = route.device { request.put(RTA_OIF.number, "RTA_OIF", try index(ofLink: device)) }
        if let source = route.source { request.put(RTA_PREFSRC.number, "RTA_PREFSRC", bytes: source) }
        if let metric = route.metric { request.put(RTA_PRIORITY.number, "RTA_PRIORITY", metric) }
        request.put(RTA_TABLE.number, "RTA_TABLE", route.table)
        if !route.nextHops.isEmpty {
            var hops: [(NextHop, Int32)] = []
            for hop in route.nextHops { hops.append((hop, try index(ofLink: hop.device))) }
            request.nest(RTA_MULTIPATH.number, "RTA_MULTIPATH", marked: false) { list in
                for (hop, index) in hops { list.appendNextHop(hop, index: index, isOnLink: route.isOnLink) }
            }
        }
        request.put(route.metrics)
        try socket.send(request, operation)
    }
}

extension Route {
    static let anyScope = UInt8(RT_SCOPE_NOWHERE.rawValue)

    /// What `ip` assumes, too.
    fileprivate var defaultScope: UInt8 {
        switch type {
        case .local, .nat: return UInt8(RT_SCOPE_HOST.rawValue)
        case .broadcast, .multicast, .anycast: return UInt8(RT_SCOPE_LINK.rawValue)
        case .unicast where gateway == nil && nextHops.isEmpty && destination.count == 4:
            return UInt8(RT_SCOPE_LINK.rawValue)
        default: return UInt8(RT_SCOPE_UNIVERSE.rawValue)
        }
    }
}

extension MessageBuilder {
    fileprivate mutating func appendNextHop(_ hop: NextHop, index: Int32, isOnLink: Bool) {
        var header = rtnexthop()
        header.rtnh_ifindex = index
        header.rtnh_hops = UInt8(clamping: hop.weight - 1)
        if isOnLink { header.rtnh_flags = UInt8(RTNH_F_ONLINK) }
        header.rtnh_len = UInt16(8 + (hop.gateway.map { 4 + $0.count } ?? 0))
        appendStruct(header)
        if let gateway = hop.gateway { put(RTA_GATEWAY.number, "RTA_GATEWAY", bytes: gateway) }
    }

    fileprivate mutating func put(_ metrics: RouteMetrics) {
        guard !metrics.isEmpty else { return }
        nest(RTA_METRICS.number, "RTA_METRICS", marked: false) { list in
            var locked: UInt32 = metrics.isMTULocked ? 1 << UInt32(RTAX_MTU) : 0
            if metrics.rtoMinMilliseconds != nil { locked |= 1 << UInt32(RTAX_RTO_MIN) }
            if locked != 0 { list.put(RTAX_LOCK, "RTAX_LOCK", locked) }
            if let mtu = metrics.mtu { list.put(RTAX_MTU, "RTAX_MTU", mtu) }
            if let window = metrics.window { list.put(RTAX_WINDOW, "RTAX_WINDOW", window) }
            if let advmss = metrics.advmss { list.put(RTAX_ADVMSS, "RTAX_ADVMSS", advmss) }
            if let limit = metrics.hopLimit { list.put(RTAX_HOPLIMIT, "RTAX_HOPLIMIT", limit) }
            if let cwnd = metrics.initcwnd { list.put(RTAX_INITCWND, "RTAX_INITCWND", cwnd) }
            if let rto = metrics.rtoMinMilliseconds { list.put(RTAX_RTO_MIN, "RTAX_RTO_MIN", rto) }
            if let rwnd = metrics.initrwnd { list.put(RTAX_INITRWND, "RTAX_INITRWND", rwnd) }
            if let quickack = metrics.quickack {
                list.put(RTAX_QUICKACK, "RTAX_QUICKACK", UInt32(quickack ? 1 : 0))
            }
            if let name = metrics.congestionControl { list.put(RTAX_CC_ALGO, "RTAX_CC_ALGO", name) }
        }
    }
}
