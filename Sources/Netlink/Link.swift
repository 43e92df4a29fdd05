import CMnl
import Glibc

/// Flags of a network device.
///
/// Kernel: `enum net_device_flags`, `/sys/class/net/NAME/flags`.
public struct LinkFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `IFF_UP`: set up by the administrator.
    public static let up = LinkFlags(rawValue: 1 << 0)
    public static let broadcast = LinkFlags(rawValue: 1 << 1)
    public static let loopback = LinkFlags(rawValue: 1 << 3)
    public static let pointToPoint = LinkFlags(rawValue: 1 << 4)
    /// `IFF_RUNNING`: operational by RFC 2863.
    public static let running = LinkFlags(rawValue: 1 << 6)
    /// `IFF_NOARP`: neighbours are not resolved.
    public static let noARP = LinkFlags(rawValue: 1 << 7)
    public static let promiscuous = LinkFlags(rawValue: 1 << 8)
    public static let allMulticast = LinkFlags(rawValue: 1 << 9)
    public static let multicast = LinkFlags(rawValue: 1 << 12)
    /// `IFF_LOWER_UP`: the driver signals carrier.
    public static let lowerUp = LinkFlags(rawValue: 1 << 16)
}

/// Operational state of a device.
///
/// Kernel: `IFLA_OPERSTATE`, RFC 2863 section 3.1.14.
public enum OperationalState: UInt8, Hashable, Sendable {
    case unknown, notPresent, down, lowerLayerDown, testing, dormant, up
}

/// A network device as the kernel describes it.
public struct LinkInfo: Hashable, Sendable {
    public var index: Int32
    public var name: String
    /// Largest packet at layer 3, in bytes.
    public var mtu: UInt32
    public var flags: LinkFlags
    public var operState: OperationalState
    /// The root qdisc: `noop` until the device is activated, then `noqueue`, `pfifo_fast`, `mq`, …
    public var qdisc: String
    /// `qlen`, in packets.
    public var txQueueLength: UInt32
    /// The hardware address; empty for devices without.
    public var mac: [UInt8]
    /// The index of the bridge or bond that the device is a port of.
    public var master: Int32?
    /// The index of the other end (veth) or of the lower device (macvlan, VLAN), in `linkNamespaceID`.
    public var link: Int32?
    /// The namespace ID in which `link` is to be understood; nil if it is this device's own.
    public var linkNamespaceID: Int32?
    /// `veth`, `bridge`, `tun`, …; nil for devices that no rtnetlink request made, such as `lo`.
    public var kind: String?
    /// How often carrier went or came (since 3.15).
    public var carrierChanges: UInt32?
    public var gsoMaxSegments: UInt32?
    /// In bytes.
    public var gsoMaxSize: UInt32?
    public var numTxQueues: UInt32?
    public var numRxQueues: UInt32?
    /// How many listeners want all packets (`tcpdump`, bridges).
    public var promiscuity: UInt32?
    /// Absent where statistics were not asked for.
    public var statistics: LinkStatistics?
    /// Counters and settings of the kind, undecoded: `IFLA_INFO_XSTATS`.
    public var kindStatistics: [UInt8]?

    /// Whether an administrator set the device up. It may still lack carrier.
    public var isUp: Bool { flags.contains(.up) }
    public var isRunning: Bool { flags.contains(.running) }
    public var isLowerUp: Bool { flags.contains(.lowerUp) }

    /// Whether packets given to the device now are sent: it is up, has carrier, and its qdisc is attached.
    ///
    /// Devices without carrier detection (lo, tun) stay in state unknown for ever. A device is activated by the
    /// kernel's link watch some time after it was set up, on a busy machine more than a second later; until then
    /// its qdisc is `noop`, which drops.
    public var isUsable: Bool {
        isUp && (operState == .up || operState == .unknown) && qdisc != "noop"
    }

    /// Reads an `RTM_NEWLINK` message; nil if it is too short.
    init?(_ message: NetlinkMessage) {
        guard message.type == RTM_NEWLINK, let header: ifinfomsg = message.header() else { return nil }
        let attributes = message.attributes(after: ifinfomsg.self)
        index = header.ifi_index
        flags = LinkFlags(rawValue: header.ifi_flags)
        name = attributes[IFLA_IFNAME]?.string ?? ""
        mtu = attributes[IFLA_MTU]?.uint32 ?? 0
        operState = attributes[IFLA_OPERSTATE]?.uint8.flatMap(OperationalState.init) ?? .unknown
        qdisc = attributes[IFLA_QDISC]?.string ?? ""
        txQueueLength = attributes[IFLA_TXQLEN]?.uint32 ?? 0
        mac = attributes[IFLA_ADDRESS]?.bytes ?? []
        master = attributes[IFLA_MASTER]?.integer()
        link = attributes[IFLA_LINK]?.integer()
        linkNamespaceID = attributes[IFLA_LINK_NETNSID]?.integer()
        let kindAttributes = attributes[IFLA_LINKINFO]?.nested
        kind = kindAttributes?[IFLA_INFO_KIND]?.string
        kindStatistics = kindAttributes?[IFLA_INFO_XSTATS]?.bytes
        carrierChanges = attributes[IFLA_CARRIER_CHANGES]?.uint32
        gsoMaxSegments = attributes[IFLA_GSO_MAX_SEGS]?.uint32
        gsoMaxSize = attributes[IFLA_GSO_MAX_SIZE]?.uint32
        numTxQueues = attributes[IFLA_NUM_TX_QUEUES]?.uint32
        numRxQueues = attributes[IFLA_NUM_RX_QUEUES]?.uint32
        promiscuity = attributes[IFLA_PROMISCUITY]?.uint32
        statistics = (attributes[IFLA_STATS64]?.payload).map(LinkStatistics.init)
    }
}

/// What else a request for links asks for.
///
/// Kernel: `RTEXT_FILTER_*` in `IFLA_EXT_MASK`.
enum LinkExtension {
    static let withoutStatistics: UInt32 = 1 << 3
}

extension RouteSocket {
    /// The device with a name, with its statistics.
    ///
    /// Equivalent to: `ip -s -d link show dev NAME`
    /// - Throws: `NetlinkError` with ENODEV if there is none.
    public func link(named name: String) throws(NetlinkError) -> LinkInfo {
        try requestLink(name, "show link \(name)", extensions: 0)
    }

    /// All devices of the namespace in the order of their indices, with their statistics.
    ///
    /// Equivalent to: `ip -s -d link show`
    public func links() throws(NetlinkError) -> [LinkInfo] {
        let request = MessageBuilder(type: RTM_GETLINK, header: ifinfomsg())
        return try socket.send(request, as: .dump, "list links").compactMap(LinkInfo.init)
            .sorted { $0.index < $1.index }
    }

    func requestLink(
        _ name: String, _ operation: String, extensions: UInt32
    ) throws(NetlinkError) -> LinkInfo {
        try checkName(name, operation)
        var request = MessageBuilder(type: RTM_GETLINK, header: ifinfomsg())
        request.put(IFLA_IFNAME, "IFLA_IFNAME", name)
        if extensions != 0 { request.put(IFLA_EXT_MASK, "IFLA_EXT_MASK", extensions) }
        let replies = try socket.send(request, as: .question, operation)
        guard let link = replies.lazy.compactMap(LinkInfo.init).first else {
            throw NetlinkError(operation: operation, errno: EBADMSG, kernelText: "the answer holds no link")
        }
        return link
    }
}
