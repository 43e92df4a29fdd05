import CMnl
import Glibc

/// A route as the kernel describes it.
public struct RouteInfo: Hashable, Sendable {
    public var type: RouteType
    /// Four or sixteen bytes; zeros for a default route.
    public var destination: [UInt8]
    public var prefixLength: Int
    public var gateway: [UInt8]?
    /// The index of the device; nil for routes without.
    public var deviceIndex: Int32?
    public var nextHops: [Hop]
    public var source: [UInt8]?
    public var metric: UInt32?
    public var table: UInt32
    /// `RTPROT_*`: 2 the kernel itself, 3 boot, 4 static.
    public var origin: UInt8
    public var scope: UInt8
    /// `RTM_F_*` and `RTNH_F_*`: 0x200 a cached exception, 1 dead, 16 no carrier.
    public var flags: UInt32
    public var metrics: RouteMetrics
    /// Seconds until a cached exception is forgotten; nil for routes that are not cached.
    public var expiresInSeconds: UInt32?

    /// One of several next hops.
    public struct Hop: Hashable, Sendable {
        public var deviceIndex: Int32
        public var gateway: [UInt8]?
        public var weight: Int
    }

    /// Whether this is an exception that the kernel learned, such as a smaller path MTU.
    public var isCached: Bool { flags & UInt32(RTM_F_CLONED) != 0 }
    public var isLinkDown: Bool { flags & UInt32(RTNH_F_LINKDOWN) != 0 }

    /// Reads an `RTM_NEWROUTE` message; nil if it is too short or of another family.
    init?(_ message: NetlinkMessage) {
        guard message.type == RTM_NEWROUTE, let header: rtmsg = message.header(),
            header.rtm_family == UInt8(AF_INET) || header.rtm_family == UInt8(AF_INET6),
            let type = RouteType(rawValue: header.rtm_type)
        else { return nil }
        let attributes = message.attributes(after: rtmsg.self)
        self.type = type
        destination =
            attributes[RTA_DST.number]?.bytes
            ?? [UInt8](repeating: 0, count: header.rtm_family == UInt8(AF_INET) ? 4 : 16)
        prefixLength = Int(header.rtm_dst_len)
        gateway = attributes[RTA_GATEWAY.number]?.bytes
        deviceIndex = attributes[RTA_OIF.number]?.integer()
        nextHops = attributes[RTA_MULTIPATH.number].map { Self.hops($0.payload) } ?? []
        source = attributes[RTA_PREFSRC.number]?.bytes
        metric = attributes[RTA_PRIORITY.number]?.uint32
        table = attributes[RTA_TABLE.number]?.uint32 ?? UInt32(header.rtm_table)
        origin = header.rtm_protocol
        scope = header.rtm_scope
        flags = header.rtm_flags
        metrics = attributes[RTA_METRICS.number].map { RouteMetrics($0.nested) } ?? RouteMetrics()
        // struct rta_cacheinfo: clntref, lastuse, expires in hundredths of a second, error, used, id, ts, tsage.
        let expires: Int32? = attributes[RTA_CACHEINFO.number]?.payload.integer(at: 8)
        expiresInSeconds = expires.flatMap { $0 > 0 ? UInt32($0) / 100 : nil }
    }

    private static func hops(_ payload: ArraySlice<UInt8>) -> [Hop] {
        var hops: [Hop] = []
        var rest = payload
        while let header: rtnexthop = rest.structure(), header.rtnh_len >= 8,
            Int(header.rtnh_len) <= rest.count
        {
            let attributes = AttributeReader(rest.prefix(Int(header.rtnh_len)).dropFirst(8))
            hops.append(
                Hop(
                    deviceIndex: header.rtnh_ifindex, gateway: attributes[RTA_GATEWAY.number]?.bytes,
                    weight: Int(header.rtnh_hops) + 1))
            rest = rest.dropFirst((Int(header.rtnh_len) + 3) & ~3)
        }
        return hops
    }
}

extension RouteMetrics {
    init(_ attributes: AttributeReader) {
        mtu = attributes[RTAX_MTU]?.uint32
        isMTULocked = (attributes[RTAX_LOCK]?.uint32 ?? 0) & 1 << UInt32(RTAX_MTU) != 0
        advmss = attributes[RTAX_ADVMSS]?.uint32
        initcwnd = attributes[RTAX_INITCWND]?.uint32
        initrwnd = attributes[RTAX_INITRWND]?.uint32
        quickack = attributes[RTAX_QUICKACK]?.uint32.map { $0 != 0 }
        window = attributes[RTAX_WINDOW]?.uint32
        rtoMinMilliseconds = attributes[RTAX_RTO_MIN]?.uint32
        hopLimit = attributes[RTAX_HOPLIMIT]?.uint32
        congestionControl = attributes[RTAX_CC_ALGO]?.string
    }
}

/// One of the two families of addresses.
public enum AddressFamily: UInt8, Hashable, Sendable, CaseIterable {
    case ipv4 = 2
    case ipv6 = 10
}

extension RouteSocket {
    /// The routes of a family, of one table or of all of them.
    ///
    /// Equivalent to: `ip [-6] route show table T`
    public func routes(_ family: AddressFamily, table: UInt32? = nil) throws(NetlinkError) -> [RouteInfo] {
        try routes(family, table: table, flags: 0, "list routes").filter { !$0.isCached }
    }

    /// The exceptions that the kernel learned from ICMP: redirects and smaller path MTUs, with their expiry.
    ///
    /// One that nothing has been routed by since it was learned is not shown; `route(to:)` is enough for that.
    ///
    /// Kernel: `RTM_F_CLONED` dump, `fnhe` of IPv4 since 5.3; with strict checking since 4.20.
    /// Equivalent to: `ip [-6] route show cache`
    public func cachedRoutes(_ family: AddressFamily) throws(NetlinkError) -> [RouteInfo] {
        try routes(family, table: nil, flags: UInt32(RTM_F_CLONED), "list cached routes").filter(\.isCached)
    }

    /// The route that a packet to an address would take, with the path MTU that holds for it now.
    ///
    /// Equivalent to: `ip route get ADDRESS [from SOURCE]`
    /// - Throws: `NetlinkError` with what a sender would see: ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL.
    public func route(to destination: [UInt8], from source: [UInt8]? = nil) throws(NetlinkError) -> RouteInfo
    {
        let operation = "look up route to \(AddressText.text(destination))"
        var header = rtmsg()
        header.rtm_family = try AddressText.family(of: destination, operation)
        header.rtm_dst_len = UInt8(destination.count * 8)
        if let source { header.rtm_src_len = UInt8(clamping: source.count * 8) }
        var request = MessageBuilder(type: RTM_GETROUTE, header: header)
        request.put(RTA_DST.number, "RTA_DST", bytes: destination)
        if let source { request.put(RTA_SRC.number, "RTA_SRC", bytes: source) }
        let replies = try socket.send(request, as: .question, operation)
        guard let route = replies.lazy.compactMap(RouteInfo.init).first else {
            throw NetlinkError(operation: operation, errno: EBADMSG, kernelText: "the answer holds no route")
        }
        return route
    }

    private func routes(
        _ family: AddressFamily, table: UInt32?, flags: UInt32, _ operation: String
    ) throws(NetlinkError) -> [RouteInfo] {
        var header = rtmsg()
        header.rtm_family = family.rawValue
        header.rtm_flags = flags
        var request = MessageBuilder(type: RTM_GETROUTE, header: header)
        if let table { request.put(RTA_TABLE.number, "RTA_TABLE", table) }
        do {
            // Kernels before 4.20 ignore the table that was asked for.
            return try socket.send(request, as: .dump, operation).compactMap(RouteInfo.init)
                .filter { table == nil || $0.table == table }
        } catch {
            // A table that never had a route does not exist: it holds no routes.
            guard table != nil, error.errno == ENOENT else { throw error }
            return []
        }
    }
}
