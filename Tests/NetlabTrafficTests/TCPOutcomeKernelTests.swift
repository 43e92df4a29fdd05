import LinuxSystem
import NetlabModel
import Testing

@testable import NetlabTraffic

@Suite struct TCPOutcomeKernelTests {
    @Test func healthyRequestsAllSucceed() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(bench.flow(.requests(10, request: 200, response: 4096)))
        #expect(outcome.failure == nil)
        #expect(outcome["attempted"] == 10)
        #expect(outcome["connected"] == 10)
        #expect(outcome["succeeded"] == 10)
        #expect(outcome["failed"] == 0 && outcome["timed_out"] == 0 && outcome["reset"] == 0)
        #expect(outcome["bytes_sent"] == 2000 && outcome["bytes_received"] == 40960)
        #expect(outcome["server.accepted"] == 10 && outcome["server.requests"] == 10)
        #expect(outcome["connect.p50"] > 0 && outcome["latency.p999"] >= outcome["latency.p50"])
        #expect(outcome["tcpi.pmtu"] == 65535)
        #expect(outcome.attempts.map(\.number) == Array(1...10))
        #expect(outcome.attempts.allSatisfy { $0.result == .succeeded && $0.error == nil })
    }

    @Test func closedPortIsRefused() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(bench.flow(.requests(3)) { $0.server.isPresent = false })
        #expect(outcome["refused"] == 3 && outcome["errno.ECONNREFUSED"] == 3 && outcome["failed"] == 3)
        #expect(outcome["connected"] == 0)
        #expect(outcome.attempts.first?.error == "connect ECONNREFUSED")
    }

    @Test func missingRouteIsUnreachable() async throws {
        let bench = try TrafficBench.loopback()
        let flow = bench.flow(.requests(2)) {
            $0.to = FlowTarget(node: nil, address: IPAddress(bytes: [10, 9, 9, 9]), port: 80)
        }
        let outcome = try await bench.run(flow)
        #expect(outcome["unreachable"] == 2 && outcome["errno.ENETUNREACH"] == 2)
    }

    @Test func muteServerLetsTheClientTimeOut() async throws {
        let bench = try TrafficBench.loopback()
        let flow = bench.flow(.requests(4, concurrency: 4)) {
            $0.server.isMute = true
            $0.timeout = .milliseconds(100)
        }
        let outcome = try await bench.run(flow)
        #expect(outcome["connected"] == 4 && outcome["timed_out"] == 4)
        #expect(outcome["errno.ETIMEDOUT"] == 0)
        #expect(outcome.attempts.first?.error == "recv: timed out")
    }

    /// A listener's queue holds one connection more than the backlog says, and the SYNs of all others are dropped.
    @Test(arguments: [0, 1, 4])
    func queueHoldsBacklogPlusOne(backlog: Int) async throws {
        let bench = try TrafficBench.loopback()
        let flow = bench.flow(.connects(20, concurrency: 20), named: "burst") {
            $0.server.backlog = backlog
            $0.server.accept = .never
            $0.timeout = .milliseconds(300)
        }
        let outcome = try await bench.run(flow)
        #expect(outcome["connected"] == Int64(backlog + 1))
        #expect(outcome["timed_out"] == Int64(19 - backlog))
        #expect(outcome["server.accepted"] == 0)
    }

    @Test func portInUseFailsTheFlowAndNotTheOthers() async throws {
        let bench = try TrafficBench.loopback()
        let first = try TrafficSession.start(
            [bench.flow(.connects(1))], namespaces: bench.namespaces, seed: 1)
        let outcomes = try await bench.run([
            bench.flow(.requests(1), named: "clash"), bench.flow(.requests(1), named: "fine", port: 81),
        ])
        _ = await first.finish()
        #expect(
            outcomes["clash"]?.failure
                == "server in server: bind port 80: Address already in use (EADDRINUSE)")
        #expect(outcomes["fine"]?["succeeded"] == 1)
    }
}
