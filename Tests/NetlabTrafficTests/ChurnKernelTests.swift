import LinuxSystem
import NetlabModel
import Testing

@testable import NetlabTraffic

/// Many connections that are closed at once: two loops of clients, which look like one.
@Suite struct ChurnKernelTests {
    private static let count = 1501

    private func churn(_ bench: TrafficBench, _ change: (inout Flow) -> Void = { _ in }) -> Flow {
        bench.flow(.connects(Self.count, concurrency: 16, holds: false)) {
            $0.server.backlog = 4096
            $0.timeout = .seconds(20)
            change(&$0)
        }
    }

    @Test(arguments: [SocketBehaviour.Close.fin, .rst])
    func everyConnectionIsCountedOnce(close: SocketBehaviour.Close) async throws {
        let bench = try TrafficBench.pair()
        let outcome = try await bench.run(churn(bench) { $0.client.close = close })
        #expect(outcome.failure == nil)
        #expect(outcome["attempted"] == 1501 && outcome["connected"] == 1501 && outcome["failed"] == 0)
        #expect(outcome["server.accepted"] == 1501)
        #expect(outcome["connect.p50"] > 0 && outcome["duration"] > 0)
        #expect(outcome.attempts.map(\.number) == Array(1...Attempt.limit))
        #expect(outcome.attempts.allSatisfy { $0.result == .connected && $0.localPort != nil })
    }

    @Test func refusedAttemptsEndAtOnceAndAreAllCounted() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(churn(bench) { $0.server.isPresent = false })
        #expect(outcome["refused"] == 1501 && outcome["errno.ECONNREFUSED"] == 1501)
        #expect(outcome["connected"] == 0 && outcome.attempts.first?.error == "connect ECONNREFUSED")
    }

    /// Nobody answers, so that nothing has ended when the cancellation comes.
    @Test func bothLoopsAreCancelled() async throws {
        let bench = try TrafficBench.pair()
        let flow = churn(bench) {
            $0.to.address = IPAddress(bytes: [10, 0, 0, 99])
            $0.server.isPresent = false
        }
        let session = try TrafficSession.start([flow], namespaces: bench.namespaces, seed: 1)
        let task = Task { await session.run() }
        task.cancel()
        await task.value
        let outcome = await session.finish()["web"]
        #expect(outcome?.failure == "interrupted before it had finished")
        #expect(outcome?["connected"] == 0)
    }

    @Test func connectionsOfLoopsOfTheirOwnAreStillSeenAsProgress() async throws {
        let bench = try TrafficBench.loopback()
        let session = try TrafficSession.start([churn(bench)], namespaces: bench.namespaces, seed: 1)
        await session.run()
        #expect(await session.progress(of: "web")?.events == 1501)
        _ = await session.finish()
    }
}
