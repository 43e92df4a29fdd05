import Glibc
import LinuxSystem
import NetlabModel
import Netlink

/// Where one end of a live TCP connection stands: what a packet has to say to pass for its next one.
struct ConnectionEnd: Hashable, Sendable {
    var address: IPAddress
    var port: Int
    /// Sequence number of its next byte.
    var sendNext: UInt32
    /// What it would acknowledge: the sequence number it expects next.
    var receiveNext: UInt32
    /// Its timestamp clock now (TSval); nil if the connection does without.
    var timestamp: UInt32?

    /// Reads one of this process's own sockets.
    ///
    /// Kernel: TCP_REPAIR (CAP_NET_ADMIN), TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ, TCP_TIMESTAMP; left again without the
    /// window probe that leaving usually sends. Leaving clears SO_REUSEADDR, which is put back.
    /// - Throws: `SystemError`: EPERM without the capability or unless the connection is established.
    init(of descriptor: Int32) throws(SystemError) {
        let local = SocketAddress.local(of: descriptor)
        guard let address = local.address else {
            throw SystemError("getsockname", errno: EAFNOSUPPORT)
        }
        self.address = address
        port = local.port
        let tcp = CInt(IPPROTO_TCP)
        let reuse = SocketOptions.integer(descriptor, SOL_SOCKET, SO_REUSEADDR) ?? 0
        try SocketOptions.set(descriptor, tcp, TCP_REPAIR, 1, "TCP_REPAIR")
        defer {
            try? SocketOptions.set(descriptor, tcp, TCP_REPAIR, Self.offWithoutProbe, "TCP_REPAIR")
            try? SocketOptions.set(descriptor, SOL_SOCKET, SO_REUSEADDR, reuse, "SO_REUSEADDR")
        }
        receiveNext = try Self.sequence(descriptor, queue: 1)
        sendNext = try Self.sequence(descriptor, queue: 2)
        if let options = TCPInfo(of: descriptor)?["options"], options & 1 != 0 {
            timestamp = SocketOptions.integer(descriptor, tcp, TCP_TIMESTAMP).map(UInt32.init(bitPattern:))
        }
    }

    /// TCP_REPAIR_OFF_NO_WP, `linux/tcp.h`.
    static let offWithoutProbe: CInt = -1

    private static func sequence(_ descriptor: Int32, queue: CInt) throws(SystemError) -> UInt32 {
        let tcp = CInt(IPPROTO_TCP)
        try SocketOptions.set(descriptor, tcp, TCP_REPAIR_QUEUE, queue, "TCP_REPAIR_QUEUE")
        guard let value = SocketOptions.integer(descriptor, tcp, TCP_QUEUE_SEQ) else {
            throw .last("getsockopt", on: "TCP_QUEUE_SEQ")
        }
        return UInt32(bitPattern: value)
    }
}

/// Finds both ends of a connection that a flow holds open, for a forged packet that continues it.
///
/// Filled while a session is set up, used on the clients' loop afterwards.
final class ConnectionFinder: @unchecked Sendable {
    private var drivers: [String: any FlowDriver] = [:]
    private var endpoints: [String: any Endpoint] = [:]
    private let clients: EventLoop
    private let servers: EventLoop

    init(clients: EventLoop, servers: EventLoop) {
        self.clients = clients
        self.servers = servers
    }

    func add(_ driver: any FlowDriver, endpoint: (any Endpoint)?) {
        drivers[driver.flow.name] = driver
        endpoints[driver.flow.name] = endpoint
    }

    /// Calls back on the clients' loop with the client's end and the server's.
    ///
    /// Where netlab does not hold the server's end, it is what the client's implies, without a timestamp.
    func find(_ name: String, _ found: @escaping @Sendable (Result<[ConnectionEnd], SystemError>) -> Void) {
        guard let descriptor = drivers[name]?.liveDescriptor else {
            return found(
                .failure(SystemError("look for an open connection of flow \(name)", errno: ENOTCONN)))
        }
        let client: ConnectionEnd
        do {
            client = try ConnectionEnd(of: descriptor)
        } catch {
            return found(.failure(error))
        }
        let remote = SocketAddress.remote(of: descriptor)
        let implied = ConnectionEnd(
            address: remote.address ?? client.address, port: remote.port, sendNext: client.receiveNext,
            receiveNext: client.sendNext, timestamp: client.timestamp.map { _ in 0 })
        let clients = clients
        let endpoint = endpoints[name]
        let isOpen = servers.submit {
            let server = endpoint?.liveEnd(remotePort: client.port) ?? implied
            clients.submit { found(.success([client, server])) }
        }
        if !isOpen { found(.success([client, implied])) }
    }
}

extension ConnectionEnd {
    init(address: IPAddress, port: Int, sendNext: UInt32, receiveNext: UInt32, timestamp: UInt32?) {
        self.address = address
        self.port = port
        self.sendNext = sendNext
        self.receiveNext = receiveNext
        self.timestamp = timestamp
    }
}
