import CMnl
import Glibc
import KernelTestSupport
import LinuxSystem
import Testing

@testable import Netlink

@Suite(.needsRoot) struct RuleKernelTests {
    @Test func ruleDecidesWhichTableIsAsked() throws {
        let pair = try TwoNamespaces.joined()
        try pair.a.addRoute(Route(to: [10, 7, 0, 0], prefixLength: 16, gateway: [10, 0, 0, 2]))
        try pair.a.addRoute(
            Route(to: [10, 7, 0, 0], prefixLength: 16, gateway: [10, 0, 0, 3], table: 1000))
        #expect(try pair.a.route(to: [10, 7, 0, 1]).gateway == [10, 0, 0, 2])
        var rule = Rule(.ipv4, priority: 100, .lookup(table: 1000))
        rule.destination = [10, 7, 0, 0]
        rule.destinationPrefixLength = 16
        try pair.a.addRule(rule)
        #expect(try pair.a.route(to: [10, 7, 0, 1]).gateway == [10, 0, 0, 3])
        #expect(try pair.a.rules(.ipv4).map(\.priority) == [0, 100, 32766, 32767])
        #expect(try pair.a.rules(.ipv4).contains(rule))
        let error = #expect(throws: NetlinkError.self) { try pair.a.addRule(rule) }
        #expect(error?.errno == EEXIST)
        try pair.a.deleteRule(rule)
        #expect(try pair.a.route(to: [10, 7, 0, 1]).gateway == [10, 0, 0, 2])
    }

    @Test(arguments: [Rule.Action.blackhole, .unreachable, .prohibit], AddressFamily.allCases)
    func everySelectorIsReadBack(action: Rule.Action, family: AddressFamily) throws {
        let socket = try RouteSocket(in: NetworkNamespace.create())
        let length = family == .ipv4 ? 4 : 16
        var rule = Rule(family, priority: 77, action)
        rule.source = [UInt8](repeating: 0x20, count: length)
        rule.sourcePrefixLength = length * 8
        rule.inputDevice = "lo"
        rule.outputDevice = "east"
        rule.mark = 5
        rule.markMask = 7
        try socket.addRule(rule)
        #expect(try socket.rules(family).contains(rule))
        try socket.deleteRule(rule)
        #expect(try !socket.rules(family).contains(rule))
        let error = #expect(throws: NetlinkError.self) { try socket.deleteRule(rule) }
        #expect(error?.errno == ENOENT)
    }
}

@Suite(.needsRoot) struct CachedRouteKernelTests {
    /// a – router – b, where the second link takes packets of 1000 bytes only.
    @Test func smallerPathMTUIsACachedRouteThatExpires() throws {
        let pair = try TwoNamespaces.joined()
        let b = try RouteSocket(in: NetworkNamespace.create())
        let router = pair.b
        try router.createVethPair(
            name: "far", mtu: 1000, isUp: true, peerName: "end", peerNamespace: b.namespace, peerMTU: 1000)
        try b.setLink("end", LinkChange(isUp: true))
        try router.addAddress([10, 5, 0, 1], prefixLength: 24, to: "far")
        try b.addAddress([10, 5, 0, 2], prefixLength: 24, to: "end")
        try pair.a.addRoute(Route(to: [10, 5, 0, 0], prefixLength: 24, gateway: [10, 0, 0, 2]))
        try router.waitUntilUsable(links: ["far"])
        let file = try router.namespace.run { () throws(SystemError) in
            try OwnedFileDescriptor(opening: "/proc/sys/net/ipv4/ip_forward", flags: O_WRONLY)
        }
        #expect(write(file.number, "1", 1) == 1)
        #expect(try pair.a.cachedRoutes(.ipv4).isEmpty)

        try sendAndAwaitError(1200, to: [10, 5, 0, 2], from: pair.a.namespace)

        #expect(try pair.a.route(to: [10, 5, 0, 2]).metrics.mtu == 1000)
        let cached = try pair.a.cachedRoutes(.ipv4)
        #expect(cached.map(\.destination) == [[10, 5, 0, 2]])
        #expect(cached.first?.metrics.mtu == 1000)
        let expires = try #require(cached.first?.expiresInSeconds)
        #expect((500...600).contains(expires))
        #expect(try !pair.a.routes(.ipv4).contains { $0.destination == [10, 5, 0, 2] })
    }

    /// Sends one datagram that may not be fragmented, and waits in poll(2) for the ICMP error it causes.
    private func sendAndAwaitError(_ length: Int, to address: [UInt8], from namespace: NetworkNamespace)
        throws
    {
        let number = namespace.run {
            socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        }
        let descriptor = OwnedFileDescriptor(adopting: number)
        var one: Int32 = 1
        #expect(setsockopt(number, Int32(IPPROTO_IP), IP_RECVERR, &one, socklen_t(4)) == 0)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = UInt16(9).bigEndian
        target.sin_addr.s_addr = address.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
        let payload = [UInt8](repeating: 0, count: length)
        let sent = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(number, payload, length, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(sent == length)
        var poller = pollfd(fd: descriptor.number, events: 0, revents: 0)
        #expect(poll(&poller, 1, 5000) == 1)
        #expect(Int32(poller.revents) & POLLERR != 0)
    }
}
