/// Packet, byte and error counters of a device.
///
/// Read by length: a kernel that knows fewer counters leaves the last ones absent, one that knows more leaves the
/// unknown ones in `unnamed`.
///
/// Kernel: `struct rtnl_link_stats64` in `IFLA_STATS64`; `dev_get_stats()`.
/// Equivalent to: `ip -s -s link show`
public struct LinkStatistics: Hashable, Sendable {
    /// The kernel's names in the order of the structure. `rx_nohandler` since 4.6, `rx_otherhost_dropped` since 5.19.
    public static let names = [
        "rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_errors", "tx_errors", "rx_dropped",
        "tx_dropped",
        "multicast", "collisions", "rx_length_errors", "rx_over_errors", "rx_crc_errors", "rx_frame_errors",
        "rx_fifo_errors", "rx_missed_errors", "tx_aborted_errors", "tx_carrier_errors", "tx_fifo_errors",
        "tx_heartbeat_errors", "tx_window_errors", "rx_compressed", "tx_compressed", "rx_nohandler",
        "rx_otherhost_dropped",
    ]

    private let values: [UInt64]

    init(_ payload: ArraySlice<UInt8>) {
        values = (0..<payload.count / 8).map { payload.integer(at: $0 * 8) ?? 0 }
    }

    /// The counter with a kernel name, or nil if this kernel has none of that name.
    public subscript(name: String) -> UInt64? {
        Self.names.firstIndex(of: name).flatMap { $0 < values.count ? values[$0] : nil }
    }

    /// All counters that this kernel has and that have a name here, in the kernel's order.
    public var counters: [(name: String, value: UInt64)] { zip(Self.names, values).map { ($0, $1) } }
    /// Counters behind the last known one.
    public var unnamed: [UInt64] { Array(values.dropFirst(Self.names.count)) }

    public var rxPackets: UInt64 { value(0) }
    public var txPackets: UInt64 { value(1) }
    public var rxBytes: UInt64 { value(2) }
    public var txBytes: UInt64 { value(3) }
    public var rxErrors: UInt64 { value(4) }
    public var txErrors: UInt64 { value(5) }
    public var rxDropped: UInt64 { value(6) }
    public var txDropped: UInt64 { value(7) }

    // The first eight are as old as the structure.
    private func value(_ index: Int) -> UInt64 { index < values.count ? values[index] : 0 }
}
