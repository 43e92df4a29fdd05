import LinuxSystem
import NetlabModel
import Testing

@testable import NetlabTraffic

@Suite struct StreamKernelTests {
    private func stream(_ change: (inout StreamFlow) -> Void) -> FlowKind {
        var plan = StreamFlow()
        change(&plan)
        return .tcpStream(plan)
    }

    @Test(arguments: [false, true], [1000, 64 * 1024, 1 << 20])
    func volumeArrivesWhole(isReverse: Bool, writeSize: Int) async throws {
        let bench = try TrafficBench.loopback()
        let kind = stream {
            $0.amount = .bytes(ByteCount(3_000_001))
            $0.writeSize = ByteCount(writeSize)
            $0.isReverse = isReverse
            $0.connections = 2
        }
        let outcome = try await bench.run(bench.flow(kind))
        #expect(outcome.failure == nil)
        #expect(outcome["succeeded"] == 2 && outcome["failed"] == 0)
        #expect(outcome["bytes_received"] == 6_000_002)
        #expect(outcome[isReverse ? "server.bytes_sent" : "bytes_sent"] == 6_000_002)
        #expect(outcome["corrupted"] == 0 && outcome["throughput"] > 0)
    }

    /// Fast enough for the receiver to be woken up once for many segments, and an end that no FIN announces.
    @Test(arguments: [SocketBehaviour.Close.fin, .never])
    func nothingOfARushIsMissed(close: SocketBehaviour.Close) async throws {
        let bench = try TrafficBench.pair()
        let volume = 256 << 20 + 12_345
        let kind = stream {
            $0.amount = .bytes(ByteCount(volume))
            $0.writeSize = ByteCount(1 << 20)
        }
        let outcome = try await bench.run(
            bench.flow(kind) {
                $0.client.close = close
                $0.timeout = .seconds(20)
            })
        #expect(outcome.failure == nil && outcome["succeeded"] == 1)
        #expect(outcome["bytes_received"] == Int64(volume) && outcome["bytes_sent"] == Int64(volume))
    }

    @Test func writesArePacedAndCounted() async throws {
        let bench = try TrafficBench.loopback()
        let kind = stream {
            $0.amount = .writes(10)
            $0.writeSize = ByteCount(1250)
            $0.rate = DataRate(bitsPerSecond: 1_000_000)
        }
        let outcome = try await bench.run(bench.flow(kind))
        #expect(outcome["writes"] == 10 && outcome["bytes_received"] == 12500)
        #expect(outcome["duration"] > 85_000_000, "nine gaps of 10 ms")
    }

    @Test func timeEndsAStream() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(bench.flow(stream { $0.amount = .time(.milliseconds(100)) }))
        #expect(outcome["succeeded"] == 1)
        #expect(outcome["bytes_received"] > 1 << 20 && outcome["bytes_received"] >= outcome["bytes_sent"])
    }

    @Test func readerThatNeverReadsStallsTheSender() async throws {
        let bench = try TrafficBench.loopback()
        let flow = bench.flow(stream { $0.amount = .bytes(ByteCount(64 << 20)) }) {
            $0.server.socket.read = .never
            $0.server.socket.receiveBuffer = ByteCount(16384)
            $0.timeout = .milliseconds(200)
        }
        let outcome = try await bench.run(flow)
        #expect(outcome["connected"] == 1 && outcome["timed_out"] == 1)
        #expect(outcome["bytes_received"] == 0)
        #expect(outcome.attempts.first?.error == "send: timed out")
        #expect(outcome["tcpi.rwnd_limited"] > 0)
    }

    @Test func resetByTheServerIsSeenByTheSender() async throws {
        let bench = try TrafficBench.loopback()
        let flow = bench.flow(stream { $0.amount = .bytes(ByteCount(64 << 20)) }) {
            $0.server.socket.close = .unread
        }
        let outcome = try await bench.run(flow)
        #expect(outcome["reset"] == 1 && outcome["succeeded"] == 0)
    }
}
