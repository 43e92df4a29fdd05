import LinuxSystem
import NetlabModel
import Netlink
import Testing

@testable import NetlabTraffic

@Suite struct SeriesKernelTests {
    @Test func connectionIsLookedAtAgainAndAgain() async throws {
        let bench = try TrafficBench.pair()
        var plan = StreamFlow()
        plan.amount = .time(.milliseconds(400))
        plan.writeSize = ByteCount(16384)
        let outcome = try await bench.run(
            bench.flow(.tcpStream(plan)) { $0.samples = .milliseconds(10) })
        let series = try #require(outcome.series)
        #expect((5...45).contains(series.count), "\(series.count)")
        #expect(zip(series, series.dropFirst()).allSatisfy { $1.time - $0.time >= 9_900_000 })
        let acknowledged = series.compactMap { $0.values["bytes_acked"] }
        #expect(acknowledged.count == series.count && acknowledged == acknowledged.sorted())
        #expect(outcome["tcpi.bytes_acked.max"] == acknowledged.last)
        #expect(outcome["tcpi.bytes_acked.min"] == acknowledged.first)
        #expect(outcome["throughput"] > 0)
    }

    @Test func withoutAskingThereIsNone() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(bench.flow(.requests(1)))
        #expect(outcome.series == nil && outcome.values["tcpi.rtt"] != nil)
        #expect(!outcome.values.keys.contains { $0.hasSuffix(".max") && $0.hasPrefix("tcpi.") })
    }

    /// Its room does not grow with the length of a run, and extremes are those of everything that was seen.
    @Test func longSeriesKeepsItsSize() throws {
        let series = InfoSeries(every: .seconds(3600), origin: 0, on: try EventLoop(name: "test")) { nil }
        for number in 0..<10_000 {
            // tcpi_snd_cwnd, four bytes at offset 80.
            var bytes = [UInt8](repeating: 0, count: 104)
            withUnsafeBytes(of: UInt32(number).littleEndian) { bytes.replaceSubrange(80..<84, with: $0) }
            series.take(TCPInfo(bytes: bytes), at: Int64(number))
        }
        #expect(series.samples.count <= InfoSeries.limit && series.samples.count >= InfoSeries.limit / 2)
        #expect(series.samples.first?.time == 0)
        #expect(zip(series.samples, series.samples.dropFirst()).allSatisfy { $0.time < $1.time })
        #expect(series.extremes["tcpi.snd_cwnd.min"] == 0 && series.extremes["tcpi.snd_cwnd.max"] == 9999)
    }
}

@Suite struct DatagramSizeKernelTests {
    @Test(arguments: [
        DatagramSizes.inTurn([ByteCount(64), ByteCount(64), ByteCount(1400)]), .uniform(24...1400),
        .uniform(100...100),
    ])
    func sizesAreKnownAtBothEnds(sizes: DatagramSizes) async throws {
        let bench = try TrafficBench.pair()
        let flow = bench.flow(.datagrams(300) { $0.sizes = sizes }, named: "udp", port: 53) {
            $0.server.socket.receiveBuffer = ByteCount(4 << 20)
        }
        let outcome = try await bench.run(flow, seed: 3)
        #expect(outcome.failure == nil)
        #expect(outcome["received"] == 300 && outcome["lost"] == 0 && outcome["corrupted"] == 0)
        #expect(outcome["bytes_sent"] == outcome["bytes_received"])
        let again = try await bench.run(flow, seed: 3)
        #expect(again["bytes_sent"] == outcome["bytes_sent"], "equal seeds send equal packets")
        if case .inTurn = sizes { #expect(outcome["bytes_sent"] == 100 * (64 + 64 + 1400)) }
    }

    @Test func uniformSizesAreAsLikelyAsOneAnother() {
        var counts = [Int](repeating: 0, count: 4)
        for number in 0..<40_000 {
            counts[DatagramSizes.uniform(10...13).size(of: number, seed: 9) - 10] += 1
        }
        // Six standard deviations of a binomial distribution with p = 1/4.
        #expect(counts.allSatisfy { abs($0 - 10_000) < 520 }, "\(counts)")
        let other = (0..<100).map { DatagramSizes.uniform(0...1000).size(of: $0, seed: 1) }
        #expect(other != (0..<100).map { DatagramSizes.uniform(0...1000).size(of: $0, seed: 2) })
    }

    @Test func bitsPerSecondPaceAStream() async throws {
        let bench = try TrafficBench.pair()
        let kind = FlowKind.datagrams(100) {
            $0.sizes = .inTurn([ByteCount(500), ByteCount(1500)])
            $0.bitRate = DataRate(bitsPerSecond: 8_000_000)
        }
        let outcome = try await bench.run(bench.flow(kind, named: "udp", port: 53))
        // 100 kB in a tenth of a second, less the time of the last one.
        #expect(outcome["received"] == 100 && outcome["bytes_sent"] == 100_000)
        #expect(outcome["send_duration"] >= 98_000_000 && outcome["send_duration"] < 2_000_000_000)
    }
}
