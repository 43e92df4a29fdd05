import CMnl
import Glibc

/// Counters of a qdisc, a class or an action.
///
/// Kernel: `TCA_STATS2` with `struct gnet_stats_basic` and `struct gnet_stats_queue`.
/// Equivalent to: `tc -s qdisc show`
public struct QueueStatistics: Hashable, Sendable {
    /// Sent on.
    public var bytes: UInt64 = 0
    public var packets: UInt64 = 0
    /// Packets waiting now.
    public var queueLength: UInt32 = 0
    /// Bytes waiting now.
    public var backlogBytes: UInt32 = 0
    public var drops: UInt32 = 0
    /// Handed back by the driver.
    public var requeues: UInt32 = 0
    /// How often something had to wait, or exceeded its share.
    public var overlimits: UInt32 = 0
    /// The kind's own counters, undecoded: `TCA_STATS_APP`.
    public var kindStatistics: [UInt8]?

    init(_ attributes: AttributeReader) {
        if let basic = attributes[TCA_STATS_BASIC]?.payload {
            bytes = basic.integer(at: 0) ?? 0
            packets = UInt64(basic.integer(at: 8) as UInt32? ?? 0)
        }
        // The full count of packets since 5.5; the other one wraps at 2³².
        packets = attributes[TCA_STATS_PKT64]?.uint64 ?? packets
        if let queue = attributes[TCA_STATS_QUEUE]?.payload {
            queueLength = queue.integer(at: 0) ?? 0
            backlogBytes = queue.integer(at: 4) ?? 0
            drops = queue.integer(at: 8) ?? 0
            requeues = queue.integer(at: 12) ?? 0
            overlimits = queue.integer(at: 16) ?? 0
        }
        kindStatistics = attributes[TCA_STATS_APP]?.bytes
    }
}

/// A qdisc or a class as the kernel describes it.
public struct QdiscInfo: Hashable, Sendable {
    public var deviceIndex: Int32
    /// `tbf`, `netem`, `noqueue`, …
    public var kind: String
    public var handle: TrafficHandle
    public var parent: TrafficHandle
    /// Settings of the kind, undecoded: `TCA_OPTIONS`.
    public var options: [UInt8]
    public var statistics: QueueStatistics

    /// The settings of a netem qdisc; nil for other kinds.
    public var netem: Netem? { kind == "netem" ? Netem(options: options) : nil }
    /// The settings of a token bucket filter; nil for other kinds.
    public var tokenBucket: TokenBucket? { kind == "tbf" ? TokenBucket(options: options) : nil }

    /// Reads an `RTM_NEWQDISC` or `RTM_NEWTCLASS` message; nil if it is too short.
    init?(_ message: NetlinkMessage) {
        guard message.type == RTM_NEWQDISC || message.type == RTM_NEWTCLASS,
            let header: tcmsg = message.header()
        else { return nil }
        let attributes = message.attributes(after: tcmsg.self)
        deviceIndex = header.tcm_ifindex
        handle = TrafficHandle(rawValue: header.tcm_handle)
        parent = TrafficHandle(rawValue: header.tcm_parent)
        kind = attributes[TCA_KIND]?.string ?? ""
        options = attributes[TCA_OPTIONS]?.bytes ?? []
        statistics = QueueStatistics(attributes[TCA_STATS2]?.nested ?? AttributeReader([]))
    }
}

extension RouteSocket {
    /// Puts a qdisc on a device, in the place of the one that is there.
    ///
    /// The parent of `ingress` and `clsact` is always `.ingress`; they are made, not replaced.
    /// Equivalent to: `tc qdisc replace dev NAME PARENT handle HANDLE KIND …`
    /// - Parameters:
    ///   - parent: the device's egress, or a class of a qdisc on it.
    ///   - handle: the name of the qdisc; by default the kernel chooses.
    /// - Throws: `NetlinkError`: ENOENT with `need` set on kernels without the kind, EINVAL for settings that it
    ///   refuses.
    public func replaceQdisc(
        device: String, parent: TrafficHandle = .root, handle: TrafficHandle = .unspecified, _ kind: QdiscKind
    ) throws(NetlinkError) {
        var header = try trafficHeader(device)
        var flags = NLM_F_CREATE | NLM_F_REPLACE
        switch kind {
        case .ingress, .clsact:
            header.tcm_parent = TrafficHandle.ingress.rawValue
            header.tcm_handle = TrafficHandle(0xffff).rawValue
            flags = NLM_F_CREATE | NLM_F_EXCL
        default:
            header.tcm_parent = parent.rawValue
            header.tcm_handle = handle.rawValue
        }
        var request = MessageBuilder(type: RTM_NEWQDISC, flags: flags, header: header)
        request.put(TCA_KIND, "TCA_KIND", kind.name)
        kind.encode(into: &request)
        do throws(NetlinkError) {
            try socket.send(request, "set qdisc \(kind.name) on \(device)")
        } catch {
            // Below a class ENOENT may also mean the class.
            throw parent == .root
                ? error.needing("qdisc \(kind.name) (modprobe sch_\(kind.name))", whenErrnoIs: [ENOENT])
                : error
        }
    }

    /// Removes a qdisc and all below it; the device then has its default one again.
    ///
    /// Equivalent to: `tc qdisc delete dev NAME PARENT`
    /// - Throws: `NetlinkError`: ENOENT or EINVAL if there is none to delete.
    public func deleteQdisc(device: String, parent: TrafficHandle = .root) throws(NetlinkError) {
        var header = try trafficHeader(device)
        header.tcm_parent = parent.rawValue
        if parent == .ingress { header.tcm_handle = TrafficHandle(0xffff).rawValue }
        let request = MessageBuilder(type: RTM_DELQDISC, header: header)
        try socket.send(request, "delete qdisc \(parent) of \(device)")
    }

    /// The qdiscs of a device, or of all, with their counters.
    ///
    /// Equivalent to: `tc -s qdisc show [dev NAME]`
    public func qdiscs(device: String? = nil) throws(NetlinkError) -> [QdiscInfo] {
        var header = tcmsg()
        if let device { header.tcm_ifindex = try index(ofLink: device) }
        let request = MessageBuilder(type: RTM_GETQDISC, header: header)
        return try socket.send(request, as: .dump, "list qdiscs").compactMap(QdiscInfo.init)
            .filter { device == nil || $0.deviceIndex == header.tcm_ifindex }
    }

    /// Makes a class of an htb qdisc, or changes it.
    ///
    /// Equivalent to: `tc class replace dev NAME parent PARENT classid CLASS htb …`
    public func replaceClass(
        device: String, parent: TrafficHandle, handle: TrafficHandle, _ settings: HTBClass
    ) throws(NetlinkError) {
        var header = try trafficHeader(device)
        header.tcm_parent = parent.rawValue
        header.tcm_handle = handle.rawValue
        var request = MessageBuilder(type: RTM_NEWTCLASS, flags: NLM_F_CREATE | NLM_F_REPLACE, header: header)
        request.put(TCA_KIND, "TCA_KIND", "htb")
        settings.encode(into: &request)
        try socket.send(request, "set class \(handle) on \(device)")
    }

    /// Removes a class.
    ///
    /// Equivalent to: `tc class delete dev NAME classid CLASS`
    public func deleteClass(device: String, handle: TrafficHandle) throws(NetlinkError) {
        var header = try trafficHeader(device)
        header.tcm_handle = handle.rawValue
        try socket.send(
            MessageBuilder(type: RTM_DELTCLASS, header: header), "delete class \(handle) of \(device)")
    }

    /// The classes of a device, with their counters.
    ///
    /// Equivalent to: `tc -s class show dev NAME`
    public func classes(device: String) throws(NetlinkError) -> [QdiscInfo] {
        let request = MessageBuilder(type: RTM_GETTCLASS, header: try trafficHeader(device))
        return try socket.send(request, as: .dump, "list classes of \(device)").compactMap(QdiscInfo.init)
    }

    func trafficHeader(_ device: String) throws(NetlinkError) -> tcmsg {
        var header = tcmsg()
        header.tcm_ifindex = try index(ofLink: device)
        return header
    }
}
