import NetlabModel
import Netlink

/// Sockets of a node with all that the kernel tells of each.
///
/// Kernel: `inet_diag_msg_attrs_fill()`, `sk_get_meminfo()`, `tcp_get_info()`.
/// Equivalent to: `ss -tuanoemi`
enum SocketListing {
    static func record(_ socket: SocketInfo, of node: String) -> SocketRecord {
        var record = SocketRecord(
            node: node, transport: socket.transport == .tcp ? "tcp" : "udp",
            local: endpoint(socket.localAddress, socket.localPort),
            remote: endpoint(socket.remoteAddress, socket.remotePort), state: socket.state.kernelName,
            receiveQueue: Int64(socket.receiveQueue), sendQueue: Int64(socket.sendQueue))
        if let timer = socket.timer {
            record.timer = "\(timer)"
            record.timerMilliseconds = Int64(socket.expiresMilliseconds)
        }
        record.retransmits = Int64(socket.retransmits)
        record.isOrphan = socket.transport == .tcp && socket.isOrphan
        record.congestionControl = socket.congestionControl
        for (letter, value) in zip(memoryLetters, socket.memory?.values ?? []) {
            record.memory[letter] = Int64(value)
        }
        for (name, value) in socket.tcpInfo?.values ?? [] {
            record.tcpInfo[name] = Int64(truncatingIfNeeded: value)
        }
        record.tcpInfoTail = (socket.tcpInfo?.unknownTail ?? []).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        return record
    }

    /// `SK_MEMINFO_*` in the kernel's order, as `ss -m` abbreviates them.
    private static let memoryLetters = ["r", "rb", "t", "tb", "f", "w", "o", "bl", "d"]

    /// `10.0.0.1:80`, `[2001:db8::1]:80`.
    static func endpoint(_ address: [UInt8], _ port: UInt16) -> String {
        let text = "\(IPAddress(bytes: address))"
        return (address.count == 16 ? "[\(text)]" : text) + ":\(port)"
    }
}
