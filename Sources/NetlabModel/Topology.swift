/// Names an interface: the node it is in and its name there, written `client/eth0`.
public struct InterfaceID: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public var node: String
    public var interface: String

    public init(node: String, interface: String) {
        self.node = node
        self.interface = interface
    }

    /// Reads `client/eth0`.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        self.init(node: String(parts[0]), interface: String(parts[1]))
    }

    public var description: String { "\(node)/\(interface)" }

    public static func < (left: InterfaceID, right: InterfaceID) -> Bool {
        (left.node, left.interface) < (right.node, right.interface)
    }
}

/// Everything a lab is made of at one instant. A phase is described by the state it wants; what has to
/// be done to the kernel is the difference of two states (`Change.between`).
public struct LabState: Hashable, Sendable {
    public var nodes: [Node]
    public var links: [Link]
    /// Settings of the whole machine; need `--allow-host-changes`.
    public var host: [SysctlSetting]

    public init(nodes: [Node] = [], links: [Link] = [], host: [SysctlSetting] = []) {
        self.nodes = nodes
        self.links = links
        self.host = host
    }

    public func node(_ name: String) -> Node? { nodes.first { $0.name == name } }

    public func interface(_ id: InterfaceID) -> Interface? {
        node(id.node)?.interfaces.first { $0.name == id.interface }
    }

    /// The link that an interface is one end of.
    public func link(at end: InterfaceID) -> Link? { links.first { $0.ends.contains(end) } }
}

/// One network namespace with a name.
public struct Node: Hashable, Sendable {
    public var name: String
    public var interfaces: [Interface] = []
    public var routes: [Route] = []
    public var neighbours: [Neighbour] = []
    /// Applied in order, after the interfaces exist.
    public var sysctls: [SysctlSetting] = []
    public var firewall = Firewall()
    /// Lines of the node's own `/etc/hosts` for programs run in it: name → address.
    public var hosts: [String: IPAddress] = [:]
    /// Text of the node's own `/etc/resolv.conf`; nil leaves the host's.
    public var resolver: String?

    public init(name: String) { self.name = name }

    /// The routes that the kernel can have now: it takes none by a device that is down, nor one of IPv6 by a device that
    /// has no IPv6, and drops those that it had.
    var usableRoutes: [Route] {
        routes.filter { route in
            let device = interfaces.first { interface in
                route.device.map { $0 == interface.name }
                    ?? (route.gateway.map { hop in interface.addresses.contains { $0.contains(hop) } }
                        ?? false)
            }
            guard let device else { return true }
            return device.isUp && (device.carriesIPv6 || !route.destination.address.isIPv6)
        }
    }

    /// Text of an `/etc/hosts`: the loopback addresses, then names in order.
    public static func hostsText(_ hosts: [String: IPAddress]) -> String {
        "127.0.0.1 localhost\n::1 localhost\n"
            + hosts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)\n" }.joined()
    }
}

/// One end of a link inside a node.
public struct Interface: Hashable, Sendable {
    public var name: String
    public var addresses: [IPPrefix] = []
    /// Bytes of an IP packet; 68 to 65535.
    public var mtu = 1500
    /// Administrative state: `ip link set up|down`.
    public var isUp = true
    /// Whether the cable is plugged in: without it the device stays up and has no carrier.
    public var hasCarrier = true
    public var mac: MACAddress?
    /// Packets; nil leaves the driver's default.
    public var txQueueLength: Int?
    /// Kernel feature names (`tx-tcp-segmentation`, …) or the short forms of ethtool (`tso`, `gso`, `gro`,
    /// `tx`, `rx`, `sg`) and whether they shall be on. Those not named keep the driver's or the link's
    /// default.
    public var offloads: [String: Bool] = [:]
    public var qdisc: Qdisc?
    /// CPU mask of receive packet steering for the first queue, as in `rps_cpus`.
    public var rpsCPUs: UInt64?

    public init(name: String) { self.name = name }

    /// Whether the kernel runs IPv6 on it: not below the least MTU of RFC 8200, section 5.
    var carriesIPv6: Bool { mtu >= 1280 }
}

/// A queueing discipline at the root of an interface's egress.
public enum Qdisc: Hashable, Sendable {
    /// Token bucket: `limit` bytes of queue, `burst` bytes of bucket.
    case tbf(rate: DataRate, burst: ByteCount, limit: ByteCount)
    /// First in, first out, at most this many packets.
    case pfifo(limit: Int)
    /// First in, first out, at most this many bytes.
    case bfifo(limit: ByteCount)
    /// One class of this rate, with a pfifo of this many packets under it.
    case htb(rate: DataRate, limit: Int)
    case fqCodel
    /// `netem` on the interface's own egress: a lesson of its own, since a local drop is no loss to TCP.
    case netem([Impairment])
}

/// A route of a node.
public struct Route: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        case unicast, blackhole, unreachable, prohibit, `throw`
    }

    public var kind = Kind.unicast
    /// The destination; prefix length 0 is the default route.
    public var destination: IPPrefix
    public var gateway: IPAddress?
    /// Name of the interface to leave by.
    public var device: String?
    public var source: IPAddress?
    public var metric: Int?
    /// Bytes; `isMTULocked` stops path MTU discovery from changing it.
    public var mtu: Int?
    public var isMTULocked = false
    public var advertisedMSS: Int?
    public var initialCongestionWindow: Int?
    public var initialReceiveWindow: Int?
    public var quickACK = false
    public var isOnLink = false

    public init(destination: IPPrefix) { self.destination = destination }

    /// Two routes of one key cannot stand side by side in one table.
    public var key: String { "\(destination) metric \(metric ?? 0)" }
}

/// A permanent entry of a node's neighbour table.
public struct Neighbour: Hashable, Sendable {
    public var address: IPAddress
    public var mac: MACAddress
    public var device: String

    public init(address: IPAddress, mac: MACAddress, device: String) {
        self.address = address
        self.mac = mac
        self.device = device
    }
}

/// One sysctl and the value it shall have.
public struct SysctlSetting: Hashable, Sendable {
    /// Dotted, as sysctl(8) prints it: `net.ipv4.tcp_syn_retries`.
    public var name: String
    public var value: String
    /// The kernels that it is made on; nil: all.
    public var kernel: KernelRange?
    /// What the author has to say where it is left out.
    public var otherwise: String?

    public init(
        name: String, value: String, kernel: KernelRange? = nil, otherwise: String? = nil
    ) {
        self.name = name
        self.value = value
        self.kernel = kernel
        self.otherwise = otherwise
    }

    /// Whether it is made on this kernel; so it is on one whose release tells nothing.
    public func isMade(on release: String) -> Bool { kernel?.contains(release) ?? true }

    /// Whether a kernel that has no such parameter behaves as with this value of it.
    ///
    /// Kernel: `tcp_syn_linear_timeouts` since 6.5; before, each SYN waited twice as long as the one before it, as with 0.
    public var isWhatOlderKernelsDo: Bool { Self.olderKernels[name] == value }

    private static let olderKernels = ["net.ipv4.tcp_syn_linear_timeouts": "0"]
}
