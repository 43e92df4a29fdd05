import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabProbe
import Netlink
import Testing

@Suite struct LabProbeKernelTests {
    /// Two namespaces with a veth pair between them, loopback up in both, IPv6 off so that nothing moves by itself.
    struct Pair {
        let client: NetworkNamespace
        let server: NetworkNamespace
        let probe: LabProbe

        init(interfaces: Int = 1) throws {
            client = try NetworkNamespace.create()
            server = try NetworkNamespace.create()
            for namespace in [client, server] {
                try namespace.run {
                    let setting = try OwnedFileDescriptor(
                        opening: "/proc/sys/net/ipv6/conf/all/disable_ipv6", flags: O_WRONLY)
                    guard write(setting.number, "1", 1) == 1 else { throw SystemError.last("write") }
                }
            }
            let routes = try (RouteSocket(in: client), RouteSocket(in: server))
            for index in 0..<interfaces {
                try routes.0.createVeth("c\(index)", peer: "s\(index)", peerNamespace: server)
                try routes.0.setLink("c\(index)", up: true)
                try routes.1.setLink("s\(index)", up: true)
            }
            probe = try LabProbe(subjects: [
                .init(node: "client", namespace: client, interfaces: (0..<interfaces).map { "c\($0)" }),
                .init(node: "server", namespace: server, interfaces: (0..<interfaces).map { "s\($0)" }),
            ])
        }
    }
}
