import Glibc
import Netlink

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
