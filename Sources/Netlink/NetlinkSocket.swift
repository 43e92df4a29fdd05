import CMnl
import Glibc
import LinuxSystem
import Synchronization

/// A netlink socket of any family: sends one request at a time and returns what the kernel answered to it.
///
/// It stays in the namespace that it was made in, whichever thread uses it. A lock keeps requests of several
/// threads apart; the kernel works on a request while it is sent, so no thread waits for long.
final class NetlinkSocket: Sendable {
    private struct State: ~Copyable {
        let socket: OpaquePointer
        let port: UInt32
        var sequence: UInt32 = 0
        var buffer: [UInt8]

        deinit { _ = mnl_socket_close(socket) }
    }

    private let state: Mutex<State>
    /// For poll(2); do not close.
    let fileDescriptor: Int32

    private static let socketLevel: Int32 = 270
    private static let attempts = 32
    private static let largestBuffer = 1 << 24
    /// The kernel answers within the call that sends; this only keeps a lost answer from blocking for ever.
    private static let secondsToAnswer = 20

    /// Opens and binds a socket inside a namespace.
    ///
    /// - Parameters:
    ///   - family: `NETLINK_ROUTE`, `NETLINK_SOCK_DIAG`, …
    ///   - groups: multicast groups to join.
    ///   - strict: whether dumps are filtered and checked by the kernel (rtnetlink only).
    ///   - room: for one datagram, in bytes; it grows when a datagram does not fit.
    init(
        family: Int32, in namespace: NetworkNamespace, groups: [Int] = [], strict: Bool = false,
        room: Int = 1 << 16
    ) throws(NetlinkError) {
        let operation = "open netlink socket of family \(family)"
        let socket = try namespace.run { () throws(NetlinkError) -> OpaquePointer in
            let number = Glibc.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), family)
            guard number >= 0 else { throw NetlinkError(operation: operation, errno: Glibc.errno) }
            let spared = LowDescriptors.spare(number)
            guard let socket = mnl_socket_fdopen(spared) else {
                let errno = Glibc.errno
                close(spared)
                throw NetlinkError(operation: operation, errno: errno)
            }
            guard mnl_socket_bind(socket, 0, 0) == 0 else {
                let errno = Glibc.errno
                _ = mnl_socket_close(socket)
                throw NetlinkError(operation: operation, errno: errno)
            }
            return socket
        }
        fileDescriptor = mnl_socket_get_fd(socket)
        state = Mutex(
            State(
                socket: socket, port: mnl_socket_get_portid(socket),
                buffer: [UInt8](repeating: 0, count: room)))

        // Kernels before 4.12 and 4.20 lack these; they then explain less and filter less, which readers bear.
        var options = [NETLINK_EXT_ACK, NETLINK_CAP_ACK]
        if strict { options.append(NETLINK_GET_STRICT_CHK) }
        for option in options {
            var one: Int32 = 1
            _ = setsockopt(
                fileDescriptor, Self.socketLevel, option, &one, socklen_t(MemoryLayout<Int32>.size))
        }
        for group in groups {
            var number = Int32(group)
            guard
                setsockopt(
                    fileDescriptor, Self.socketLevel, NETLINK_ADD_MEMBERSHIP, &number,
                    socklen_t(MemoryLayout<Int32>.size)) == 0
            else { throw NetlinkError(operation: "join netlink group \(group)", errno: Glibc.errno) }
        }
        var limit = timeval(tv_sec: Self.secondsToAnswer, tv_usec: 0)
        guard
            setsockopt(fileDescriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
                == 0
        else { throw NetlinkError(operation: operation, errno: Glibc.errno) }
    }

    /// What a request wants of the kernel; decides what may be asked again when an answer got lost.
    enum Purpose {
        case change
        case question
        case dump
    }

    /// Sends a request and waits until the kernel has acknowledged it, or has sent the last of a dump.
    ///
    /// Questions whose answer was cut off, and dumps during which the kernel's tables changed, are asked again.
    /// - Returns: the messages that answered, without acknowledgement and end marker.
    @discardableResult
    func send(
        _ message: MessageBuilder, as purpose: Purpose = .change, _ operation: String
    ) throws(NetlinkError) -> [NetlinkMessage] {
        if message.isOverlong { throw NetlinkError(operation: operation, errno: EMSGSIZE) }
        return try state.withLock { (state) throws(NetlinkError) -> [NetlinkMessage] in
            for _ in 0..<Self.attempts {
                var request = message
                state.sequence &+= 1
                let flags = purpose == .dump ? NLM_F_ROOT | NLM_F_MATCH : NLM_F_ACK
                request.seal(sequence: state.sequence, port: 0, addingFlags: NLM_F_REQUEST | flags)
                try Self.send(request, operation, on: state)

                var replies = ReplyCollector(sequence: state.sequence, port: state.port)
                while replies.outcome == .unfinished {
                    guard let datagram = try Self.receive(operation, into: &state) else { break }
                    replies.take(datagram)
                }
                switch replies.outcome {
                case .done:
                    if !replies.isInterrupted { return replies.messages }
                case .refused(let errno, let explanation):
                    if purpose == .dump && errno == EINTR { continue }
                    throw explanation.error(operation, errno: errno, request: request)
                case .malformed:
                    _ = Self.drain(fileDescriptor, &state.buffer)
                    throw NetlinkError(operation: operation, errno: EBADMSG)
                case .unfinished:
                    // An answer was lost or cut off. A dump goes on while it is read: it has to end before the
                    // next one may begin. What was changed must not be changed twice.
                    _ = Self.drain(fileDescriptor, &state.buffer)
                    if purpose == .change { throw NetlinkError(operation: operation, errno: ENOBUFS) }
                }
            }
            throw NetlinkError(
                operation: operation, errno: EAGAIN, kernelText: "tables changed during every dump")
        }
    }

    /// Reads and drops all that has arrived, without waiting.
    ///
    /// - Returns: whether anything had arrived, or had been lost for want of room.
    func drain() -> Bool {
        state.withLock { Self.drain(fileDescriptor, &$0.buffer) }
    }

    private static func drain(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Bool {
        var any = false
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 || (count < 0 && Glibc.errno == ENOBUFS) {
                any = true
            } else if count == 0 || Glibc.errno != EINTR {
                return any
            }
        }
    }

    private static func send(
        _ request: MessageBuilder, _ operation: String, on state: borrowing State
    ) throws(NetlinkError) {
        while true {
            let sent = request.bytes.withUnsafeBytes {
                mnl_socket_sendto(state.socket, $0.baseAddress, $0.count)
            }
            if sent >= 0 { return }
            if Glibc.errno != EINTR { throw NetlinkError(operation: operation, errno: Glibc.errno) }
        }
    }

    /// Waits for one datagram; nil if it was lost or did not fit, after which the next one may.
    private static func receive(_ operation: String, into state: inout State) throws(NetlinkError) -> [UInt8]?
    {
        while true {
            let count = state.buffer.withUnsafeMutableBytes {
                mnl_socket_recvfrom(state.socket, $0.baseAddress, $0.count)
            }
            if count >= 0 { return Array(state.buffer[..<count]) }
            switch Glibc.errno {
            case EINTR: continue
            case ENOBUFS: return nil
            case ENOSPC where state.buffer.count < largestBuffer:
                // libmnl's word for MSG_TRUNC.
                state.buffer = [UInt8](repeating: 0, count: state.buffer.count * 2)
                return nil
            case EAGAIN: throw NetlinkError(operation: operation, errno: ETIMEDOUT, kernelText: "no answer")
            default: throw NetlinkError(operation: operation, errno: Glibc.errno)
            }
        }
    }
}
