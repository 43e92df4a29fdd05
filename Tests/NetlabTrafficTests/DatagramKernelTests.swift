import LinuxSystem
import NetlabModel
import Testing

@testable import NetlabTraffic

@Suite struct DatagramKernelTests {
    @Test func healthyStreamLosesNothing() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(bench.flow(.datagrams(100), named: "udp"))
        #expect(outcome.failure == nil)
        #expect(outcome["sent"] == 100 && outcome["received"] == 100 && outcome["lost"] == 0)
        #expect(outcome["duplicated"] == 0 && outcome["reordered"] == 0 && outcome["corrupted"] == 0)
        #expect(outcome["delay.p50"] > 0 && outcome["bytes_received"] == 20000)
    }

    /// What fits is the buffer (twice what was asked for) divided by what one datagram occupies.
    @Test(arguments: [(4096, 3), (131_072 / 2, 56)])
    func unreadDatagramsFillTheBufferAndTheRestIsLost(buffer: Int, fits: Int64) async throws {
        let bench = try TrafficBench.pair()
        let flow = bench.flow(.datagrams(100, size: 1000), named: "udp") {
            $0.server.socket.read = .never
            $0.server.socket.receiveBuffer = ByteCount(buffer)
        }
        let outcome = try await bench.run(flow)
        #expect(outcome["sent"] == 100 && outcome["received"] == 0)
        #expect(outcome["unread"] == fits)
        #expect(outcome["lost"] == 100 - fits)
    }
}
