import CMnl
import Glibc
import LinuxSystem

/// What the kernel remembers of earlier TCP connections, by destination; new ones begin with it.
///
/// Kernel: generic netlink family `tcp_metrics` (3.6), `net/ipv4/tcp_metrics.c`; written when a connection ends, unless
/// `tcp_no_metrics_save` is set.
/// Equivalent to: `ip tcp_metrics show`
public final class TCPMetricsSocket: Sendable {
    private let socket: NetlinkSocket
    private let family: Int

    /// Opens a socket in a namespace. The calling thread must be at home.
    ///
    /// - Throws: `NetlinkError` with ENOENT on kernels without the family.
    public init(in namespace: NetworkNamespace) throws(NetlinkError) {
        socket = try NetlinkSocket(family: NETLINK_GENERIC, in: namespace)
        var request = MessageBuilder(
            type: Int(GENL_ID_CTRL),
            header: genlmsghdr(cmd: UInt8(CTRL_CMD_GETFAMILY), version: 1, reserved: 0))
        request.put(CTRL_ATTR_FAMILY_NAME, "CTRL_ATTR_FAMILY_NAME", "tcp_metrics")
        let operation = "look up generic netlink family tcp_metrics"
        let replies = try socket.send(request, as: .question, operation)
        guard let number = replies.first?.attributes(after: genlmsghdr.self)[CTRL_ATTR_FAMILY_ID]?.uint16
        else { throw NetlinkError(operation: operation, errno: EBADMSG) }
        family = Int(number)
    }

    /// What is remembered of one destination.
    public struct Entry: Hashable, Sendable {
        /// Four or sixteen bytes.
        public var destination: [UInt8]
        /// The own address that it was reached from; nil if the kernel did not say.
        public var source: [UInt8]?
        /// `rtt` and `rttvar` in microseconds, `ssthresh` and `cwnd` in segments, `reordering`; absent where unknown.
        public var values: [String: UInt32]

        /// Reads an answer; nil if it names no destination.
        init?(_ attributes: AttributeReader) {
            guard let destination = attributes[1]?.bytes ?? attributes[2]?.bytes,
                [4, 16].contains(destination.count)
            else { return nil }
            self.destination = destination
            source = attributes[11]?.bytes ?? attributes[12]?.bytes
            values = [:]
            for value in attributes[6]?.nested.attributes ?? [] {
                guard let (name, shift) = Self.names[value.type], let number = value.uint32 else { continue }
                values[name] = number >> shift
            }
        }

        /// `enum tcp_metric_index`, counted from 1 within the nest; the times in milliseconds are left out. The kernel keeps
        /// its round trip times in eighths and their variation in quarters of a microsecond.
        private static let names: [Int: (name: String, shift: UInt32)] = [
            3: ("ssthresh", 0), 4: ("cwnd", 0), 5: ("reordering", 0), 6: ("rtt", 3), 7: ("rttvar", 2),
        ]
    }

    /// All that the namespace remembers.
    public func entries() throws(NetlinkError) -> [Entry] {
        let getCommand: UInt8 = 1
        let request = MessageBuilder(
            type: family, header: genlmsghdr(cmd: getCommand, version: 1, reserved: 0))
        return try socket.send(request, as: .dump, "list TCP metrics")
            .compactMap { Entry($0.attributes(after: genlmsghdr.self)) }
    }
}
