import KernelTestSupport
import LinuxSystem
import NetlabLab
import NetlabModel
import Netlink
import Testing

@Suite(.needsRoot) struct LabTests {
    /// client/eth0 10.0.0.1 — server/eth0 10.0.0.2
    static func twoNodes() throws -> LabState {
        var state = LabState()
        for (name, address) in [("client", "10.0.0.1/24"), ("server", "10.0.0.2/24")] {
            var node = Node(name: name)
            var interface = Interface(name: "eth0")
            interface.addresses = [try #require(IPPrefix(address))]
            node.interfaces = [interface]
            node.sysctls = [
                SysctlSetting(name: "net.ipv6.conf.all.disable_ipv6", value: "1"),
                SysctlSetting(name: "net.ipv4.tcp_syn_retries", value: "1"),
            ]
            state.nodes.append(node)
        }
        state.links = [
            Link(
                name: "cable",
                ends: [
                    InterfaceID(node: "client", interface: "eth0"),
                    InterfaceID(node: "server", interface: "eth0"),
                ])
        ]
        return state
    }

    @Test func aLabIsBuiltAsPlanned() async throws {
        let state = try Self.twoNodes()
        let (result, teardown) = try await Lab.withLab(named: "built") { lab in
            try await lab.change(to: state)
            let server = try #require(await lab.namespaces["server"])
            let link = try RouteSocket(in: server).link(named: "eth0")
            #expect(link.mtu == 1500)
            #expect(link.isUsable)
            #expect(try Sysctl.read("net.ipv4.tcp_syn_retries", in: server) == "1")
        }
        try result.get()
        #expect(teardown.leaks == [])
    }

    @Test(arguments: ["tcp data", "tcp ack", "tcp syn dport 80", "icmp frag-needed", "udp size 1000..1500"])
    func theCountersOfAMiddleAreReadableWhateverItMatches(_ match: String) async throws {
        var state = try Self.twoNodes()
        state.links[0].driver = .kernel
        state.links[0].impairments = [
            NamedImpairment(
                name: "gone", from: nil, match: try PacketMatch(parsing: match),
                impairment: .pattern(PacketPattern(.drop, .numbers([6]))))
        ]
        let wanted = state
        let (result, teardown) = try await Lab.withLab(named: "matches") { lab in
            try await lab.change(to: wanted)
            #expect(try await lab.linkReadings()["cable"]?.counters["impair:gone"] == 0)
        }
        try result.get()
        #expect(teardown.leaks == [])
    }

    @Test(
        .needsProgram("iptables-legacy"), .needsProgram("iptables-nft"),
        arguments: [
            Iptables.Backend.legacy, .nft,
        ])
    func plainLinesOfIptablesGoToTheOneThatWasChosen(backend: Iptables.Backend) async throws {
        var state = try Self.twoNodes()
        let line = ["-A", "INPUT", "-p", "udp", "-j", "DROP"]
        state.nodes[1].firewall.iptables = [IptablesRule(name: "gone", arguments: line)]
        let with = state
        state.nodes[1].firewall = Firewall()
        let without = state
        let choice = Iptables.Choice(backend: backend, reason: "the other one is not in this kernel")
        let (result, teardown) = try await Lab.withLab(named: "chosen", iptables: [.ipv4: choice]) { lab in
            func counters(_ backend: Iptables.Backend) async throws -> [String] {
                let server = try #require(await lab.namespaces["server"])
                let iptables = try await Iptables.find(.ipv4, backend: backend, in: server)
                return try await Array(iptables.ruleCounters().keys)
            }
            try await lab.change(to: with)
            #expect(try await counters(backend) == ["netlab:gone"])
            #expect(try await counters(backend == .nft ? .legacy : .nft) == [])
            let told = try #require(await lab.drivers["server iptables"])
            #expect(
                told.hasSuffix("(\(backend.rawValue)), since the other one is not in this kernel"), "\(told)")
            try await lab.change(to: without)
            #expect(try await counters(backend) == [])
        }
        try result.get()
        #expect(teardown.leaks == [])
    }

    @Test func theKernelDriverSaysWhatItCannotDo() async throws {
        var state = try Self.twoNodes()
        state.links[0].driver = .kernel
        state.links[0].impairments = [
            NamedImpairment(
                name: "late", from: nil,
                impairment: .pattern(PacketPattern(.delay(.milliseconds(1)), .first(1))))
        ]
        let wanted = state
        let (result, teardown) = try await Lab.withLab(named: "cannot") { lab in
            try await lab.change(to: wanted)
        }
        if case .failure(let error) = result {
            #expect("\(error)".contains("nftables cannot hold or change single packets"), "\(error)")
        } else {
            Issue.record("it did")
        }
        #expect(teardown.leaks == [])
    }

    @Test func aPhaseChangesOnlyWhatDiffers() async throws {
        let before = try Self.twoNodes()
        var after = before
        after.nodes[1].interfaces[0].mtu = 100
        let wanted = after
        let (result, _) = try await Lab.withLab(named: "changed") { lab in
            try await lab.change(to: before)
            let changes = try await lab.change(to: wanted)
            #expect(changes == [.setMTU(InterfaceID(node: "server", interface: "eth0"), 100)])
            let server = try #require(await lab.namespaces["server"])
            #expect(try RouteSocket(in: server).link(named: "eth0").mtu == 100)
        }
        try result.get()
    }

    @Test func aRefusedChangeNamesWhatWasAttempted() async throws {
        var state = try Self.twoNodes()
        state.nodes[1].interfaces[0].mtu = 20
        let wanted = state
        let (result, teardown) = try await Lab.withLab(named: "refused") { lab in
            try await lab.change(to: wanted)
        }
        #expect(throws: LabError.self) { try result.get() }
        if case .failure(let error) = result {
            #expect(
                "\(error)".hasPrefix(
                    "cable: client/eth0 — server/eth0: create veth eth0: Invalid argument (EINVAL)"))
        }
        #expect(teardown.leaks == [])
    }

    @Test func noThreadStaysInALab() async throws {
        let state = try Self.twoNodes()
        let (result, _) = try await Lab.withLab(named: "threads") { lab in
            try await lab.change(to: state)
            expectAllThreadsHome()
        }
        try result.get()
        expectAllThreadsHome()
    }

    @Test func aLabIsFoundByItsNodesNamesWhileItLives() async throws {
        let state = try Self.twoNodes()
        let (result, _) = try await Lab.withLab(named: "named-\(UInt32.random(in: 0...UInt32.max))") {
            lab -> String in
            try await lab.change(to: state)
            let path = "/run/netns/\(lab.name).client"
            let inode = try #require(await lab.namespaces["client"]).inode
            #expect(try NetworkNamespace(opening: path).inode == inode)
            return path
        }
        let path = try result.get()
        #expect(throws: SystemError.self) { try NetworkNamespace(opening: path) }
    }

    @Test func twoLabsOfOneNameAreToldApart() async throws {
        let state = try Self.twoNodes()
        let (result, _) = try await Lab.withLab(named: "twin") { first -> (String, String) in
            try await first.change(to: state)
            let (second, _) = try await Lab.withLab(named: "twin") { lab -> String in
                try await lab.change(to: state)
                return lab.name
            }
            return (first.name, try second.get())
        }
        let (first, second) = try result.get()
        #expect(first != second)
    }

    @Test func aRouteGoneWithItsDeviceIsNoErrorWhenRemoved() async throws {
        var before = try Self.twoNodes()
        var route = NetlabModel.Route(destination: try #require(IPPrefix("10.9.0.0/16")))
        route.gateway = IPAddress("10.0.0.2")
        before.nodes[0].routes = [route]
        var after = before
        after.nodes[0].interfaces[0].isUp = false
        after.nodes[0].routes = []
        let (first, last) = (before, after)
        let (result, _) = try await Lab.withLab(named: "routes") { lab in
            try await lab.change(to: first)
            try await lab.change(to: last)
            // Up again, and the route is back though nobody but the kernel removed it.
            try await lab.change(to: first)
            let client = try #require(await lab.namespaces["client"])
            let routes = try RouteSocket(in: client).routes(.ipv4)
            #expect(routes.contains { $0.destination == [10, 9, 0, 0] && $0.prefixLength == 16 })
        }
        try result.get()
    }

    @Test func threeEndsMakeASwitch() async throws {
        var state = try Self.twoNodes()
        var third = Node(name: "third")
        var interface = Interface(name: "eth0")
        interface.addresses = [try #require(IPPrefix("10.0.0.3/24"))]
        third.interfaces = [interface]
        state.nodes.append(third)
        state.links[0].ends.append(InterfaceID(node: "third", interface: "eth0"))
        let wanted = state
        let (result, teardown) = try await Lab.withLab(named: "switch") { lab in
            try await lab.change(to: wanted)
            let third = try #require(await lab.namespaces["third"])
            #expect(try RouteSocket(in: third).link(named: "eth0").isUsable)
        }
        try result.get()
        #expect(teardown.leaks == [])
    }
}
