import Glibc
import Netlink

extension FlowProgress {
    /// Adds what the kernel says of a connection.
    mutating func note(_ descriptor: Int32?) {
        guard let descriptor, let info = TCPInfo(of: descriptor) else { return }
        retransmits = Int64(clamping: info.totalRetransmits)
        congestionWindow = Int64(clamping: info.congestionWindow)
        roundTripMicroseconds = Int64(clamping: info.rttMicroseconds)
    }
}

extension TCPInfo {
    /// What the kernel says of one of this process's own sockets; nil if it is not TCP.
    ///
    /// Kernel: getsockopt(`TCP_INFO`).
    init?(of descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 512)
        var length = socklen_t(buffer.count)
        guard getsockopt(descriptor, CInt(IPPROTO_TCP), TCP_INFO, &buffer, &length) == 0 else {
            return nil
        }
        self.init(bytes: Array(buffer.prefix(Int(length))))
    }
}
