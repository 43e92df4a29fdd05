import Glibc
import LinuxSystem
import NetlabModel
import Netlink
import Testing

@testable import NetlabTraffic

@Suite struct SessionKernelTests {
    @Test func everyThreadIsAtHomeDuringAndAfterTraffic() async throws {
        let bench = try TrafficBench.loopback()
        let flows = [
            bench.flow(.requests(2000, concurrency: 50), named: "web"),
            bench.flow(.datagrams(2000), named: "udp", port: 53),
        ]
        let session = try TrafficSession.start(flows, namespaces: bench.namespaces, seed: 1)
        let inside = Set(bench.namespaces.values.map(\.inode))
        async let run: Void = session.run()
        // A thread is away for the microseconds in which a socket is made: none may be so in every look.
        var away = Set(NetworkNamespace.census().filter { inside.contains($0.value) }.keys)
        for _ in 0..<20 {
            away.formIntersection(NetworkNamespace.census().filter { inside.contains($0.value) }.keys)
            await Task.yield()
        }
        #expect(away.isEmpty)
        await run
        let outcomes = await session.finish()
        #expect(outcomes["web"]?["succeeded"] == 2000)
        #expect(!NetworkNamespace.census().values.contains { inside.contains($0) })
    }

    @Test func cancellingEndsEverythingAndSaysSo() async throws {
        let bench = try TrafficBench.loopback()
        let flows = [
            bench.flow(.requests(5, concurrency: 5), named: "mute") {
                $0.server.isMute = true
                $0.timeout = .seconds(60)
            },
            bench.flow(.datagrams(1_000_000) { $0.rate = EventRate(perSecond: 100) }, named: "udp", port: 53),
            bench.flow(.requests(1), named: "later", port: 81) { $0.start = .seconds(60) },
        ]
        let session = try TrafficSession.start(flows, namespaces: bench.namespaces, seed: 1)
        let task = Task { await session.run() }
        // Not a wait for readiness: whenever the cancellation comes, everything has to end.
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await task.value
        let outcomes = await session.finish()
        #expect(outcomes.values.allSatisfy { $0.failure != nil })
        #expect(outcomes["mute"]?.failure == "interrupted before it had finished")
        try await expectNoOpenSocket(in: bench.server)
    }

    /// A child that another test is about to start holds copies of all descriptors until it has called execve: a
    /// socket that was closed may live for that long.
    private func expectNoOpenSocket(in namespace: NetworkNamespace) async throws {
        let diagnostics = try SocketDiagnostics(in: namespace)
        var open: [SocketInfo] = []
        let deadline = ContinuousClock.now + .seconds(5)
        repeat {
            await Task.yield()
            open = try [Transport.tcp, .udp].flatMap { try diagnostics.sockets($0, .ipv4) }
                .filter { $0.inode != 0 }
        } while !open.isEmpty && ContinuousClock.now < deadline
        #expect(open.isEmpty)
    }

    @Test func droppedSessionLeavesNothingOpen() async throws {
        let bench = try TrafficBench.loopback()
        do {
            let session = try TrafficSession.start(
                [bench.flow(.connects(3))], namespaces: bench.namespaces, seed: 1)
            await session.run()
        }
        try await expectNoOpenSocket(in: bench.server)
    }

    @Test func thousandConnectionsAreHeldAtOnce() async throws {
        let bench = try TrafficBench.loopback()
        let flow = bench.flow(.connects(1000, concurrency: 1000)) { $0.server.backlog = 1024 }
        let session = try TrafficSession.start([flow], namespaces: bench.namespaces, seed: 1)
        await session.run()
        let established = try SocketDiagnostics(in: bench.server)
            .sockets(.tcp, .ipv4, states: [.established], remotePort: 80)
        #expect(established.count == 1000)
        let outcome = try #require(await session.finish()["web"])
        #expect(outcome["connected"] == 1000 && outcome["server.accepted"] == 1000)
        #expect(outcome["peer_reset"] == 0)
    }

    @Test func flowsBeginOneAfterTheOther() async throws {
        let bench = try TrafficBench.loopback()
        let outcomes = try await bench.run([
            bench.flow(.requests(1), named: "third", port: 82) {
                $0.after = "second"
                $0.start = .milliseconds(40)
            },
            bench.flow(.requests(1), named: "second", port: 81) { $0.after = "first" },
            bench.flow(.requests(1), named: "first") { $0.start = .milliseconds(30) },
        ])
        let first = try #require(outcomes["first"]?.attempts.first)
        let second = try #require(outcomes["second"]?.attempts.first)
        let third = try #require(outcomes["third"]?.attempts.first)
        #expect(first.startedAt >= 30_000_000)
        #expect(second.startedAt >= first.startedAt + first.duration)
        #expect(third.startedAt >= second.startedAt + second.duration + 40_000_000)
    }

    @Test func openLoopCountsLatencyFromTheTimeAnAttemptWasDue() async throws {
        let bench = try TrafficBench.loopback()
        // Nothing is accepted before all are under way: each has waited since its own time.
        let outcome = try await bench.run(
            bench.flow(.requests(20) { $0.rate = EventRate(perSecond: 100) }) {
                $0.server.accept = .after(.milliseconds(500))
            })
        #expect(outcome["succeeded"] == 20)
        #expect(outcome["latency.max"] > 400_000_000)
        let waits = outcome.attempts.map(\.duration)
        #expect(
            waits[0] > waits[18], "all are served at once, and the first was due 180 ms earlier")
        let starts = outcome.attempts.map(\.startedAt)
        #expect(zip(starts, starts.dropFirst()).allSatisfy { (9_999_999...10_000_001).contains($1 - $0) })
    }

    @Test(arguments: [
        (["a", "a"], [String?.none, nil], "flow a: another flow bears this name"),
        (["a", "b"], ["c", nil], "flow a: it waits for c, which does not exist"),
        (["a", "b"], ["b", "a"], "flow a: it waits for itself, through b"),
        (["a"], ["a"], "flow a: it waits for itself, through a"),
    ])
    func orderThatCannotBeIsRefused(names: [String], after: [String?], message: String) throws {
        let bench = try TrafficBench.loopback()
        let flows = zip(names, after).map { name, first in
            bench.flow(.requests(1), named: name) { $0.after = first }
        }
        let error = #expect(throws: TrafficError.self) {
            try TrafficSession.start(flows, namespaces: bench.namespaces, seed: 1)
        }
        #expect(error?.description == message)
    }

    @Test func unknownNodeIsRefused() throws {
        let bench = try TrafficBench.loopback()
        let flow = bench.flow(.requests(1)) { $0.from = "nowhere" }
        let error = #expect(throws: TrafficError.self) {
            try TrafficSession.start([flow], namespaces: bench.namespaces, seed: 1)
        }
        #expect(error?.description == "flow web: there is no node nowhere; name one of the lab's nodes")
    }

    /// FINs that nothing acknowledges would be repeated for minutes, into the next phase.
    @Test func noOrphanGoesOnRetransmitting() async throws {
        let bench = try TrafficBench.pair()
        let flow = bench.flow(.connects(3, concurrency: 3))
        let session = try TrafficSession.start([flow], namespaces: bench.namespaces, seed: 1)
        await session.run()
        try RouteSocket(in: bench.server).setLink("eth0", LinkChange(isUp: false))
        _ = await session.finish()
        for namespace in [bench.client, bench.server] {
            let sockets = try SocketDiagnostics(in: namespace)
                .sockets(.tcp, .ipv4, states: [.finWait1, .closing, .lastAck, .established])
            #expect(sockets.isEmpty)
        }
    }
}
