/// What the applications at both ends of a flow saw.
///
/// `values` holds every figure an expectation can ask for; times are in nanoseconds. Names that several kinds
/// share: `attempted`, `connected`, `succeeded`, `failed`, `timed_out`, `refused`, `reset`, `unreachable`,
/// `errno.ECONNREFUSED` (any errno by name; each failed attempt counts once), `bytes_sent`, `bytes_received`,
/// `duration`, `connect.p50|p90|p99|p999|max|min`, `latency.p50|…`; for datagrams `sent`, `received`, `lost`,
/// `duplicated`, `reordered`, `corrupted`, `answered`, `jitter`, `delay.p50|…`; for exec `exit_code`,
/// `signal`. Values of tcp_info at the end of the first connection: `tcpi.retransmits`, `tcpi.snd_cwnd`,
/// `tcpi.pmtu`, ….
///
/// `timed_out` counts the flow's own time-out and the kernel's ETIMEDOUT, `errno.ETIMEDOUT` the latter alone;
/// `failed` counts every attempt without success. Where they apply: `peer_closed` and `peer_reset` (connections
/// that the peer ended while the client still held them), `throughput` (bits per second at the receiver),
/// `writes`, `unread` (datagrams that the application left in the socket; never part of `lost`),
/// `reorder_extent`, `pacing.p50|…` (how much later than due datagrams left), `hops`, `tcpi.snd_cwnd.min|max` (of a
/// series),
/// `timestamps.clocks` (how many different clocks the timestamps of its connections tell) and `timestamps.offset` (how many
/// connections tell another one than the kernel's own),
/// `icmp.time_exceeded|too_big|unreachable|other`, `http.200`, and what the serving end saw under `server.`
/// names: `server.accepted`, `server.requests`, `server.bytes_received`, `server.peer_closed`,
/// `server.errno.ECONNRESET`.
public struct FlowOutcome: Hashable, Codable, Sendable {
    /// The kind's word.
    public var kind: String
    public var values: [String: Int64]
    /// The first attempts in order, at most `Attempt.limit` of them.
    public var attempts: [Attempt]
    /// tcp_info of the first connection over time, if the flow asked for it.
    public var series: [TCPSample]?
    /// Text that the flow produced, such as a program's output, bounded.
    public var log: String
    /// Set if the flow could not be run at all; its values then prove nothing.
    public var failure: String?

    public init(
        kind: String, values: [String: Int64] = [:], attempts: [Attempt] = [], series: [TCPSample]? = nil,
        log: String = "", failure: String? = nil
    ) {
        self.kind = kind
        self.values = values
        self.attempts = attempts
        self.series = series
        self.log = log
        self.failure = failure
    }
}

/// What tcp_info said of a connection at one moment.
public struct TCPSample: Hashable, Codable, Sendable {
    /// Nanoseconds since the start of the phase's traffic.
    public var time: Int64
    /// Fields by the kernel's names: `snd_cwnd`, `rtt` (microseconds), `total_retrans`, `delivery_rate`, ….
    public var values: [String: Int64]

    public init(time: Int64, values: [String: Int64]) {
        self.time = time
        self.values = values
    }
}

/// One attempt of a flow: a connection, or a datagram and its answer.
public struct Attempt: Hashable, Codable, Sendable {
    /// How many attempts a record keeps of each flow and phase.
    public static let limit = 256

    /// What became of it.
    public enum Result: String, Codable, Sendable {
        case succeeded, connected
        case timedOut = "timed_out"
        case refused, reset, unreachable, failed
    }

    /// From 1.
    public var number: Int
    /// Nanoseconds since the start of the phase's traffic.
    public var startedAt: Int64
    public var result: Result
    /// The call that failed and errno by name: `connect ECONNREFUSED`.
    public var error: String?
    /// Nanoseconds until connected; nil if it never was.
    public var connectTime: Int64?
    /// Nanoseconds until the whole attempt had ended.
    public var duration: Int64
    public var localPort: Int?

    public init(
        number: Int, startedAt: Int64, result: Result, error: String? = nil, connectTime: Int64? = nil,
        duration: Int64 = 0, localPort: Int? = nil
    ) {
        self.number = number
        self.startedAt = startedAt
        self.result = result
        self.error = error
        self.connectTime = connectTime
        self.duration = duration
        self.localPort = localPort
    }
}
