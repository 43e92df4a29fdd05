import Glibc
import NetlabModel
import Netlink

/// Connections that a node tracks, with all that the kernel tells of each.
///
/// Kernel: `ctnetlink_fill_info()`; needs CONFIG_NF_CT_NETLINK.
/// Equivalent to: `conntrack -L`
enum ConntrackListing {
    static func record(_ entry: ConntrackSocket.Entry, of node: String) -> TrackedConnection {
        TrackedConnection(
            node: node, transport: transports[Int32(entry.transport)] ?? "\(entry.transport)",
            original: direction(entry.original), reply: direction(entry.reply),
            state: entry.tcpState.map { states.indices.contains(Int($0)) ? states[Int($0)] : "\($0)" },
            status: statusBits.enumerated().filter { entry.status & (1 << $0.offset) != 0 }.map(\.element),
            timeoutSeconds: Int64(entry.timeoutSeconds), mark: Int64(entry.mark))
    }

    private static let transports: [Int32: String] = [
        Int32(IPPROTO_ICMP): "icmp", Int32(IPPROTO_TCP): "tcp", Int32(IPPROTO_UDP): "udp",
        Int32(IPPROTO_ICMPV6): "icmpv6", Int32(IPPROTO_GRE): "gre", Int32(IPPROTO_SCTP): "sctp",
        Int32(IPPROTO_UDPLITE): "udplite",
    ]

    /// `enum tcp_conntrack`; number 9 was LISTEN and is SYN_SENT2 since 2.6.31.
    private static let states = [
        "NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT",
        "CLOSE",
        "SYN_SENT2",
    ]

    /// `enum ip_conntrack_status`, bit by bit.
    private static let statusBits = [
        "EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED", "SRC_NAT", "DST_NAT", "SEQ_ADJUST", "SRC_NAT_DONE",
        "DST_NAT_DONE", "DYING", "FIXED_TIMEOUT", "TEMPLATE", "UNTRACKED", "HELPER", "OFFLOAD", "HW_OFFLOAD",
    ]

    private static func direction(_ direction: ConntrackSocket.Direction) -> TrackedConnection.Direction {
        TrackedConnection.Direction(
            source: endpoint(direction.source, direction.sourcePort),
            destination: endpoint(direction.destination, direction.destinationPort),
            packets: direction.packets.map { Int64(clamping: $0) },
            bytes: direction.bytes.map { Int64(clamping: $0) })
    }

    private static func endpoint(_ address: [UInt8], _ port: UInt16?) -> String {
        port.map { SocketListing.endpoint(address, $0) } ?? "\(IPAddress(bytes: address))"
    }
}
