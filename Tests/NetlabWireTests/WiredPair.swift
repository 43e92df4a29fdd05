import LinuxSystem
import NetlabModel
import Netlink

@testable import NetlabWire

/// Two fresh namespaces, 10.0.0.1 and 10.0.0.2, joined by a wire between two TAP devices called `eth0`.
final class WiredPair {
    static let client = InterfaceID(node: "client", interface: "eth0")
    static let server = InterfaceID(node: "server", interface: "eth0")

    let namespaces: [NetworkNamespace]
    let sockets: [RouteSocket]
    let wire: Wire

    init(
        seed: UInt64 = 1, _ impairments: [NamedImpairment] = [], log: Int = 0, superPackets: Bool = false,
        queueLength: UInt32 = 1000, mtu: UInt32 = 1500, knowsNeighbours: Bool = true,
        usesRing: Bool = true
    ) throws {
        var options = Wire.Options()
        options.fateLogCapacity = log
        options.usesRing = usesRing
        var namespaces: [NetworkNamespace] = []
        var sockets: [RouteSocket] = []
        var devices: [TAPDevice] = []
        for host in 1...2 as ClosedRange<UInt8> {
            let namespace = try NetworkNamespace.create()
            // Router solicitations and the like would come at times of their own.
            try Sysctl.write("net.ipv6.conf.all.disable_ipv6", "1", in: namespace)
            try Sysctl.write("net.ipv6.conf.default.disable_ipv6", "1", in: namespace)
            let socket = try RouteSocket(in: namespace)
            devices.append(try TAPDevice(name: "eth0", in: namespace, carriesSuperPackets: superPackets))
            try socket.setLink(
                "eth0",
                LinkChange(isUp: true, mtu: mtu, txQueueLength: queueLength, mac: [2, 0, 0, 0, 0, host]))
            try socket.addAddress([10, 0, 0, host], prefixLength: 24, to: "eth0")
            // While an address is being resolved the kernel queues datagrams, and sends them from another
            // thread afterwards: the sender's next ones overtake them before they reach the link.
            if knowsNeighbours {
                let other = 3 - host
                try socket.addNeighbour([10, 0, 0, other], mac: [2, 0, 0, 0, 0, other], device: "eth0")
            }
            namespaces.append(namespace)
            sockets.append(socket)
        }
        self.namespaces = namespaces
        self.sockets = sockets
        wire = try Wire(
            ends: (WireEnd(Self.client, devices[0]), WireEnd(Self.server, devices[1])), seed: seed,
            impairments: impairments, options: options)
        try wire.start()
        for socket in sockets { try socket.waitUntilUsable(links: ["eth0"]) }
    }

    deinit { wire.stop() }

    /// The books of the direction from 10.0.0.1 to 10.0.0.2.
    var there: WireStatistics { wire.statistics()[Self.client] ?? WireStatistics() }
    var back: WireStatistics { wire.statistics()[Self.server] ?? WireStatistics() }

    /// A UDP socket in one of the two namespaces.
    func udp(_ host: Int, port: UInt16 = 0) throws -> UDPSocket {
        try UDPSocket(in: namespaces[host - 1], port: port)
    }

    /// A TCP socket in one of the two namespaces.
    func tcp(_ host: Int) throws -> TCPSocket { try TCPSocket(in: namespaces[host - 1]) }
}

/// Impairments of the direction from 10.0.0.1, named by their order: `i0`, `i1`.
func fromClient(_ impairments: Impairment..., match: String = "any") throws -> [NamedImpairment] {
    let match = try PacketMatch(parsing: match)
    return impairments.enumerated().map {
        NamedImpairment(name: "i\($0)", from: WiredPair.client, match: match, impairment: $1)
    }
}
