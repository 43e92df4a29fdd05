import Glibc
import LinuxSystem
import NetlabProbe
import Netlink
import Testing

/// To which namespace and interface a drop is put down.
@Suite(.needsDropCounter, .needsTUN) struct DropAttributionTests {
    @Test func frameTooLongForTheVethPeerIsTheSendersDrop() throws {
        let pair = try DropTestPair()
        try pair.rightSocket.setLink("eth0", LinkChange(mtu: 500))
        let counter = try pair.watched()
        // 1000 bytes of payload exceed the peer's MTU and its allowance for a VLAN tag.
        try pair.send(1000, bytes: 1000, to: 9)
        let counts = try counter.counts(in: pair.left)
        #expect(counts.map(\.count) == [1000])
        #expect(counts.map(\.interfaceIndex) == [Int(try pair.leftSocket.link(named: "eth0").index)])
        #expect(try counter.counts(in: pair.right) == [])
        #expect(try pair.leftSocket.link(named: "eth0").statistics?.txDropped == 1000)
    }

    @Test func datagramToAClosedPortIsTheReceiversDrop() throws {
        let pair = try DropTestPair()
        let counter = try pair.watched()
        try pair.send(1000, bytes: 100, to: 9)
        let counts = try counter.counts(in: pair.right)
        #expect(counts.map { "\($0.reason) \($0.count)" } == ["NO_SOCKET 1000"])
        #expect(counts.map(\.interfaceIndex) == [Int(try pair.rightSocket.link(named: "eth0").index)])
        #expect(try counter.counts(in: pair.left) == [])
    }

    @Test func packetDroppedByAnOutputRuleIsTheSendersAndAtNoInterface() throws {
        let host = try DropTestHost()
        let rules = "table ip t { chain c { type filter hook output priority 0; udp dport 9 drop; }; }"
        _ = try Nftables(in: host.namespace).run(rules)
        let counter = try DropCounter()
        try counter.watch(host.namespace)
        let socket = try host.socket(SOCK_DGRAM)
        for _ in 0..<1000 { #expect(host.send(from: socket, to: DropTestHost.neighbour, port: 9) == -EPERM) }
        let counts = try counter.counts(in: host.namespace)
        #expect(counts.map { "\($0.reason) \($0.count)" } == ["NETFILTER_DROP 1000"])
        #expect(counts.map(\.interfaceIndex) == [0])
    }

    @Test func segmentRefusedByAnEstablishedConnectionIsTheReceiversDrop() throws {
        let host = try DropTestHost()
        let listener = try host.socket(SOCK_STREAM, port: 80)
        #expect(listen(listener.number, 2) == 0)
        try host.inject(try host.finalACK(sourcePort: 1000, to: 80))
        let counter = try DropCounter()
        try counter.watch(host.namespace)
        // Far beyond the window. TCP has cleared the packet's device when it finds out.
        let stray = DropTestPackets.segment(sourcePort: 1000, to: 80, flags: 0x10, sequence: 0x4000_0000)
        for _ in 0..<1000 { try host.inject(stray) }
        let counts = try counter.counts(in: host.namespace)
        #expect(counts.map(\.count) == [1000])
        #expect(counts.map(\.interfaceIndex) == [host.interfaceIndex])
        #expect(counts.allSatisfy { $0.reason.hasPrefix("TCP_") })
    }
}

extension DropTestPair {
    /// A counter of the drops in both namespaces.
    fileprivate func watched() throws -> DropCounter {
        let counter = try DropCounter()
        try counter.watch(left)
        try counter.watch(right)
        return counter
    }
}
