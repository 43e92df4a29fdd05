import CMnl
import Glibc
import LinuxSystem

/// What may be chosen when a device is made; nil leaves it to the kernel.
public struct LinkOptions: Hashable, Sendable {
    /// Largest packet at layer 3, in bytes.
    public var mtu: UInt32?
    /// Six bytes; the kernel invents an address otherwise.
    public var mac: [UInt8]?
    /// `qlen`, in packets.
    public var txQueueLength: UInt32?
    public var numTxQueues: UInt32?
    public var numRxQueues: UInt32?

    public init(
        mtu: UInt32? = nil, mac: [UInt8]? = nil, txQueueLength: UInt32? = nil, numTxQueues: UInt32? = nil,
        numRxQueues: UInt32? = nil
    ) {
        self.mtu = mtu
        self.mac = mac
        self.txQueueLength = txQueueLength
        self.numTxQueues = numTxQueues
        self.numRxQueues = numRxQueues
    }
}

/// Settings of a bridge.
public struct BridgeOptions: Hashable, Sendable {
    /// Whether the bridge takes part in the spanning tree protocol. Ports of one that does forward nothing for
    /// twice the forward delay.
    public var spanningTree = false
    /// Whether it sends multicast only where members were seen, and counts what members say.
    public var multicastSnooping = false
    /// In hundredths of a second; the kernel wants 0 or 200 to 3000 as soon as spanning tree is on.
    public var forwardDelayCentiseconds: UInt32 = 0
    /// How long a learned address stays, in hundredths of a second.
    public var ageingTimeCentiseconds: UInt32?

    public init() {}
}

/// How a macvlan device sees its siblings.
public enum MACVLANMode: UInt32, Hashable, Sendable {
    case `private` = 1
    case vepa = 2
    case bridge = 4
    case passthrough = 8
}

extension RouteSocket {
    /// Makes two joined devices, one here and its peer directly in another namespace.
    ///
    /// Making the peer where it belongs is more than ten times cheaper than moving it there.
    /// The peer comes into being down: the kernel cannot set it up before the two ends know each other.
    /// - Parameter isUp: whether this end is set up at once. It has carrier when the peer is up, too.
    /// - Throws: `NetlinkError`, EEXIST if either name is taken.
    ///
    /// Kernel: `veth_newlink()`, `VETH_INFO_PEER` with `IFLA_NET_NS_FD`.
    /// Equivalent to: `ip link add NAME mtu MTU address MAC type veth peer name PEER netns PEERNS …`
    public func createVethPair(
        name: String, mtu: UInt32? = nil, mac: [UInt8]? = nil, isUp: Bool,
        peerName: String, peerNamespace: NetworkNamespace, peerMTU: UInt32? = nil, peerMAC: [UInt8]? = nil,
        txQueueLength: UInt32? = nil, peerTxQueueLength: UInt32? = nil,
        numTxQueues: UInt32? = nil, numRxQueues: UInt32? = nil,
        peerNumTxQueues: UInt32? = nil, peerNumRxQueues: UInt32? = nil
    ) throws(NetlinkError) {
        let peer = LinkOptions(
            mtu: peerMTU, mac: peerMAC, txQueueLength: peerTxQueueLength, numTxQueues: peerNumTxQueues,
            numRxQueues: peerNumRxQueues)
        let own = LinkOptions(
            mtu: mtu, mac: mac, txQueueLength: txQueueLength, numTxQueues: numTxQueues,
            numRxQueues: numRxQueues)
        try checkName(peerName, "create veth \(name)")
        try create("veth", name: name, isUp: isUp, options: own) { data in
            data.nest(VETH_INFO_PEER, "VETH_INFO_PEER") { message in
                message.appendStruct(ifinfomsg())
                message.put(IFLA_IFNAME, "IFLA_IFNAME", peerName)
                message.put(peer)
                message.put(
                    IFLA_NET_NS_FD, "IFLA_NET_NS_FD", UInt32(bitPattern: peerNamespace.fileDescriptor))
            }
        }
    }

    /// Makes a bridge; by default one that forwards at once and floods multicast, as a plain switch does.
    ///
    /// Equivalent to: `ip link add NAME type bridge stp_state 0 mcast_snooping 0 forward_delay 0`
    public func createBridge(
        name: String, isUp: Bool, bridge: BridgeOptions = BridgeOptions(),
        options: LinkOptions = LinkOptions()
    ) throws(NetlinkError) {
        try create("bridge", name: name, isUp: isUp, options: options) { data in
            data.put(IFLA_BR_FORWARD_DELAY, "IFLA_BR_FORWARD_DELAY", bridge.forwardDelayCentiseconds)
            data.put(IFLA_BR_STP_STATE, "IFLA_BR_STP_STATE", UInt32(bridge.spanningTree ? 1 : 0))
            let snooping = UInt8(bridge.multicastSnooping ? 1 : 0)
            data.put(IFLA_BR_MCAST_SNOOPING, "IFLA_BR_MCAST_SNOOPING", snooping)
            data.put(IFLA_BR_MCAST_STATS_ENABLED, "IFLA_BR_MCAST_STATS_ENABLED", snooping)
            if let ageing = bridge.ageingTimeCentiseconds {
                data.put(IFLA_BR_AGEING_TIME, "IFLA_BR_AGEING_TIME", ageing)
            }
        }
    }

    /// Makes a device that swallows what is sent to it.
    ///
    /// Equivalent to: `ip link add NAME type dummy`
    /// - Throws: `NetlinkError` with EOPNOTSUPP and `need` set on kernels without `CONFIG_DUMMY`.
    public func createDummy(
        name: String, isUp: Bool, options: LinkOptions = LinkOptions()
    ) throws(NetlinkError) {
        try create("dummy", name: name, isUp: isUp, options: options)
    }

    /// Makes an intermediate functional block: a device whose egress qdisc impairs what a filter redirects to it.
    ///
    /// Equivalent to: `ip link add NAME type ifb`
    public func createIFB(name: String, isUp: Bool, options: LinkOptions = LinkOptions()) throws(NetlinkError)
    {
        try create("ifb", name: name, isUp: isUp, options: options)
    }

    /// Makes a device with an address of its own on top of another.
    ///
    /// Equivalent to: `ip link add NAME link LOWER type macvlan mode MODE`
    public func createMACVLAN(
        name: String, on lower: String, mode: MACVLANMode = .bridge, isUp: Bool,
        options: LinkOptions = LinkOptions()
    ) throws(NetlinkError) {
        let lowerIndex = try index(ofLink: lower)
        try create("macvlan", name: name, isUp: isUp, options: options, lower: lowerIndex) { data in
            data.put(IFLA_MACVLAN_MODE, "IFLA_MACVLAN_MODE", mode.rawValue)
        }
    }

    private func create(
        _ kind: String, name: String, isUp: Bool, options: LinkOptions, lower: Int32? = nil,
        data: ((inout MessageBuilder) -> Void)? = nil
    ) throws(NetlinkError) {
        let operation = "create \(kind) \(name)"
        try checkName(name, operation)
        var header = ifinfomsg()
        if isUp {
            header.ifi_flags = LinkFlags.up.rawValue
            header.ifi_change = LinkFlags.up.rawValue
        }
        var request = MessageBuilder(type: RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL, header: header)
        request.put(IFLA_IFNAME, "IFLA_IFNAME", name)
        request.put(options)
        if let lower { request.put(IFLA_LINK, "IFLA_LINK", lower) }
        request.nest(IFLA_LINKINFO, "IFLA_LINKINFO") { information in
            information.put(IFLA_INFO_KIND, "IFLA_INFO_KIND", kind)
            if let data { information.nest(IFLA_INFO_DATA, "IFLA_INFO_DATA", data) }
        }
        do throws(NetlinkError) {
            try socket.send(request, operation)
        } catch {
            throw error.needing("devices of kind \(kind) (modprobe \(kind))", whenErrnoIs: [EOPNOTSUPP])
        }
    }
}

extension MessageBuilder {
    fileprivate mutating func put(_ options: LinkOptions) {
        if let mtu = options.mtu { put(IFLA_MTU, "IFLA_MTU", mtu) }
        if let mac = options.mac { put(IFLA_ADDRESS, "IFLA_ADDRESS", bytes: mac) }
        if let length = options.txQueueLength { put(IFLA_TXQLEN, "IFLA_TXQLEN", length) }
        if let queues = options.numTxQueues { put(IFLA_NUM_TX_QUEUES, "IFLA_NUM_TX_QUEUES", queues) }
        if let queues = options.numRxQueues { put(IFLA_NUM_RX_QUEUES, "IFLA_NUM_RX_QUEUES", queues) }
    }
}
