import CMnl
import Glibc

/// How a device gets IPv6 addresses of its own accord.
///
/// Kernel: `enum in6_addr_gen_mode`.
public enum IPv6AddressGeneration: UInt8, Hashable, Sendable {
    /// From the hardware address, RFC 4291.
    case eui64
    /// Not at all: no link-local address, and none of the messages that come with one.
    case none
    /// Stable and opaque, RFC 7217.
    case stablePrivacy
    case random
}

/// A change of a device's settings; nil leaves a setting as it is.
public struct LinkChange: Hashable, Sendable {
    public var isUp: Bool?
    /// Largest packet at layer 3, in bytes.
    public var mtu: UInt32?
    /// `qlen`, in packets.
    public var txQueueLength: UInt32?
    /// Six bytes.
    public var mac: [UInt8]?
    public var gsoMaxSegments: UInt32?
    /// In bytes.
    public var gsoMaxSize: UInt32?
    /// Carrier, of drivers that let it be set (tun, dummy); veth refuses with EOPNOTSUPP.
    public var carrier: Bool?
    /// Whether all packets are received, whoever they are addressed to.
    public var promiscuous: Bool?
    /// Whether neighbours are resolved on the device.
    public var arp: Bool?
    public var newName: String?
    /// Acts when the device is set up next: choose it in a request of its own before that.
    public var ipv6AddressGeneration: IPv6AddressGeneration?

    public init(
        isUp: Bool? = nil, mtu: UInt32? = nil, txQueueLength: UInt32? = nil, mac: [UInt8]? = nil,
        gsoMaxSegments: UInt32? = nil, gsoMaxSize: UInt32? = nil, carrier: Bool? = nil,
        promiscuous: Bool? = nil, arp: Bool? = nil, newName: String? = nil,
        ipv6AddressGeneration: IPv6AddressGeneration? = nil
    ) {
        self.isUp = isUp
        self.mtu = mtu
        self.txQueueLength = txQueueLength
        self.mac = mac
        self.gsoMaxSegments = gsoMaxSegments
        self.gsoMaxSize = gsoMaxSize
        self.carrier = carrier
        self.promiscuous = promiscuous
        self.arp = arp
        self.newName = newName
        self.ipv6AddressGeneration = ipv6AddressGeneration
    }
}

/// Settings of a port of a bridge; nil leaves a setting as it is.
public struct BridgePortChange: Hashable, Sendable {
    /// An isolated port exchanges frames with ports that are not isolated only.
    public var isIsolated: Bool?
    /// Whether the bridge learns addresses from the port.
    public var isLearning: Bool?
    /// Whether frames to unknown addresses are sent out of the port.
    public var isFlooding: Bool?
    /// Whether frames may leave by the port they came in by.
    public var isHairpin: Bool?

    public init(
        isIsolated: Bool? = nil, isLearning: Bool? = nil, isFlooding: Bool? = nil, isHairpin: Bool? = nil
    ) {
        self.isIsolated = isIsolated
        self.isLearning = isLearning
        self.isFlooding = isFlooding
        self.isHairpin = isHairpin
    }
}

extension RouteSocket {
    /// Changes settings of a device, all in one request. A request that fails may have changed some of them.
    ///
    /// Equivalent to: `ip link set dev NAME up mtu MTU …`
    /// - Throws: `NetlinkError`: ENODEV without such a device, EINVAL or ERANGE for a value that it refuses.
    public func setLink(_ name: String, _ change: LinkChange) throws(NetlinkError) {
        let operation = "set link \(name)"
        try checkName(name, operation)
        var header = ifinfomsg()
        for (flag, wanted) in [
            (LinkFlags.up, change.isUp), (.promiscuous, change.promiscuous), (.noARP, change.arp.map { !$0 }),
        ] {
            guard let wanted else { continue }
            header.ifi_change |= flag.rawValue
            if wanted { header.ifi_flags |= flag.rawValue }
        }
        // A device is found by its name, unless the name is what changes.
        if let newName = change.newName {
            try checkName(newName, operation)
            header.ifi_index = try index(ofLink: name)
        }
        var request = MessageBuilder(type: RTM_NEWLINK, header: header)
        request.put(IFLA_IFNAME, "IFLA_IFNAME", change.newName ?? name)
        if let mtu = change.mtu { request.put(IFLA_MTU, "IFLA_MTU", mtu) }
        if let length = change.txQueueLength { request.put(IFLA_TXQLEN, "IFLA_TXQLEN", length) }
        if let mac = change.mac { request.put(IFLA_ADDRESS, "IFLA_ADDRESS", bytes: mac) }
        if let segments = change.gsoMaxSegments {
            request.put(IFLA_GSO_MAX_SEGS, "IFLA_GSO_MAX_SEGS", segments)
        }
        if let size = change.gsoMaxSize { request.put(IFLA_GSO_MAX_SIZE, "IFLA_GSO_MAX_SIZE", size) }
        if let carrier = change.carrier { request.put(IFLA_CARRIER, "IFLA_CARRIER", UInt8(carrier ? 1 : 0)) }
        if let mode = change.ipv6AddressGeneration {
            request.nest(IFLA_AF_SPEC, "IFLA_AF_SPEC") { families in
                families.nest(Int(AF_INET6), "AF_INET6") {
                    $0.put(IFLA_INET6_ADDR_GEN_MODE, "IFLA_INET6_ADDR_GEN_MODE", mode.rawValue)
                }
            }
        }
        try socket.send(request, operation)
    }

    /// Makes a device a port of a bridge, or of none.
    ///
    /// Equivalent to: `ip link set dev NAME master BRIDGE`, `ip link set dev NAME nomaster`
    public func setMaster(link name: String, bridge: String?) throws(NetlinkError) {
        let operation =
            bridge.map { "put link \(name) into bridge \($0)" } ?? "take link \(name) out of its bridge"
        try checkName(name, operation)
        let master: Int32
        if let bridge { master = try index(ofLink: bridge) } else { master = 0 }
        var request = MessageBuilder(type: RTM_NEWLINK, header: ifinfomsg())
        request.put(IFLA_IFNAME, "IFLA_IFNAME", name)
        request.put(IFLA_MASTER, "IFLA_MASTER", master)
        try socket.send(request, operation)
    }

    /// Changes settings of a port of a bridge.
    ///
    /// Equivalent to: `ip link set dev NAME type bridge_slave isolated on learning off …`
    public func setBridgePort(_ name: String, _ change: BridgePortChange) throws(NetlinkError) {
        let operation = "set bridge port \(name)"
        try checkName(name, operation)
        var request = MessageBuilder(type: RTM_NEWLINK, header: ifinfomsg())
        request.put(IFLA_IFNAME, "IFLA_IFNAME", name)
        request.nest(IFLA_LINKINFO, "IFLA_LINKINFO") { information in
            information.put(IFLA_INFO_SLAVE_KIND, "IFLA_INFO_SLAVE_KIND", "bridge")
            information.nest(IFLA_INFO_SLAVE_DATA, "IFLA_INFO_SLAVE_DATA") { data in
                if let isolated = change.isIsolated {
                    data.put(IFLA_BRPORT_ISOLATED, "IFLA_BRPORT_ISOLATED", UInt8(isolated ? 1 : 0))
                }
                if let learning = change.isLearning {
                    data.put(IFLA_BRPORT_LEARNING, "IFLA_BRPORT_LEARNING", UInt8(learning ? 1 : 0))
                }
                if let flooding = change.isFlooding {
                    data.put(IFLA_BRPORT_UNICAST_FLOOD, "IFLA_BRPORT_UNICAST_FLOOD", UInt8(flooding ? 1 : 0))
                }
                if let hairpin = change.isHairpin {
                    data.put(IFLA_BRPORT_MODE, "IFLA_BRPORT_MODE", UInt8(hairpin ? 1 : 0))
                }
            }
        }
        try socket.send(request, operation)
    }

    /// Removes a device; of a veth pair both ends go. Costs some 20 ms: closing the namespace is cheaper.
    ///
    /// Equivalent to: `ip link delete dev NAME`
    /// - Throws: `NetlinkError`: ENODEV without such a device, EOPNOTSUPP for one like `lo`.
    public func deleteLink(_ name: String) throws(NetlinkError) {
        let operation = "delete link \(name)"
        try checkName(name, operation)
        var request = MessageBuilder(type: RTM_DELLINK, header: ifinfomsg())
        request.put(IFLA_IFNAME, "IFLA_IFNAME", name)
        try socket.send(request, operation)
    }
}
