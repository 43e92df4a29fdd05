import LinuxSystem
import NetlabModel
import Netlink
import Testing

@testable import NetlabTraffic

/// How connections end: in good order, or as somebody dies.
@Suite struct EndingKernelTests {
    /// However long the two loops take for so many: nobody is reset who only waits for his turn.
    @Test func manyConnectionsEndInGoodOrder() async throws {
        let bench = try TrafficBench.pair()
        let flow = bench.flow(.connects(4000, concurrency: 200)) { $0.server.backlog = 1024 }
        let outcome = try await bench.run(flow)
        #expect(outcome["connected"] == 4000 && outcome["server.accepted"] == 4000)
        #expect(outcome["server.peer_closed"] == 4000)
        let (client, server) = (try Counters.read(in: bench.client), try Counters.read(in: bench.server))
        // Every SYN and every FIN was acknowledged: so no connection was reset. Resets there may be all the same: where an
        // ACK and the FIN after it change places between two processors, the client's TIME_WAIT answers the ACK, and
        // the server knows the connection no more.
        #expect(server["TcpExt.TCPDelivered"] == 4000, "\(server.filter { $0.value != 0 })")
        #expect(client["TcpExt.TCPDelivered"] == 8000, "\(client.filter { $0.value != 0 })")
    }

    /// The server's side has not looked yet, but the kernel has the client's FIN: that is no broken path.
    @Test func finThatNobodyHasReadYetIsSeen() async throws {
        let bench = try TrafficBench.loopback()
        let flow = bench.flow(.connects(3)) { $0.server.socket.read = .never }
        let outcome = try await bench.run(flow)
        #expect(outcome["server.accepted"] == 3)
        #expect(try Counters.read(in: bench.server)["Tcp.OutRsts"] == 0)
    }

    @Test func killedServerRefusesWhoComesLater() async throws {
        let bench = try TrafficBench.pair()
        let kind = FlowKind.requests(100) { $0.rate = EventRate(perSecond: 100) }
        let outcome = try await bench.run(
            bench.flow(kind) { $0.server.socket.dies = .milliseconds(500) })
        #expect(outcome["succeeded"] >= 1 && outcome["refused"] >= 1, "\(outcome.values)")
        #expect(outcome.attempts.first?.result == .succeeded && outcome.attempts.last?.result == .refused)
    }

    /// FIN if everything was read, RST if not: as for any process that ends.
    @Test(arguments: [(SocketBehaviour.Read.atOnce, "closed by the peer"), (.never, "ECONNRESET")])
    func killedServerEndsWhatIsOpen(read: SocketBehaviour.Read, words: String) async throws {
        let bench = try TrafficBench.pair()
        let outcome = try await bench.run(
            bench.flow(.requests(1)) {
                $0.server.isMute = true
                $0.server.socket.read = read
                $0.server.socket.dies = .milliseconds(100)
            })
        #expect(outcome.attempts.first?.error?.contains(words) == true, "\(outcome.attempts)")
    }

    @Test func killedClientLetsGoOfItsConnections() async throws {
        let bench = try TrafficBench.pair()
        let flows = [
            bench.flow(.connects(5), named: "held") { $0.client.dies = .milliseconds(500) },
            bench.flow(.requests(3) { $0.rate = EventRate(perSecond: 2) }, named: "later", port: 81) {
                $0.client.dies = .milliseconds(900)
            },
            bench.flow(.requests(1), named: "witness", port: 82) { $0.start = .milliseconds(1100) },
        ]
        let session = try TrafficSession.start(flows, namespaces: bench.namespaces, seed: 1)
        await session.run()
        let open = try SocketDiagnostics(in: bench.server)
            .sockets(.tcp, .ipv4, states: [.established], localPort: 80)
        #expect(open.isEmpty)
        let outcomes = await session.finish()
        #expect(outcomes["held"]?["connected"] == 5 && outcomes["held"]?["server.peer_closed"] == 5)
        #expect(outcomes["later"]?["attempted"] == 2 && outcomes["later"]?["succeeded"] == 2)
        #expect(outcomes.values.allSatisfy { $0.failure == nil })
    }

    /// Of two clocks half the range apart one is behind the SYN's, whatever offset the kernel has drawn for that: what is
    /// sent by it is too old for the other end.
    @Test func timestampsOfAConnectionCanBeChosen() async throws {
        let bench = try TrafficBench.pair()
        var succeeded: [Bool] = []
        var refused: [Bool] = []
        for timestamp in [1_000, 1_000 + 1 << 31] {
            let before = try Counters.read(in: bench.server)["TcpExt.PAWSEstab"] ?? 0
            let outcome = try await bench.run(
                bench.flow(.requests(1)) {
                    $0.client.timestamp = timestamp
                    // One and the same offset for both, even if the ports have a say in it.
                    $0.client.bindPorts = 40000...40000
                    $0.client.close = .rst
                    $0.timeout = .milliseconds(500)
                })
            #expect(outcome.failure == nil && outcome["connected"] == 1)
            succeeded.append(outcome["succeeded"] == 1)
            refused.append(try Counters.read(in: bench.server)["TcpExt.PAWSEstab"] ?? 0 > before)
        }
        #expect(succeeded != [true, true] && succeeded != [false, false], "\(succeeded)")
        #expect(refused == succeeded.map { !$0 })
    }
}
