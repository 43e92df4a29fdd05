import CMnl
import Glibc
import KernelTestSupport
import LinuxSystem
import Testing

@testable import Netlink

/// Real messages of this kernel's, cut off at every byte and with every byte changed.
@Suite(.needsRoot) struct GarbageKernelTests {
    private let messages: [NetlinkMessage]

    init() throws {
        let pair = try TwoNamespaces.joined()
        try pair.a.replaceQdisc(
            device: "west",
            .tbf(TokenBucket(rateBytesPerSecond: 1_000_000, burstBytes: 3000, limitBytes: 9000)))
        try pair.a.replaceQdisc(device: "west", .ingress)
        try pair.a.redirect(device: "west", to: "lo")
        try pair.a.addNeighbour([10, 0, 0, 9], mac: [2, 0, 0, 0, 0, 9], device: "west")
        var route = Route(to: [10, 7, 0, 0], prefixLength: 16)
        route.nextHops = [NextHop(gateway: [10, 0, 0, 2], device: "west"), NextHop(device: "west")]
        route.metrics.mtu = 1000
        try pair.a.addRoute(route)

        let index = try pair.a.index(ofLink: "west")
        var traffic = tcmsg()
        traffic.tcm_ifindex = index
        var filters = traffic
        filters.tcm_parent = TrafficHandle.ingressFilters.rawValue
        var routes = rtmsg()
        routes.rtm_family = UInt8(AF_INET)
        var rules = fib_rule_hdr()
        rules.family = UInt8(AF_INET)
        let requests = [
            MessageBuilder(type: RTM_GETLINK, header: ifinfomsg()),
            MessageBuilder(type: RTM_GETADDR, header: ifaddrmsg()),
            MessageBuilder(type: RTM_GETROUTE, header: routes),
            MessageBuilder(type: RTM_GETNEIGH, header: ndmsg()),
            MessageBuilder(type: RTM_GETRULE, header: rules),
            MessageBuilder(type: RTM_GETQDISC, header: traffic),
            MessageBuilder(type: RTM_GETTFILTER, header: filters),
        ]
        var all: [NetlinkMessage] = []
        for request in requests {
            let answers = try pair.a.socket.send(request, as: .dump, "dump")
            try #require(!answers.isEmpty)
            all += answers
        }
        let datagrams = pair.a.namespace.run { socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) }
        let descriptor = OwnedFileDescriptor(adopting: datagrams)
        var own = sockaddr_in()
        own.sin_family = sa_family_t(AF_INET)
        let bound = withUnsafePointer(to: &own) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(bound == 0)
        var sockets = inet_diag_req_v2()
        sockets.sdiag_family = UInt8(AF_INET)
        sockets.sdiag_protocol = UInt8(IPPROTO_UDP)
        sockets.idiag_states = .max
        sockets.idiag_ext = .max
        let diagnostics = try NetlinkSocket(family: NETLINK_INET_DIAG, in: pair.a.namespace)
        let found = try diagnostics.send(
            MessageBuilder(type: Int(SOCK_DIAG_BY_FAMILY), header: sockets), as: .dump, "dump")
        try #require(found.count == 1)
        messages = all + found
    }

    /// Whether any of the readers takes the message for what it reads.
    private func isRead(_ message: NetlinkMessage) -> Bool {
        LinkInfo(message) != nil || AddressInfo(message) != nil || RouteInfo(message) != nil
            || NeighbourInfo(message) != nil || Rule(message) != nil || QdiscInfo(message) != nil
            || FilterInfo(message) != nil || SocketInfo(message, transport: .udp) != nil
    }

    @Test func everyMessageIsReadAndItsHeaderAloneMayBe() {
        for message in messages {
            #expect(isRead(message), "type \(message.type)")
            var empty = message
            empty.payload = message.payload.prefix(3)
            #expect(!isRead(empty), "type \(message.type)")
        }
    }

    @Test func noPrefixAndNoChangedByteLeadsAReaderOutOfBounds() {
        // A reader that left its bounds would trap; what it makes of nonsense is its own business.
        var read = 0
        for message in messages {
            for length in 0...message.payload.count {
                var cut = message
                cut.payload = message.payload.prefix(length)
                if isRead(cut) { read += 1 }
            }
            for index in message.payload.indices {
                var changed = message
                for value: UInt8 in [0, 0x03, 0x80, 0xff] {
                    changed.payload[index] = value
                    if isRead(changed) { read += 1 }
                }
            }
        }
        #expect(read > messages.count)
    }
}
