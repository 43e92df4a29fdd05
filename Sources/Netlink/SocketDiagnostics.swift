import CMnl
import Glibc
import LinuxSystem

/// The TCP and UDP sockets of one network namespace, with their queues, memory and `tcp_info`.
///
/// Kernel: `NETLINK_SOCK_DIAG`, `CONFIG_INET_DIAG` and `CONFIG_INET_UDP_DIAG` (modules `tcp_diag`, `udp_diag`).
/// Equivalent to: `ss -tuanemio`
public final class SocketDiagnostics: Sendable {
    private let socket: NetlinkSocket

    private static let destroyType = 21

    /// Opens a socket in a namespace. The calling thread must be at home.
    ///
    /// - Throws: `NetlinkError`; EPROTONOSUPPORT on kernels without sock_diag.
    public init(in namespace: NetworkNamespace) throws(NetlinkError) {
        socket = try NetlinkSocket(family: NETLINK_INET_DIAG, in: namespace)
    }

    /// The sockets of one transport and family.
    ///
    /// - Parameters:
    ///   - states: nil for all, those in SYN-RECV and TIME-WAIT among them.
    ///   - localPort: nil for any.
    ///   - remotePort: nil for any.
    ///   - withDetails: whether memory, `tcp_info` and congestion control come along.
    /// - Throws: `NetlinkError`; ENOENT with `need` set if this kernel cannot list the transport.
    public func sockets(
        _ transport: Transport, _ family: AddressFamily, states: Set<TCPState>? = nil,
        localPort: UInt16? = nil,
        remotePort: UInt16? = nil, withDetails: Bool = true
    ) throws(NetlinkError) -> [SocketInfo] {
        var header = request(transport, family, withDetails: withDetails)
        header.idiag_states = states.map { $0.reduce(0) { $0 | 1 << UInt32($1.rawValue) } } ?? .max
        header.id.idiag_sport = (localPort ?? 0).bigEndian
        header.id.idiag_dport = (remotePort ?? 0).bigEndian
        let message = MessageBuilder(type: Int(SOCK_DIAG_BY_FAMILY), header: header)
        do throws(NetlinkError) {
            return try socket.send(message, as: .dump, "list \(transport) sockets")
                .compactMap { SocketInfo($0, transport: transport) }
        } catch {
            throw error.needing(
                "sock_diag for \(transport) (modprobe \(transport)_diag)", whenErrnoIs: [ENOENT])
        }
    }

    /// The same socket as it is now.
    ///
    /// - Throws: `NetlinkError` with ENOENT (UDP) or ENOENT/ESTALE (TCP) if it is gone.
    public func refresh(_ known: SocketInfo) throws(NetlinkError) -> SocketInfo {
        let operation = "look up \(known.transport) socket \(Self.text(known))"
        // The kernel looks a single UDP socket up with source and destination swapped: udp_dump_one().
        let question = message(
            Int(SOCK_DIAG_BY_FAMILY), about: known, swappingEnds: known.transport == .udp)
        let answers = try socket.send(question, as: .question, operation)
        guard let info = answers.lazy.compactMap({ SocketInfo($0, transport: known.transport) }).first else {
            throw NetlinkError(operation: operation, errno: EBADMSG, kernelText: "the answer holds no socket")
        }
        return info
    }

    /// Ends a socket as if an administrator aborted it: its owner sees ECONNABORTED, a TCP peer gets a RST.
    ///
    /// Kernel: `SOCK_DESTROY` since 4.5, `CONFIG_INET_DIAG_DESTROY`.
    /// Equivalent to: `ss -K`
    /// - Throws: `NetlinkError`: EOPNOTSUPP on kernels without it, ENOENT if the socket is gone.
    public func destroy(_ target: SocketInfo) throws(NetlinkError) {
        try socket.send(
            message(Self.destroyType, about: target),
            "destroy \(target.transport) socket \(Self.text(target))")
    }

    private func message(_ type: Int, about known: SocketInfo, swappingEnds: Bool = false) -> MessageBuilder {
        var header = request(known.transport, known.family, withDetails: true)
        header.idiag_states = .max
        if let identity: inet_diag_sockid = known.identity[...].structure() { header.id = identity }
        if swappingEnds {
            swap(&header.id.idiag_sport, &header.id.idiag_dport)
            swap(&header.id.idiag_src, &header.id.idiag_dst)
        }
        return MessageBuilder(type: type, header: header)
    }

    private func request(_ transport: Transport, _ family: AddressFamily, withDetails: Bool)
        -> inet_diag_req_v2
    {
        var header = inet_diag_req_v2()
        header.sdiag_family = family.rawValue
        header.sdiag_protocol = transport.rawValue
        if withDetails {
            for attribute in [INET_DIAG_INFO, INET_DIAG_CONG, INET_DIAG_SKMEMINFO, INET_DIAG_SHUTDOWN] {
                header.idiag_ext |= 1 << UInt8(attribute - 1)
            }
        }
        return header
    }

    private static func text(_ socket: SocketInfo) -> String {
        "\(AddressText.text(socket.localAddress)):\(socket.localPort)"
            + " \(AddressText.text(socket.remoteAddress)):\(socket.remotePort)"
    }
}
