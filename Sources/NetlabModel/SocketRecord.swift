/// One TCP or UDP socket as the kernel described it while the traffic was done and the sockets still open.
public struct SocketRecord: Hashable, Codable, Sendable {
    public var node: String
    /// `tcp`, `udp`.
    public var transport: String
    /// `10.0.0.1:40000`, `[2001:db8::1]:80`.
    public var local: String
    /// As `local`; port 0 while there is no peer.
    public var remote: String
    /// `ESTABLISHED`, `SYN_RECV`, …: the kernel's name without `TCP_`.
    public var state: String
    /// Bytes that wait to be read; of a listener connections that wait to be accepted.
    public var receiveQueue: Int64
    /// Bytes not yet acknowledged; of a listener the most that may wait.
    public var sendQueue: Int64
    /// `retransmit`, `keepalive`, `timeWait`, `persist`; nil if no timer runs.
    public var timer: String?
    /// Until the timer goes off, in milliseconds.
    public var timerMilliseconds: Int64?
    /// How often it went off in vain.
    public var retransmits: Int64
    /// Whether the kernel carries on without a process.
    public var isOrphan: Bool
    /// `bbr`, `cubic`, `reno`; nil for UDP.
    public var congestionControl: String?
    /// `SK_MEMINFO_*` by the letters of `ss -m`: r, rb, t, tb, f, w, o, bl, d. Bytes, but for `d`, which counts drops.
    public var memory: [String: Int64]
    /// Every field of `struct tcp_info` that the kernel sent, without `tcpi_`; empty for UDP.
    public var tcpInfo: [String: Int64]
    /// What the kernel sent beyond the fields that are known, in hexadecimal; empty if nothing.
    public var tcpInfoTail: String

    public init(
        node: String, transport: String, local: String, remote: String, state: String,
        receiveQueue: Int64 = 0, sendQueue: Int64 = 0
    ) {
        self.node = node
        self.transport = transport
        self.local = local
        self.remote = remote
        self.state = state
        self.receiveQueue = receiveQueue
        self.sendQueue = sendQueue
        self.retransmits = 0
        self.isOrphan = false
        self.memory = [:]
        self.tcpInfo = [:]
        self.tcpInfoTail = ""
    }
}
