/// What TCP knows about one connection, read field by field at the offsets of `struct tcp_info`.
///
/// The structure only ever grew at its end. A kernel that sends less leaves the later fields absent; what a newer
/// one sends beyond the fields known here stays in `unknownTail`.
///
/// Kernel: `tcp_get_info()`, in `INET_DIAG_INFO` and by getsockopt(`TCP_INFO`).
/// Equivalent to: `ss -ti`
public struct TCPInfo: Hashable, Sendable {
    /// A field of the structure.
    public struct Field: Hashable, Sendable {
        /// The kernel's name without `tcpi_`.
        public var name: String
        /// In bytes from the start.
        public var offset: Int
        /// 1, 2, 4 or 8 bytes; a bit field lies within them.
        public var size: Int
        /// The lowest bit and the number of bits, for a bit field.
        public var shift = 0
        public var bits: Int?
        /// The first kernel that sends it; nil for those older than 2.6.
        public var since: String?
    }

    /// The structure as the kernel sent it.
    public let bytes: [UInt8]

    /// Takes what the kernel sent, of whatever length.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The field with a kernel name (without `tcpi_`), or nil if this kernel does not send it.
    public subscript(name: String) -> UInt64? {
        Self.fields.first { $0.name == name }.flatMap(value)
    }

    /// All fields that this kernel sends, in its order.
    public var values: [(name: String, value: UInt64)] {
        Self.fields.compactMap { field in value(of: field).map { (field.name, $0) } }
    }

    /// What the kernel sent beyond the last field known here.
    public var unknownTail: [UInt8] {
        Array(bytes.dropFirst(Self.fields.last.map { $0.offset + $0.size } ?? 0))
    }

    private func value(of field: Field) -> UInt64? {
        let whole: UInt64? =
            switch field.size {
            case 1: bytes[...].integer(at: field.offset).map { (value: UInt8) in UInt64(value) }
            case 2: bytes[...].integer(at: field.offset).map { (value: UInt16) in UInt64(value) }
            case 4: bytes[...].integer(at: field.offset).map { (value: UInt32) in UInt64(value) }
            default: bytes[...].integer(at: field.offset)
            }
        guard let bits = field.bits else { return whole }
        return whole.map { $0 >> UInt64(field.shift) & (1 << UInt64(bits) - 1) }
    }

    /// Every field known here, in the kernel's order.
    ///
    /// The four bytes at 276 are left in the tail: 6.18 has two numbers there, later kernels made bit fields of them.
    public static let fields: [Field] =
        run(0, 1, ["state", "ca_state", "retransmits", "probes", "backoff", "options"], since: nil)
        + [
            Field(name: "snd_wscale", offset: 6, size: 1, bits: 4),
            Field(name: "rcv_wscale", offset: 6, size: 1, shift: 4, bits: 4),
            Field(name: "delivery_rate_app_limited", offset: 7, size: 1, bits: 1, since: "4.9"),
            Field(name: "fastopen_client_fail", offset: 7, size: 1, shift: 1, bits: 2, since: "5.5"),
        ]
        + run(
            8, 4,
            [
                "rto", "ato", "snd_mss", "rcv_mss", "unacked", "sacked", "lost", "retrans", "fackets",
                "last_data_sent", "last_ack_sent", "last_data_recv", "last_ack_recv", "pmtu", "rcv_ssthresh",
                "rtt",
                "rttvar", "snd_ssthresh", "snd_cwnd", "advmss", "reordering", "rcv_rtt", "rcv_space",
                "total_retrans",
            ], since: nil)
        + run(104, 8, ["pacing_rate", "max_pacing_rate"], since: "3.15")
        + run(120, 8, ["bytes_acked", "bytes_received"], since: "4.1")
        + run(136, 4, ["segs_out", "segs_in"], since: "4.2")
        + run(144, 4, ["notsent_bytes", "min_rtt", "data_segs_in", "data_segs_out"], since: "4.6")
        + run(160, 8, ["delivery_rate"], since: "4.9")
        + run(168, 8, ["busy_time", "rwnd_limited", "sndbuf_limited"], since: "4.10")
        + run(192, 4, ["delivered", "delivered_ce"], since: "4.18")
        + run(200, 8, ["bytes_sent", "bytes_retrans"], since: "4.19")
        + run(216, 4, ["dsack_dups", "reord_seen"], since: "4.19")
        + run(224, 4, ["rcv_ooopack", "snd_wnd"], since: "5.4")
        + run(232, 4, ["rcv_wnd", "rehash"], since: "6.2")
        + run(240, 2, ["total_rto", "total_rto_recoveries"], since: "6.7")
        + run(244, 4, ["total_rto_time"], since: "6.7")
        + run(
            248, 4,
            [
                "received_ce", "delivered_e1_bytes", "delivered_e0_bytes", "delivered_ce_bytes",
                "received_e1_bytes", "received_e0_bytes", "received_ce_bytes",
            ], since: "6.18")

    private static func run(_ offset: Int, _ size: Int, _ names: [String], since: String?) -> [Field] {
        names.enumerated().map {
            Field(name: $1, offset: offset + $0 * size, size: size, since: since)
        }
    }
}

extension TCPInfo {
    /// Retransmission time-out in microseconds.
    public var rtoMicroseconds: UInt64 { self["rto"] ?? 0 }
    /// Smoothed round trip time in microseconds.
    public var rttMicroseconds: UInt64 { self["rtt"] ?? 0 }
    /// Congestion window in segments.
    public var congestionWindow: UInt64 { self["snd_cwnd"] ?? 0 }
    /// Segments sent again since the connection began.
    public var totalRetransmits: UInt64 { self["total_retrans"] ?? 0 }
    /// Path MTU in bytes.
    public var pathMTU: UInt64 { self["pmtu"] ?? 0 }
    /// Segments in flight; of a listening socket the length of its accept queue.
    public var unacknowledged: UInt64 { self["unacked"] ?? 0 }
}
