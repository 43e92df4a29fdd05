import CMnl
import KernelTestSupport
import LinuxSystem
import Testing

@testable import Netlink

@Suite(.needsRoot) struct RobustnessKernelTests {
    @Test func answerThatDoesNotFitIsAskedForAgainWithMoreRoom() throws {
        let pair = try TwoNamespaces()
        for number in 0..<30 {
            try pair.a.createVethPair(
                name: "w\(number)", isUp: false, peerName: "e\(number)", peerNamespace: pair.b.namespace)
        }
        let small = try NetlinkSocket(family: NETLINK_ROUTE, in: pair.a.namespace, strict: true, room: 64)
        let dump = MessageBuilder(type: RTM_GETLINK, header: ifinfomsg())
        #expect(try small.send(dump, as: .dump, "list links").compactMap(LinkInfo.init).count == 31)
        let other = try NetlinkSocket(family: NETLINK_ROUTE, in: pair.a.namespace, strict: true, room: 64)
        var question = MessageBuilder(type: RTM_GETLINK, header: ifinfomsg())
        question.put(IFLA_IFNAME, "IFLA_IFNAME", "w7")
        #expect(
            try other.send(question, as: .question, "show link").compactMap(LinkInfo.init).map(\.name) == [
                "w7"
            ])
        // The next exchange on either is not disturbed by what was left over.
        #expect(try small.send(dump, as: .dump, "list links").count == 31)
        #expect(try other.send(dump, as: .dump, "list links").count == 31)
    }

    @Test func dumpIsConsistentWhileAddressesComeAndGo() async throws {
        let socket = try RouteSocket(in: NetworkNamespace.create())
        try socket.setLink("lo", LinkChange(isUp: true))
        for host in 0..<250 {
            try socket.addAddress([10, 1, 0, UInt8(host)], prefixLength: 32, to: "lo")
        }
        let changer = try RouteSocket(in: socket.namespace)
        async let changes: Void = {
            for _ in 0..<100 {
                try changer.addAddress([10, 2, 0, 1], prefixLength: 32, to: "lo")
                try changer.deleteAddress([10, 2, 0, 1], prefixLength: 32, from: "lo")
            }
        }()
        for _ in 0..<20 {
            let listed = try socket.addresses(ofLink: "lo").map(\.address).filter { $0[1] == 1 }
            #expect(listed.count == 250)
            #expect(Set(listed).count == 250)
        }
        try await changes
    }

    @Test func oneSocketServesSeveralTasks() async throws {
        let pair = try TwoNamespaces.joined()
        let socket = pair.a
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<25 {
                        let name = task % 2 == 0 ? "west" : "lo"
                        guard try socket.link(named: name).name == name else { return false }
                        guard try socket.links().count == 2 else { return false }
                    }
                    return true
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        expectAllThreadsHome()
    }

    @Test func socketStaysInItsNamespaceAfterItsNameIsForgotten() throws {
        let socket = try NetlinkSocket(family: NETLINK_ROUTE, in: NetworkNamespace.create(), strict: true)
        let dump = MessageBuilder(type: RTM_GETLINK, header: ifinfomsg())
        #expect(
            try socket.send(dump, as: .dump, "list links").compactMap(LinkInfo.init).map(\.name) == ["lo"])
        expectAllThreadsHome()
    }

    @Test func closedSocketsLeaveNoDescriptor() throws {
        let namespace = try NetworkNamespace.create()
        // Other tests open descriptors meanwhile, but not hundreds of the same number range one by one.
        let first = try NetlinkSocket(family: NETLINK_ROUTE, in: namespace).fileDescriptor
        var highest = first
        for _ in 0..<500 {
            highest = max(highest, try NetlinkSocket(family: NETLINK_ROUTE, in: namespace).fileDescriptor)
        }
        #expect(highest < first + 400)
    }
}
