import CMnl
import Glibc

/// State of a TCP connection. An unconnected UDP socket is in state close, a connected one in established.
///
/// Kernel: `enum` in `net/tcp_states.h`, RFC 9293 section 3.3.2.
public enum TCPState: UInt8, Hashable, Sendable, CaseIterable {
    case established = 1
    case synSent, synReceived, finWait1, finWait2, timeWait, close, closeWait, lastAck, listen, closing
    case newSynReceived, boundInactive

    /// The name that `ss` prints.
    public var name: String {
        switch self {
        case .established: "ESTAB"
        case .synSent: "SYN-SENT"
        case .synReceived, .newSynReceived: "SYN-RECV"
        case .finWait1: "FIN-WAIT-1"
        case .finWait2: "FIN-WAIT-2"
        case .timeWait: "TIME-WAIT"
        case .close: "UNCONN"
        case .closeWait: "CLOSE-WAIT"
        case .lastAck: "LAST-ACK"
        case .listen: "LISTEN"
        case .closing: "CLOSING"
        case .boundInactive: "BOUND"
        }
    }
}

/// A timer that is running on a TCP socket.
public enum SocketTimer: UInt8, Hashable, Sendable {
    /// Retransmission, loss probe or reordering.
    case retransmit = 1
    case keepalive
    case timeWait
    /// Zero window probe.
    case persist
}

/// Memory of a socket, in bytes but for `drops`.
///
/// Kernel: `SK_MEMINFO_*`, `sk_get_meminfo()`.
/// Equivalent to: `ss -m` (`skmem:(r,rb,t,tb,f,w,o,bl,d)`)
public struct SocketMemory: Hashable, Sendable {
    /// `SK_MEMINFO_*` in the kernel's order, as many as it sent.
    public let values: [UInt32]

    /// `r`: taken by packets received and not yet read.
    public var receiveAllocated: UInt32 { value(0) }
    /// `rb`: what packets received may take.
    public var receiveBuffer: UInt32 { value(1) }
    /// `t`: taken by packets sent and still below the socket.
    public var transmitAllocated: UInt32 { value(2) }
    /// `tb`: what packets to be sent may take.
    public var sendBuffer: UInt32 { value(3) }
    public var forwardAllocated: UInt32 { value(4) }
    /// `w`: taken by data queued for sending.
    public var writeQueued: UInt32 { value(5) }
    public var optionMemory: UInt32 { value(6) }
    /// `bl`: packets waiting for the socket to be unlocked.
    public var backlog: UInt32 { value(7) }
    /// `d`: packets dropped before the socket took them in (since 4.12); nil if the kernel does not say.
    public var drops: UInt32? { values.count > 8 ? values[8] : nil }

    init(_ payload: ArraySlice<UInt8>) {
        values = (0..<payload.count / 4).map { payload.integer(at: $0 * 4) ?? 0 }
    }

    private func value(_ index: Int) -> UInt32 { index < values.count ? values[index] : 0 }
}

/// A TCP or UDP socket as the kernel describes it.
public struct SocketInfo: Hashable, Sendable {
    public var transport: Transport
    public var family: AddressFamily
    public var state: TCPState
    /// Four or sixteen bytes in network order.
    public var localAddress: [UInt8]
    public var localPort: UInt16
    public var remoteAddress: [UInt8]
    public var remotePort: UInt16
    /// The index of the device that the socket is bound to; 0 for none.
    public var deviceIndex: UInt32
    /// Names the socket for as long as it lives.
    public var cookie: UInt64
    /// `Recv-Q`: bytes received and not read; of a listening socket connections not yet accepted.
    public var receiveQueue: UInt32
    /// `Send-Q`: bytes not yet acknowledged; of a listening socket the most that may wait to be accepted.
    public var sendQueue: UInt32
    /// The timer that expires next.
    public var timer: SocketTimer?
    /// Until then, in milliseconds.
    public var expiresMilliseconds: UInt32
    /// How often the timer went off in vain.
    public var retransmits: UInt8
    public var uid: UInt32
    /// 0 for sockets that no file refers to: SYN-RECV, TIME-WAIT, orphans.
    public var inode: UInt32
    public var memory: SocketMemory?
    /// `bbr`, `cubic`, `reno`.
    public var congestionControl: String?
    public var tcpInfo: TCPInfo?
    /// Bit 0: receiving is shut down; bit 1: sending is.
    public var shutdown: UInt8?
    /// Attributes not decoded here, by number (`INET_DIAG_*`).
    public var otherAttributes: [Int: [UInt8]]

    /// Of a listening socket: connections that wait to be accepted.
    public var acceptQueueLength: UInt32? { state == .listen ? receiveQueue : nil }
    /// Of a listening socket: min(backlog, somaxconn); one more than that may wait.
    public var acceptQueueLimit: UInt32? { state == .listen ? sendQueue : nil }

    /// `struct inet_diag_sockid`, for asking again.
    let identity: [UInt8]

    /// Reads an answer; nil if it is too short or of an unknown family or state.
    init?(_ message: NetlinkMessage, transport: Transport) {
        guard message.type == SOCK_DIAG_BY_FAMILY, let header: inet_diag_msg = message.header(),
            let family = AddressFamily(rawValue: header.idiag_family),
            let state = TCPState(rawValue: header.idiag_state)
        else { return nil }
        self.transport = transport
        self.family = family
        self.state = state
        identity = Array(message.payload.dropFirst(4).prefix(MemoryLayout<inet_diag_sockid>.size))
        let length = family == .ipv4 ? 4 : 16
        localPort = UInt16(bigEndian: header.id.idiag_sport)
        remotePort = UInt16(bigEndian: header.id.idiag_dport)
        localAddress = Array(identity[4..<4 + length])
        remoteAddress = Array(identity[20..<20 + length])
        deviceIndex = header.id.idiag_if
        cookie = UInt64(header.id.idiag_cookie.0) | UInt64(header.id.idiag_cookie.1) << 32
        receiveQueue = header.idiag_rqueue
        sendQueue = header.idiag_wqueue
        timer = SocketTimer(rawValue: header.idiag_timer)
        expiresMilliseconds = header.idiag_expires
        retransmits = header.idiag_retrans
        uid = header.idiag_uid
        inode = header.idiag_inode

        otherAttributes = [:]
        for attribute in message.attributes(after: inet_diag_msg.self).attributes {
            switch attribute.type {
            case INET_DIAG_SKMEMINFO: memory = SocketMemory(attribute.payload)
            case INET_DIAG_CONG: congestionControl = attribute.string
            case INET_DIAG_INFO where !attribute.payload.isEmpty: tcpInfo = TCPInfo(bytes: attribute.bytes)
            case INET_DIAG_SHUTDOWN: shutdown = attribute.uint8
            default: otherAttributes[attribute.type] = attribute.bytes
            }
        }
    }
}

/// A transport protocol whose sockets can be listed.
public enum Transport: UInt8, Hashable, Sendable {
    case tcp = 6
    case udp = 17
}
