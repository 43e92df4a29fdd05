import Glibc
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
        queueLength: UInt32 = 1000, mtu: UInt32 = 1500, knowsNeighbours: Bool = true
    ) throws {
        var options = Wire.Options()
        options.fateLogCapacity = log
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
}

/// Impairments of the direction from 10.0.0.1, named by their order: `i0`, `i1`.
func fromClient(_ impairments: Impairment..., match: String = "any") throws -> [NamedImpairment] {
    let match = try PacketMatch(parsing: match)
    return impairments.enumerated().map {
        NamedImpairment(name: "i\($0)", from: WiredPair.client, match: match, impairment: $1)
    }
}

/// A UDP socket whose datagrams begin with a number.
final class UDPSocket {
    private let descriptor: OwnedFileDescriptor

    init(in namespace: NetworkNamespace, port: UInt16) throws {
        descriptor = try namespace.run { () throws(SystemError) -> OwnedFileDescriptor in
            let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard number >= 0 else { throw .last("socket") }
            let descriptor = OwnedFileDescriptor(adopting: number)
            var size: Int32 = 4 << 20
            setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &size, 4)
            guard Self.withAddress([0, 0, 0, 0], port, { bind(number, $0, $1) }) == 0 else {
                throw .last("bind")
            }
            return descriptor
        }
    }

    private static func withAddress(
        _ bytes: [UInt8], _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Fixes where `send` sends to.
    func connect(to host: UInt8, port: UInt16) throws {
        guard Self.withAddress([10, 0, 0, host], port, { Glibc.connect(descriptor.number, $0, $1) }) == 0
        else {
            throw SystemError.last("connect")
        }
    }

    /// Sends one datagram: the number, the time, and zeros.
    func send(_ number: Int, bytes: Int = 18) throws {
        var payload = [UInt8](repeating: 0, count: max(bytes, 16))
        payload.withUnsafeMutableBytes {
            $0.storeBytes(of: Int64(number), as: Int64.self)
            $0.storeBytes(of: MonotonicClock.now(), toByteOffset: 8, as: UInt64.self)
        }
        guard Glibc.send(descriptor.number, payload, payload.count, 0) == payload.count else {
            throw SystemError.last("send")
        }
    }

    /// Receives until a datagram bears the last number and `count` have come, or until nothing comes for
    /// two seconds.
    ///
    /// - Returns: number and time on the way, in order of arrival.
    func receive(_ count: Int) throws -> [(number: Int, nanoseconds: UInt64)] {
        var result: [(Int, UInt64)] = []
        var buffer = [UInt8](repeating: 0, count: 2048)
        while result.count < count {
            var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 2000) > 0 else { break }
            let length = recv(descriptor.number, &buffer, buffer.count, 0)
            guard length >= 16 else { throw SystemError.last("recv") }
            let now = MonotonicClock.now()
            buffer.withUnsafeBytes {
                let sent = $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                result.append((Int($0.loadUnaligned(as: Int64.self)), now &- sent))
            }
        }
        return result
    }
}
