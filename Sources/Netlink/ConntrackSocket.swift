import CMnl
import Glibc
import LinuxSystem

/// The connections that one network namespace tracks, and the counters of tracking.
///
/// Nothing is tracked until a rule in the namespace needs it (`ct` in nftables, `-m conntrack` or NAT in iptables).
///
/// Kernel: `NETLINK_NETFILTER`, subsystem ctnetlink, `CONFIG_NF_CT_NETLINK` (module `nf_conntrack_netlink`).
/// Equivalent to: `conntrack -L`, `conntrack -S`, `conntrack -C`
public final class ConntrackSocket: Sendable {
    private let socket: NetlinkSocket

    private static let subsystem = Int(NFNL_SUBSYS_CTNETLINK) << 8

    /// Opens a socket in a namespace. The calling thread must be at home.
    ///
    /// - Throws: `NetlinkError` with `need` set on kernels without netfilter's netlink. Whether they have
    ///   ctnetlink only the first request tells; it is asked here.
    public init(in namespace: NetworkNamespace) throws(NetlinkError) {
        do throws(NetlinkError) {
            socket = try NetlinkSocket(family: NETLINK_NETFILTER, in: namespace)
            _ = try globalCounts()
        } catch {
            throw error.needing(
                "CONFIG_NF_CT_NETLINK (modprobe nf_conntrack_netlink)",
                whenErrnoIs: [EPROTONOSUPPORT, EINVAL, EOPNOTSUPP])
        }
    }

    /// How many connections are tracked, and how many may be.
    public struct GlobalCounts: Hashable, Sendable {
        /// In this namespace.
        public var entries: UInt32
        /// `nf_conntrack_max`, which is one for the whole host; nil before 5.13.
        public var maximum: UInt32?
    }

    /// Counters of one CPU, by the kernel's names.
    ///
    /// Kernel: `struct ip_conntrack_stat`, `CTA_STATS_*`.
    public struct CPUStatistics: Hashable, Sendable {
        public var cpu: UInt16
        /// `found`, `invalid`, `insert_failed`, `drop`, `early_drop`, …: those that this kernel sends.
        public var counters: [String: UInt32]
    }

    /// A tracked connection.
    public struct Entry: Hashable, Sendable {
        public var original: Direction
        public var reply: Direction
        /// `IPPROTO_*`
        public var transport: UInt8
        /// `IPS_*`: 2 has seen a reply, 4 assured, 8 confirmed, 16 source NAT, 32 destination NAT.
        public var status: UInt32
        /// Until it is forgotten.
        public var timeoutSeconds: UInt32
        /// `TCP_CONNTRACK_*`: 1 SYN_SENT, 2 SYN_RECV, 3 ESTABLISHED, …; nil for other transports.
        public var tcpState: UInt8?
        public var mark: UInt32
    }

    /// One direction of a connection.
    public struct Direction: Hashable, Sendable {
        /// Four or sixteen bytes.
        public var source: [UInt8]
        public var destination: [UInt8]
        /// Nil for transports without ports.
        public var sourcePort: UInt16?
        public var destinationPort: UInt16?
        /// Nil unless accounting is on (`net.netfilter.nf_conntrack_acct`).
        public var packets: UInt64?
        public var bytes: UInt64?
    }

    /// The number of tracked connections and its limit.
    ///
    /// Equivalent to: `conntrack -C`, `sysctl net.netfilter.nf_conntrack_max`
    public func globalCounts() throws(NetlinkError) -> GlobalCounts {
        let operation = "count tracked connections"
        let replies = try socket.send(message(IPCTNL_MSG_CT_GET_STATS.number), as: .question, operation)
        guard let attributes = replies.first?.attributes(after: nfgenmsg.self),
            let entries: UInt32 = attributes[CTA_STATS_GLOBAL_ENTRIES.number]?.integer()
        else {
            throw NetlinkError(operation: operation, errno: EBADMSG, kernelText: "the answer holds no count")
        }
        let maximum: UInt32? = attributes[CTA_STATS_GLOBAL_MAX_ENTRIES.number]?.integer()
        return GlobalCounts(
            entries: UInt32(bigEndian: entries), maximum: maximum.map(UInt32.init(bigEndian:)))
    }

    /// The counters of each CPU.
    ///
    /// Equivalent to: `conntrack -S`
    public func statistics() throws(NetlinkError) -> [CPUStatistics] {
        try socket.send(
            message(IPCTNL_MSG_CT_GET_STATS_CPU.number), as: .dump, "list conntrack statistics"
        ).compactMap { reply in
            guard let header: nfgenmsg = reply.header() else { return nil }
            var counters: [String: UInt32] = [:]
            for attribute in reply.attributes(after: nfgenmsg.self).attributes {
                guard let name = Self.counterNames[attribute.type], let value = attribute.uint32 else {
                    continue
                }
                counters[name] = UInt32(bigEndian: value)
            }
            return CPUStatistics(cpu: UInt16(bigEndian: header.res_id), counters: counters)
        }
    }

    /// The tracked connections.
    ///
    /// Equivalent to: `conntrack -L`
    public func entries() throws(NetlinkError) -> [Entry] {
        try socket.send(message(IPCTNL_MSG_CT_GET.number), as: .dump, "list tracked connections")
            .compactMap { Entry($0.attributes(after: nfgenmsg.self)) }
    }

    /// Forgets all tracked connections of the namespace.
    ///
    /// Equivalent to: `conntrack -F`
    public func flush() throws(NetlinkError) {
        try socket.send(message(IPCTNL_MSG_CT_DELETE.number), "flush tracked connections")
    }

    private func message(_ type: Int) -> MessageBuilder {
        MessageBuilder(type: Self.subsystem | type, header: nfgenmsg())
    }

    /// Names as in `/proc/net/stat/nf_conntrack` and `conntrack -S`; the last two have no macro before 5.15.
    private static let counterNames: [Int: String] = [
        1: "searched", 2: "found", 3: "new", 4: "invalid", 5: "ignore", 6: "delete", 7: "delete_list",
        8: "insert",
        9: "insert_failed", 10: "drop", 11: "early_drop", 12: "icmp_error", 13: "search_restart",
        14: "clash_resolve", 15: "chaintoolong",
    ]
}

extension ConntrackSocket.Entry {
    init?(_ attributes: AttributeReader) {
        guard let originalTuple = attributes[CTA_TUPLE_ORIG.number]?.nested,
            let replyTuple = attributes[CTA_TUPLE_REPLY.number]?.nested,
            let original = ConntrackSocket.Direction(
                originalTuple, counters: attributes[CTA_COUNTERS_ORIG.number]?.nested),
            let reply = ConntrackSocket.Direction(
                replyTuple, counters: attributes[CTA_COUNTERS_REPLY.number]?.nested)
        else { return nil }
        self.original = original
        self.reply = reply
        func number(_ attribute: Int) -> UInt32 { UInt32(bigEndian: attributes[attribute]?.uint32 ?? 0) }
        transport = originalTuple[CTA_TUPLE_PROTO.number]?.nested[CTA_PROTO_NUM.number]?.uint8 ?? 0
        status = number(CTA_STATUS.number)
        timeoutSeconds = number(CTA_TIMEOUT.number)
        mark = number(CTA_MARK.number)
        tcpState =
            attributes[CTA_PROTOINFO.number]?.nested[CTA_PROTOINFO_TCP.number]?
            .nested[CTA_PROTOINFO_TCP_STATE.number]?.uint8
    }
}

extension ConntrackSocket.Direction {
    fileprivate init?(_ tuple: AttributeReader, counters: AttributeReader?) {
        guard let addresses = tuple[CTA_TUPLE_IP.number]?.nested,
            let source = addresses[CTA_IP_V4_SRC.number] ?? addresses[CTA_IP_V6_SRC.number],
            let destination = addresses[CTA_IP_V4_DST.number] ?? addresses[CTA_IP_V6_DST.number]
        else { return nil }
        self.source = source.bytes
        self.destination = destination.bytes
        let transport = tuple[CTA_TUPLE_PROTO.number]?.nested
        sourcePort = transport?[CTA_PROTO_SRC_PORT.number]?.uint16.map(UInt16.init(bigEndian:))
        destinationPort = transport?[CTA_PROTO_DST_PORT.number]?.uint16.map(UInt16.init(bigEndian:))
        packets = counters?[CTA_COUNTERS_PACKETS.number]?.uint64.map(UInt64.init(bigEndian:))
        bytes = counters?[CTA_COUNTERS_BYTES.number]?.uint64.map(UInt64.init(bigEndian:))
    }
}
