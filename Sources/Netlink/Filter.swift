import CMnl
import Glibc

/// A filter as the kernel describes it.
public struct FilterInfo: Hashable, Sendable {
    public var deviceIndex: Int32
    /// `u32`, `bpf`, …
    public var kind: String
    public var handle: UInt32
    public var parent: TrafficHandle
    /// Filters with lower numbers are asked first.
    public var priority: UInt16
    /// `ETH_P_*` in host order: 3 is all.
    public var etherType: UInt16
    public var actions: [Action]

    /// What is done with a packet that the filter matches.
    public struct Action: Hashable, Sendable {
        /// `mirred`, `gact`, …
        public var kind: String
        /// Of a redirection: the index of the device that packets are given to.
        public var redirectedTo: Int32?
        public var statistics: QueueStatistics
    }

    /// Reads an `RTM_NEWTFILTER` message; nil if it is too short.
    init?(_ message: NetlinkMessage) {
        guard message.type == RTM_NEWTFILTER, let header: tcmsg = message.header() else { return nil }
        let attributes = message.attributes(after: tcmsg.self)
        deviceIndex = header.tcm_ifindex
        handle = header.tcm_handle
        parent = TrafficHandle(rawValue: header.tcm_parent)
        priority = UInt16(header.tcm_info >> 16)
        etherType = UInt16(bigEndian: UInt16(truncatingIfNeeded: header.tcm_info))
        kind = attributes[TCA_KIND]?.string ?? ""
        let list = kind == "u32" ? attributes[TCA_OPTIONS]?.nested[TCA_U32_ACT]?.nested : nil
        actions = (list?.attributes ?? []).map { Action($0.nested) }
    }
}

extension FilterInfo.Action {
    fileprivate init(_ attributes: AttributeReader) {
        kind = attributes[TCA_ACT_KIND]?.string ?? ""
        let settings: tc_mirred? =
            kind == "mirred"
            ? attributes[TCA_ACT_OPTIONS]?.nested[TCA_MIRRED_PARMS]?.payload.structure() : nil
        redirectedTo = settings.map { Int32(bitPattern: $0.ifindex) }
        statistics = QueueStatistics(attributes[TCA_ACT_STATS]?.nested ?? AttributeReader([]))
    }
}

extension RouteSocket {
    /// Gives all packets at a hook of a device to another device's egress, as if they were sent there.
    ///
    /// The device needs an `ingress` or `clsact` qdisc. The filter is a `u32` one whose only key matches anything:
    /// unlike `matchall`, every kernel with filters has it.
    ///
    /// Equivalent to: `tc filter add dev NAME ingress protocol all prio P u32 match u32 0 0 action mirred egress
    /// redirect dev TARGET`
    /// - Throws: `NetlinkError`: ENOENT or EOPNOTSUPP on kernels without `u32` or `mirred`, EINVAL without the
    ///   qdisc.
    public func redirect(
        device: String, at hook: TrafficHandle = .ingressFilters, to target: String, priority: UInt16 = 1
    ) throws(NetlinkError) {
        var header = try trafficHeader(device)
        header.tcm_parent = hook.rawValue
        header.tcm_info = UInt32(priority) << 16 | UInt32(Self.allEtherTypes.bigEndian)
        var settings = tc_mirred()
        settings.action = TC_ACT_STOLEN
        settings.eaction = TCA_EGRESS_REDIR
        settings.ifindex = UInt32(bitPattern: try index(ofLink: target))

        var request = MessageBuilder(type: RTM_NEWTFILTER, flags: NLM_F_CREATE | NLM_F_EXCL, header: header)
        request.put(TCA_KIND, "TCA_KIND", "u32")
        request.nest(TCA_OPTIONS, "TCA_OPTIONS", marked: false) { options in
            options.nest(TCA_U32_ACT, "TCA_U32_ACT", marked: false) { list in
                list.nest(1, "action 1", marked: false) { action in
                    action.put(TCA_ACT_KIND, "TCA_ACT_KIND", "mirred")
                    action.nest(TCA_ACT_OPTIONS, "TCA_ACT_OPTIONS") {
                        $0.put(TCA_MIRRED_PARMS, "TCA_MIRRED_PARMS", structure: settings)
                    }
                }
            }
            options.put(TCA_U32_SEL, "TCA_U32_SEL", bytes: Self.matchAnything)
        }
        try socket.send(request, "redirect \(device) to \(target)")
    }

    /// The filters at a hook of a device, with the counters of their actions.
    ///
    /// Equivalent to: `tc -s filter show dev NAME ingress`
    public func filters(
        device: String, at hook: TrafficHandle = .ingressFilters
    ) throws(NetlinkError) -> [FilterInfo] {
        var header = try trafficHeader(device)
        header.tcm_parent = hook.rawValue
        let request = MessageBuilder(type: RTM_GETTFILTER, header: header)
        return try socket.send(request, as: .dump, "list filters of \(device)").compactMap(FilterInfo.init)
    }

    /// Removes all filters at a hook of a device with a priority, or all of them.
    ///
    /// Equivalent to: `tc filter delete dev NAME ingress [prio P]`
    public func deleteFilters(
        device: String, at hook: TrafficHandle = .ingressFilters, priority: UInt16? = nil
    ) throws(NetlinkError) {
        var header = try trafficHeader(device)
        header.tcm_parent = hook.rawValue
        header.tcm_info = UInt32(priority ?? 0) << 16
        try socket.send(
            MessageBuilder(type: RTM_DELTFILTER, header: header), "delete filters of \(device)")
    }

    /// `ETH_P_ALL`
    private static let allEtherTypes: UInt16 = 3

    /// `struct tc_u32_sel` that ends the search (`TC_U32_TERMINAL`), with one `struct tc_u32_key` of zero mask.
    private static let matchAnything: [UInt8] = [1, 0, 1, 0] + [UInt8](repeating: 0, count: 28)
}
