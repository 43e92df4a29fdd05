import KernelTestSupport
import LinuxSystem
import Testing

@testable import Netlink

@Suite(.needsRoot) struct LinkKernelTests {
    @Test func vethPeerIsMadeInTheOtherNamespace() throws {
        let pair = try TwoNamespaces()
        try pair.a.createVethPair(
            name: "west", mtu: 1400, mac: [2, 0, 0, 0, 0, 1], isUp: true, peerName: "east",
            peerNamespace: pair.b.namespace, peerMTU: 1300, peerMAC: [2, 0, 0, 0, 0, 2], txQueueLength: 7,
            numTxQueues: 2, numRxQueues: 3)
        let west = try pair.a.link(named: "west")
        #expect(west.mtu == 1400)
        #expect(west.mac == [2, 0, 0, 0, 0, 1])
        #expect(west.kind == "veth")
        #expect(west.isUp)
        #expect(!west.isUsable)
        #expect(west.txQueueLength == 7)
        #expect(west.numTxQueues == 2)
        #expect(west.numRxQueues == 3)
        let east = try pair.b.link(named: "east")
        #expect(east.mtu == 1300)
        #expect(east.mac == [2, 0, 0, 0, 0, 2])
        #expect(!east.isUp)
        #expect(east.link == west.index)
        #expect(try pair.a.links().map(\.name) == ["lo", "west"])
        #expect(try pair.b.links().map(\.name) == ["lo", "east"])
    }

    @Test func waitingEndsWhenBothEndsCanSend() throws {
        let pair = try TwoNamespaces.joined()
        let west = try pair.a.link(named: "west")
        #expect(west.operState == .up)
        #expect(west.qdisc != "noop")
        #expect(west.isRunning && west.isLowerUp)
    }

    @Test func waitingForALinkWithoutCarrierTimesOutAndNamesItsState() throws {
        let pair = try TwoNamespaces()
        try pair.a.createVethPair(name: "west", isUp: true, peerName: "east", peerNamespace: pair.b.namespace)
        let error = #expect(throws: NetlinkError.self) {
            try pair.a.waitUntilUsable(links: ["west"], timeout: .milliseconds(30))
        }
        #expect(error?.errno == 110)
        #expect(error?.operation.contains("wait until usable: west (up, ") == true, "\(error as Any)")
    }

    @Test func loopbackIsUsableOnceUp() throws {
        let socket = try RouteSocket(in: NetworkNamespace.create())
        #expect(try !socket.link(named: "lo").isUsable)
        try socket.setLink("lo", LinkChange(isUp: true))
        try socket.waitUntilUsable(links: ["lo"])
        #expect(try socket.link(named: "lo").operState == .unknown)
    }

    @Test func everySettingOfALinkChangeIsReadBack() throws {
        let pair = try TwoNamespaces()
        try pair.a.createVethPair(
            name: "west", isUp: false, peerName: "east", peerNamespace: pair.b.namespace)
        try pair.a.setLink(
            "west",
            LinkChange(
                isUp: true, mtu: 576, txQueueLength: 11, mac: [2, 9, 9, 9, 9, 9], gsoMaxSegments: 5,
                gsoMaxSize: 20_000, promiscuous: true, arp: false))
        try pair.a.setLink("west", LinkChange(isUp: false, newName: "other"))
        let link = try pair.a.link(named: "other")
        #expect(!link.isUp)
        #expect(link.mtu == 576)
        #expect(link.txQueueLength == 11)
        #expect(link.mac == [2, 9, 9, 9, 9, 9])
        #expect(link.gsoMaxSegments == 5)
        #expect(link.gsoMaxSize == 20_000)
        #expect(link.flags.contains([.promiscuous, .noARP]))
        #expect(throws: NetlinkError.self) { try pair.a.link(named: "west") }
        try pair.a.setLink("other", LinkChange(promiscuous: false, arp: true))
        #expect(try pair.a.link(named: "other").flags.isDisjoint(with: [.promiscuous, .noARP]))
    }

    @Test func deletingOneEndTakesBoth() throws {
        let pair = try TwoNamespaces.joined()
        try pair.a.deleteLink("west")
        #expect(try pair.a.links().map(\.name) == ["lo"])
        #expect(try pair.b.links().map(\.name) == ["lo"])
    }

    @Test func bridgeForwardsBetweenItsPorts() throws {
        let pair = try TwoNamespaces()
        try pair.a.createBridge(name: "br0", isUp: true)
        try pair.a.createVethPair(name: "p1", isUp: true, peerName: "e1", peerNamespace: pair.b.namespace)
        try pair.a.setMaster(link: "p1", bridge: "br0")
        try pair.a.setBridgePort(
            "p1", BridgePortChange(isIsolated: true, isLearning: false, isFlooding: true, isHairpin: true))
        let bridge = try pair.a.link(named: "br0")
        #expect(bridge.kind == "bridge")
        #expect(try pair.a.link(named: "p1").master == bridge.index)
        try pair.b.setLink("e1", LinkChange(isUp: true))
        try pair.a.waitUntilUsable(links: ["p1", "br0"])
        try pair.a.setMaster(link: "p1", bridge: nil)
        #expect(try pair.a.link(named: "p1").master == nil)
    }

    @Test func macvlanAndIFBAreMade() throws {
        let pair = try TwoNamespaces.joined()
        try pair.a.createMACVLAN(name: "mv0", on: "west", isUp: true)
        try pair.a.createIFB(name: "ifb0", isUp: true, options: LinkOptions(mtu: 1400))
        #expect(try pair.a.link(named: "mv0").kind == "macvlan")
        #expect(try pair.a.link(named: "mv0").link == pair.a.link(named: "west").index)
        #expect(try pair.a.link(named: "ifb0").mtu == 1400)
        try pair.a.waitUntilUsable(links: ["mv0", "ifb0"])
    }

    @Test func hundredLinksAreListedOnce() throws {
        let pair = try TwoNamespaces()
        for number in 0..<100 {
            try pair.a.createVethPair(
                name: "w\(number)", isUp: false, peerName: "e\(number)", peerNamespace: pair.b.namespace)
        }
        let links = try pair.a.links()
        #expect(links.count == 101)
        #expect(Set(links.map(\.name)).count == 101)
        #expect(links.allSatisfy { $0.statistics?["rx_otherhost_dropped"] == 0 })
    }

    @Test func linkWithoutAddressGenerationHasNoLinkLocalAddress() throws {
        let pair = try TwoNamespaces()
        try pair.a.createVethPair(
            name: "west", isUp: false, peerName: "east", peerNamespace: pair.b.namespace)
        try pair.a.setLink("west", LinkChange(ipv6AddressGeneration: IPv6AddressGeneration.none))
        try pair.a.setLink("west", LinkChange(isUp: true))
        try pair.b.setLink("east", LinkChange(isUp: true))
        try pair.a.waitUntilUsable(links: ["west"])
        try pair.b.waitUntilUsable(links: ["east"])
        #expect(try pair.a.addresses(ofLink: "west").isEmpty)
        #expect(try pair.b.addresses(ofLink: "east").map(\.address[0]) == [0xfe])
    }

    @Test func dummyIsMadeOrSaidToBeLacking() throws {
        let socket = try RouteSocket(in: NetworkNamespace.create())
        do {
            try socket.createDummy(name: "dummy0", isUp: true)
            #expect(try socket.link(named: "dummy0").kind == "dummy")
        } catch {
            #expect(error.isUnsupported)
            #expect(error.description.hasSuffix("; this kernel lacks devices of kind dummy (modprobe dummy)"))
        }
    }

    @Test func bridgeAndPortCountSpanningTreeAndMulticast() throws {
        let pair = try TwoNamespaces()
        var settings = BridgeOptions()
        settings.multicastSnooping = true
        try pair.a.createBridge(name: "br0", isUp: true, bridge: settings)
        try pair.a.createVethPair(name: "p1", isUp: true, peerName: "e1", peerNamespace: pair.b.namespace)
        try pair.a.setMaster(link: "p1", bridge: "br0")
        #expect(try pair.a.bridgeStatistics("br0")["igmp_v2queries_rx"] == 0)
        #expect(try pair.a.bridgeStatistics("br0")["mcast_packets_tx"] != nil)
        let port = try pair.a.bridgeStatistics("p1")
        for name in ["tx_bpdu", "rx_tcn", "mld_v2reports_rx", "mcast_bytes_tx"] {
            #expect(port[name] == 0, "\(name)")
        }
        // Six of spanning tree, and thirty of multicast.
        #expect(port.count == 36)
        #expect(try pair.a.bridgeStatistics("lo").isEmpty)
    }
}
