import CMnl
import Glibc
import LinuxSystem

/// Links, addresses, routes, neighbours, rules and qdiscs of one network namespace.
///
/// The socket is made inside the namespace and belongs to it for ever; afterwards it is used from any thread,
/// and from several at once (a lock keeps their requests apart). No call changes the calling thread's namespace
/// except `waitUntilUsable`, which opens a second socket.
///
/// Kernel: `NETLINK_ROUTE` with `NETLINK_EXT_ACK` (4.12), `NETLINK_CAP_ACK` and `NETLINK_GET_STRICT_CHK` (4.20).
/// Equivalent to: `ip -n NAMESPACE …` and `tc -n NAMESPACE …`, without a process.
public final class RouteSocket: Sendable {
    let socket: NetlinkSocket
    /// The namespace that the socket speaks for.
    public let namespace: NetworkNamespace

    /// Opens a socket in a namespace. The calling thread must be at home.
    ///
    /// - Throws: `NetlinkError` with the errno of socket(2) or bind(2).
    public init(in namespace: NetworkNamespace) throws(NetlinkError) {
        self.namespace = namespace
        socket = try NetlinkSocket(family: NETLINK_ROUTE, in: namespace, strict: true)
    }

    /// The index of the device with a name.
    ///
    /// - Throws: `NetlinkError` with ENODEV if there is none.
    public func index(ofLink name: String) throws(NetlinkError) -> Int32 {
        try requestLink(name, "look up link \(name)", extensions: LinkExtension.withoutStatistics).index
    }

    /// Refuses what the kernel would cut off or misread.
    func checkName(_ name: String, _ operation: String) throws(NetlinkError) {
        guard (1...15).contains(name.utf8.count), !name.utf8.contains(where: { $0 == 0 }) else {
            throw NetlinkError(
                operation: operation, errno: EINVAL,
                kernelText: "the name of a link has 1 to 15 bytes, this one \(name.utf8.count)",
                attribute: "IFLA_IFNAME")
        }
    }
}
