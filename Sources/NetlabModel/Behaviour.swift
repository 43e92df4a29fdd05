/// How one end of a flow treats its socket. nil leaves the kernel's default.
public struct SocketBehaviour: Hashable, Sendable {
    /// How a connection is closed.
    public enum Close: String, CaseIterable, Hashable, Sendable {
        /// close(2) after everything was read: FIN.
        case fin
        /// SO_LINGER with time 0: RST.
        case rst
        /// close(2) with received data unread: RST.
        case unread
        /// shutdown(SHUT_WR) and wait for the peer.
        case half
        /// Left open until the phase is over.
        case never
    }

    /// How received data is read.
    public enum Read: Hashable, Sendable {
        case atOnce
        case never
        /// At most this many bytes after each pause.
        case slowly(ByteCount, every: Duration)
        /// So many bytes in all, then no more.
        case only(ByteCount)
    }

    public var close = Close.fin
    public var read = Read.atOnce
    public var noDelay: Bool?
    public var quickACK: Bool?
    public var cork: Bool?
    /// TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT; setting any of them turns SO_KEEPALIVE on.
    public var keepIdle: Duration?
    public var keepInterval: Duration?
    public var keepCount: Int?
    public var userTimeout: Duration?
    /// TCP_MAXSEG in bytes.
    public var maximumSegment: Int?
    /// TCP_CONGESTION: `cubic`, `bbr`, `reno`.
    public var congestionControl: String?
    public var fastOpen: Bool?
    /// SO_RCVBUF and SO_SNDBUF as given to setsockopt (the kernel doubles them); the FORCE form where allowed
    /// and where the plain one would be cut.
    public var receiveBuffer: ByteCount?
    public var sendBuffer: ByteCount?
    public var reuseAddress: Bool?
    public var reusePort: Bool?
    public var bindAddress: IPAddress?
    /// One port or a range, used in turn.
    public var bindPorts: ClosedRange<Int>?
    /// IP_MTU_DISCOVER: `want`, `dont`, `do`, `probe`, `interface`, `omit`.
    public var pathMTUDiscovery: String?
    public var ttl: Int?
    public var tos: Int?
    /// SO_NO_CHECK: UDP without a checksum.
    public var noChecksum: Bool?
    /// IP_RECVERR: ICMP errors reach the application at once.
    public var receivesErrors: Bool?
    /// Whether a UDP client connects its socket.
    public var connects: Bool = true
    /// TCP_TIMESTAMP, set under TCP_REPAIR: where the clock behind the timestamps (TSval) stands as soon as a
    /// connection is established, whatever its SYN said. Kernels before 4.11 keep it for the SYN as well.
    public var timestamp: Int?
    /// TCP_TIMESTAMP, set under TCP_REPAIR before connect(2) and not again: kernels since 4.11 overwrite it.
    public var synTimestamp: Int?
    /// So long after the start of the traffic the process at this end is killed: everything it has open is closed as
    /// exit(2) does it, with RST where bytes are unread, else with FIN, and nothing is opened any more.
    public var dies: Duration?

    public init() {}
}

/// How the serving end behaves.
public struct ServerBehaviour: Hashable, Sendable {
    public enum Accept: Hashable, Sendable {
        case atOnce
        case never
        /// One connection after each pause.
        case slowly(every: Duration)
        /// The first one only after this time, then at once.
        case after(Duration)
    }

    /// Whether netlab runs a server at all; without one the port is closed.
    public var isPresent = true
    /// The argument of listen(2); the kernel caps it at net.core.somaxconn.
    public var backlog = 128
    public var accept = Accept.atOnce
    /// Before the answer is sent.
    public var answerDelay: Duration = .zero
    /// The answer is written in pieces of this size, each by a call of its own.
    public var writeSize: ByteCount?
    /// Answers are never sent.
    public var isMute = false
    /// The server closes first, as soon as its answer is out.
    public var closesFirst = false
    /// TCP_DEFER_ACCEPT.
    public var deferAccept: Duration?
    public var socket = SocketBehaviour()

    public init() {}
}
