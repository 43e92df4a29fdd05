import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabProbe
import Netlink
import Testing

@Suite(.needsRoot) struct TrackedConnectionKernelTests {
    @Test func connectionIsListedAsTheRouterTranslatesIt() throws {
        let pair = try ProbedPair()
        let rules = """
            table ip nat {
                chain out { type nat hook postrouting priority 100; ip daddr 10.0.0.2 tcp dport 80 snat to 10.0.0.1:7000-7000; }
            }
            """
        _ = try Nftables(in: pair.client.namespace).run(rules)
        let listener = try TestSocket(SOCK_STREAM, in: pair.server.namespace)
        try listener.bind([10, 0, 0, 2], port: 80)
        try listener.listen(1)
        let client = try TestSocket(SOCK_STREAM, in: pair.client.namespace)
        try client.connect([10, 0, 0, 2], port: 80)

        let (connections, omitted) = try pair.probe.trackedConnections(most: 10)
        #expect(omitted == 0)
        // The server has no rule that asks for it: nothing is tracked there.
        #expect(connections.map(\.node) == ["client"])
        let tracked = try #require(connections.first)
        #expect(tracked.transport == "tcp")
        #expect(tracked.state == "ESTABLISHED")
        #expect(tracked.original.source.hasPrefix("10.0.0.1:") && tracked.original.source != "10.0.0.1:7000")
        #expect(tracked.original.destination == "10.0.0.2:80")
        #expect(tracked.reply.source == "10.0.0.2:80")
        #expect(tracked.reply.destination == "10.0.0.1:7000")
        #expect(Set(tracked.status).isSuperset(of: ["SEEN_REPLY", "ASSURED", "CONFIRMED", "SRC_NAT"]))
        #expect(tracked.timeoutSeconds > 0)
        #expect(try pair.probe.trackedConnections(most: 0).omitted == 1)
        withExtendedLifetime(client) {}
    }
}
