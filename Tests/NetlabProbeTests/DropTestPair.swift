import Glibc
import LinuxSystem
import Netlink

/// Two namespaces joined by a veth pair: `left` has eth0 with 10.0.0.1/24, `right` eth0 with 10.0.0.2/24.
struct DropTestPair {
    let left: NetworkNamespace
    let right: NetworkNamespace
    let leftSocket: RouteSocket
    let rightSocket: RouteSocket

    init() throws {
        left = try NetworkNamespace.create()
        right = try NetworkNamespace.create()
        // Without IPv6 the two send nothing of their own.
        for namespace in [left, right] {
            try Sysctl.write("net.ipv6.conf.default.disable_ipv6", "1", in: namespace)
        }
        leftSocket = try RouteSocket(in: left)
        rightSocket = try RouteSocket(in: right)
        try leftSocket.createVethPair(name: "eth0", isUp: true, peerName: "eth0", peerNamespace: right)
        try rightSocket.setLink("eth0", LinkChange(isUp: true))
        try leftSocket.addAddress([10, 0, 0, 1], prefixLength: 24, to: "eth0")
        try rightSocket.addAddress([10, 0, 0, 2], prefixLength: 24, to: "eth0")
        // Known neighbours: no ARP, and no first packet that waits for it.
        let (leftMAC, rightMAC) = (
            try leftSocket.link(named: "eth0").mac, try rightSocket.link(named: "eth0").mac
        )
        try leftSocket.addNeighbour([10, 0, 0, 2], mac: rightMAC, device: "eth0")
        try rightSocket.addNeighbour([10, 0, 0, 1], mac: leftMAC, device: "eth0")
    }

    /// Sends datagrams from left to right; errors count as sent, since the kernel may report a drop so.
    func send(_ count: Int, bytes: Int, to port: UInt16) throws {
        let socket = try datagramSocket()
        let payload = [UInt8](repeating: 0, count: bytes)
        for _ in 0..<count { _ = Self.send(payload, from: socket, to: port) }
    }

    /// Has the right end drop what `flood` sends at once, so that nothing comes back, and the left end cut
    /// it up before it reaches the device.
    func prepareForFlood() throws {
        _ = try Nftables(in: right).run(
            "table ip t { chain c { type filter hook prerouting priority -300; udp dport 9 drop; }; }")
        let offloads = ["tx-udp-segmentation", "tx-generic-segmentation", "tx-gso-list"]
        try EthtoolSocket(in: left).setFeatures(
            device: "eth0", Dictionary(uniqueKeysWithValues: offloads.map { ($0, false) }))
    }

    /// Sends datagrams to port 9 as fast as it goes, many with one call.
    func flood(_ count: Int, bytes: Int) throws {
        let socket = try datagramSocket()
        // UDP_SEGMENT: the kernel cuts each call's bytes into datagrams of this size.
        let (udp, udpSegment) = (Int32(17), Int32(103))
        var size = Int32(bytes)
        guard setsockopt(socket.number, udp, udpSegment, &size, 4) == 0 else {
            throw SystemError.last("setsockopt", on: "UDP_SEGMENT")
        }
        var rest = count
        while rest > 0 {
            let batch = min(rest, 32)
            let payload = [UInt8](repeating: 0, count: batch * bytes)
            guard Self.send(payload, from: socket, to: 9) == payload.count else {
                throw SystemError.last("sendto")
            }
            rest -= batch
        }
    }

    private func datagramSocket() throws(SystemError) -> OwnedFileDescriptor {
        try left.run { () throws(SystemError) -> OwnedFileDescriptor in
            let number = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard number >= 0 else { throw .last("socket") }
            return OwnedFileDescriptor(adopting: number)
        }
    }

    private static func send(_ payload: [UInt8], from socket: OwnedFileDescriptor, to port: UInt16) -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: [10, 0, 0, 2]) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(
                    socket.number, payload, payload.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
