import Glibc
import LinuxSystem
import NetlabModel
import NetlabWire
import Netlink

/// Two fresh namespaces, 10.0.0.1 and 10.0.0.2, joined by the link under test.
final class BenchmarkLink {
    enum Kind {
        case veth(offloads: Bool)
        case wire([NamedImpairment], superPackets: Bool)
    }

    private static let entrance = InterfaceID(node: "a", interface: "eth0")

    let namespaces: [NetworkNamespace]
    private var wire: Wire?

    init(_ kind: Kind) throws {
        namespaces = try (0..<2).map { _ in try NetworkNamespace.create() }
        let sockets = try namespaces.map { try RouteSocket(in: $0) }
        for namespace in namespaces {
            try Sysctl.write("net.ipv6.conf.default.disable_ipv6", "1", in: namespace)
        }
        let macs: [[UInt8]] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]]
        switch kind {
        case .veth(let offloads):
            try sockets[0].createVethPair(
                name: "eth0", mac: macs[0], isUp: true, peerName: "eth0", peerNamespace: namespaces[1],
                peerMAC: macs[1])
            try sockets[1].setLink("eth0", LinkChange(isUp: true))
            if !offloads {
                for namespace in namespaces {
                    try EthtoolSocket(in: namespace).setFeatures(
                        device: "eth0",
                        [
                            "tx-tcp-segmentation": false, "tx-tcp6-segmentation": false,
                            "tx-generic-segmentation": false, "rx-gro": false,
                            "tx-checksum-ip-generic": false,
                        ])
                }
            }
        case .wire(let impairments, let superPackets):
            var ends: [WireEnd] = []
            for (index, namespace) in namespaces.enumerated() {
                let device = try TAPDevice(name: "eth0", in: namespace, carriesSuperPackets: superPackets)
                try sockets[index].setLink("eth0", LinkChange(isUp: true, mac: macs[index]))
                let id = index == 0 ? Self.entrance : InterfaceID(node: "b", interface: "eth0")
                ends.append(WireEnd(id, device))
            }
            let wire = try Wire(ends: (ends[0], ends[1]), seed: 1, impairments: impairments)
            try wire.start()
            self.wire = wire
        }
        for (index, socket) in sockets.enumerated() {
            try socket.addAddress([10, 0, 0, UInt8(index + 1)], prefixLength: 24, to: "eth0")
            // Resolving an address would reorder the first datagrams.
            try socket.addNeighbour([10, 0, 0, UInt8(2 - index)], mac: macs[1 - index], device: "eth0")
        }
        for socket in sockets { try socket.waitUntilUsable(links: ["eth0"]) }
    }

    var books: WireStatistics { wire?.statistics()[Self.entrance] ?? WireStatistics() }

    func stop() { wire?.stop() }

    /// Looks at the books each millisecond until a condition holds, at most ten seconds.
    func wait(_ condition: (WireStatistics) -> Bool) {
        for _ in 0..<10_000 {
            if condition(books) { return }
            poll(nil, 0, 1)
        }
    }

    func waitUntilEmpty() { wait { $0.inFlight.packets == 0 } }

    /// A datagram socket in the first namespace that sends to the second.
    func datagramSender() throws -> BenchmarkSocket {
        let socket = try BenchmarkSocket(in: namespaces[0], stream: false)
        try socket.connect(port: 5000)
        return socket
    }
}
