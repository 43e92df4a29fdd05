import KernelTestSupport
import LinuxSystem
import Testing

@testable import Netlink

@Suite(.needsRoot) struct RouteKernelTests {
    @Test func unicastRouteWithEveryMetricIsReadBack() throws {
        let pair = try TwoNamespaces.joined()
        var metrics = RouteMetrics()
        metrics.mtu = 1200
        metrics.isMTULocked = true
        metrics.advmss = 900
        metrics.initcwnd = 3
        metrics.initrwnd = 5
        metrics.quickack = true
        metrics.window = 30_000
        metrics.hopLimit = 9
        metrics.congestionControl = "reno"
        try pair.a.addRoute(
            Route(
                to: [10, 7, 0, 0], prefixLength: 16, gateway: [10, 0, 0, 2], device: "west",
                source: [10, 0, 0, 1],
                metric: 77, metrics: metrics))
        let route = try #require(try pair.a.routes(.ipv4).first { $0.destination == [10, 7, 0, 0] })
        #expect(route.type == .unicast)
        #expect(route.prefixLength == 16)
        #expect(route.gateway == [10, 0, 0, 2])
        #expect(try route.deviceIndex == pair.a.index(ofLink: "west"))
        #expect(route.source == [10, 0, 0, 1])
        #expect(route.metric == 77)
        #expect(route.table == 254)
        #expect(route.metrics == metrics)
    }

    @Test(arguments: [
        (RouteType.blackhole, Int32(22)), (.unreachable, 113), (.prohibit, 13), (.throw, 101),
    ])
    func routeTypeDecidesWhatTheSenderSees(type: RouteType, errno: Int32) throws {
        let socket = try RouteSocket(in: NetworkNamespace.create())
        try socket.addRoute(Route(to: [10, 7, 0, 0], prefixLength: 16, type: type))
        let error = #expect(throws: NetlinkError.self) { try socket.route(to: [10, 7, 1, 1]) }
        #expect(error?.errno == errno)
        try socket.deleteRoute(Route(to: [10, 7, 0, 0], prefixLength: 16, type: type))
        #expect(try socket.routes(.ipv4).isEmpty)
    }

    @Test func replacedRouteIsTheOnlyOne() throws {
        let pair = try TwoNamespaces.joined()
        var route = Route(to: [0, 0, 0, 0], prefixLength: 0, gateway: [10, 0, 0, 2])
        try pair.a.addRoute(route)
        route.gateway = [10, 0, 0, 3]
        try pair.a.replaceRoute(route)
        let defaults = try pair.a.routes(.ipv4, table: 254).filter { $0.prefixLength == 0 }
        #expect(defaults.map(\.gateway) == [[10, 0, 0, 3]])
        try pair.a.deleteRoute(Route(to: [0, 0, 0, 0], prefixLength: 0))
        #expect(try !pair.a.routes(.ipv4, table: 254).contains { $0.prefixLength == 0 })
    }

    @Test func gatewayOutsideEveryPrefixNeedsOnLink() throws {
        let pair = try TwoNamespaces.joined()
        var route = Route(to: [10, 7, 0, 0], prefixLength: 16, gateway: [192, 168, 5, 5], device: "west")
        let error = #expect(throws: NetlinkError.self) { try pair.a.addRoute(route) }
        #expect(error?.errno == 101)
        route.isOnLink = true
        try pair.a.addRoute(route)
        #expect(try pair.a.route(to: [10, 7, 1, 1]).gateway == [192, 168, 5, 5])
    }

    @Test func localRouteInATableAboveTheByteIsReadBack() throws {
        let socket = try RouteSocket(in: NetworkNamespace.create())
        try socket.setLink("lo", LinkChange(isUp: true))
        try socket.addRoute(
            Route(to: [10, 7, 0, 0], prefixLength: 16, type: .local, device: "lo", table: 1000))
        #expect(try socket.routes(.ipv4, table: 1000).map(\.type) == [.local])
        #expect(try socket.routes(.ipv4, table: 1001).isEmpty)
        #expect(try socket.routes(.ipv4, table: 254).isEmpty)
    }

    @Test func ipv6RoutesWorkLikeIPv4Ones() throws {
        let pair = try TwoNamespaces.joined()
        func address(_ group: UInt8, _ host: UInt8) -> [UInt8] {
            [0xfd, group] + [UInt8](repeating: 0, count: 13) + [host]
        }
        try pair.a.addAddress(address(0, 1), prefixLength: 64, to: "west")
        var metrics = RouteMetrics()
        metrics.mtu = 1280
        try pair.a.addRoute(
            Route(
                to: address(7, 0), prefixLength: 32, gateway: address(0, 2), device: "west", metrics: metrics)
        )
        try pair.a.addRoute(Route(to: address(8, 0), prefixLength: 32, type: .unreachable))
        let route = try pair.a.route(to: address(7, 9))
        #expect(route.gateway == address(0, 2))
        #expect(route.metrics.mtu == 1280)
        #expect(throws: NetlinkError.self) { try pair.a.route(to: address(8, 9)) }
        try pair.a.deleteRoute(Route(to: address(7, 0), prefixLength: 32))
        #expect(try !pair.a.routes(.ipv6).contains { $0.destination == address(7, 0) })
    }

    @Test func severalNextHopsKeepTheirWeights() throws {
        let pair = try TwoNamespaces.joined()
        var route = Route(to: [10, 7, 0, 0], prefixLength: 16)
        route.nextHops = [
            NextHop(gateway: [10, 0, 0, 2], device: "west", weight: 1),
            NextHop(gateway: [10, 0, 0, 3], device: "west", weight: 5),
        ]
        try pair.a.addRoute(route)
        let hops = try #require(try pair.a.routes(.ipv4).first { $0.destination == [10, 7, 0, 0] }).nextHops
        #expect(hops.map(\.weight) == [1, 5])
        #expect(hops.map(\.gateway) == [[10, 0, 0, 2], [10, 0, 0, 3]])
    }
}

@Suite(.needsRoot) struct NeighbourKernelTests {
    @Test func permanentNeighbourIsAddedReplacedAndDeleted() throws {
        let pair = try TwoNamespaces.joined()
        try pair.a.addNeighbour([10, 0, 0, 9], mac: [2, 0, 0, 0, 0, 9], device: "west")
        let first = try #require(
            try pair.a.neighbours(.ipv4, device: "west").first { $0.address == [10, 0, 0, 9] })
        #expect(first.state == .permanent)
        #expect(first.mac == [2, 0, 0, 0, 0, 9])
        try pair.a.replaceNeighbour([10, 0, 0, 9], mac: [2, 0, 0, 0, 0, 8], device: "west", state: .stale)
        let second = try #require(try pair.a.neighbours(.ipv4).first { $0.address == [10, 0, 0, 9] })
        #expect(second.state == .stale)
        #expect(second.mac == [2, 0, 0, 0, 0, 8])
        #expect(second.state.names == ["STALE"])
        try pair.a.deleteNeighbour([10, 0, 0, 9], device: "west")
        #expect(
            try !pair.a.neighbours(.ipv4).contains { $0.address == [10, 0, 0, 9] && $0.state != .failed })
    }
}
