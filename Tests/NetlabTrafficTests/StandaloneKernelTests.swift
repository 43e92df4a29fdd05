import NetlabModel
import Synchronization
import Testing

@testable import NetlabTraffic

/// Between two sockets of this machine, on its own loopback device, as a person would try it out.
@Suite(.serialized) struct StandaloneKernelTests {
    private func client(_ kind: FlowKind, port: Int) -> StandaloneClient {
        var client = StandaloneClient(host: "127.0.0.1", kind: kind)
        client.port = port
        return client
    }

    private func server(port: Int) throws -> StandaloneServer {
        var options = StandaloneServer.Options()
        options.port = port
        options.address = IPAddress(bytes: [127, 0, 0, 1])
        return try StandaloneServer.start(options)
    }

    @Test(arguments: [false, true])
    func volumeArrivesWhole(isReverse: Bool) async throws {
        let port = isReverse ? 17001 : 17011
        let server = try server(port: port)
        var plan = StreamFlow()
        plan.amount = .bytes(ByteCount(5_000_000))
        plan.isReverse = isReverse
        plan.connections = 2
        let report = try await client(.tcpStream(plan), port: port).run()
        #expect(report.outcome.failure == nil && report.outcome["succeeded"] == 2)
        #expect(report.outcome["bytes_received"] == 10_000_000 && report.outcome["throughput"] > 0)
        #expect(report.outcome["corrupted"] == 0)
        let totals = await server.stop()
        #expect(totals["server.accepted"] == 2)
    }

    @Test func intervalsAddUpToTheWhole() async throws {
        let server = try server(port: 17002)
        var (intervals, samples) = (0, 0)
        // A machine that stands still for most of the time has fewer: then it gets more time.
        for time in [Duration.milliseconds(300), .seconds(2), .seconds(8)] {
            guard intervals < 3 || samples == 0 else { break }
            var plan = StreamFlow()
            plan.amount = .time(time)
            plan.writeSize = ByteCount(1 << 20)
            let seen = Mutex<[StandaloneClient.Interval]>([])
            var client = self.client(.tcpStream(plan), port: 17002)
            client.samples = .milliseconds(20)
            let report = try await client.run(every: .milliseconds(100)) { interval in
                seen.withLock { $0.append(interval) }
            }
            #expect(report.outcome["succeeded"] == 1)
            #expect(report.intervals == seen.withLock { $0 })
            #expect(report.intervals.reduce(0) { $0 + $1.bytes } == report.outcome["bytes_sent"])
            #expect(zip(report.intervals, report.intervals.dropFirst()).allSatisfy { $0.end == $1.start })
            #expect(report.intervals.first?.start == .zero)
            (intervals, samples) = (report.intervals.count, report.outcome.series?.count ?? 0)
        }
        #expect(intervals >= 3 && samples >= 1)
        _ = await server.stop()
    }

    @Test func requestsAreAnsweredAsAskedFor() async throws {
        let server = try server(port: 17003)
        let kind = FlowKind.requests(20, concurrency: 4, request: 100, response: 7000) {
            $0.requestsPerConnection = 3
        }
        let outcome = try await client(kind, port: 17003).run().outcome
        #expect(outcome["succeeded"] == 20 && outcome["answered"] == 60 && outcome["corrupted"] == 0)
        _ = await server.stop()
    }

    @Test func datagramsAreCountedAtTheFarEnd() async throws {
        let server = try server(port: 17004)
        let kind = FlowKind.datagrams(500, size: 100) { $0.rate = EventRate(perSecond: 10000) }
        let outcome = try await client(kind, port: 17004).run().outcome
        #expect(outcome.failure == nil)
        #expect(outcome["sent"] == 500 && outcome["received"] == 500 && outcome["lost"] == 0)
        #expect(outcome["duplicated"] == 0 && outcome["corrupted"] == 0)
        var echo = RequestFlow()
        echo.count = 5
        echo.request = ByteCount(64)
        echo.response = ByteCount(64)
        let echoes = try await client(.udpRequest(echo), port: 17004).run().outcome
        #expect(echoes["answered"] == 5)
        let totals = await server.stop()
        #expect(totals["server.echoes"] == 5)
    }

    @Test func webClientsGetAPage() async throws {
        let server = try server(port: 17005)
        let kind = FlowKind.requests(3, request: 0) { $0.isHTTP = true }
        let outcome = try await client(kind, port: 17005).run().outcome
        #expect(outcome["succeeded"] == 3 && outcome["http.200"] == 3)
        _ = await server.stop()
    }

    @Test func noServerIsSaid() async throws {
        let outcome = try await client(.datagrams(1), port: 17006).run().outcome
        #expect(
            outcome.failure
                == "netlab's server: connect: Connection refused (ECONNREFUSED); start `netlab traffic server` there"
        )
    }

    @Test func nameThatDoesNotExistIsSaid() async throws {
        let error = await #expect(throws: TrafficError.self) {
            try await StandaloneClient(host: "no such name", kind: .connects(1)).run()
        }
        #expect(error?.description.hasPrefix("no such name: ") == true)
    }

    @Test func portInUseIsSaid() throws {
        let first = try server(port: 17007)
        let error = #expect(throws: TrafficError.self) { try server(port: 17007) }
        #expect(
            error?.description == "traffic: bind 127.0.0.1 port 17007: Address already in use (EADDRINUSE)")
        withExtendedLifetime(first) {}
    }

    @Test func greetingSurvivesTheWire() {
        let greeting = StandaloneGreeting(purpose: .timedDownload, size: 65536, amount: 10_000_000_000)
        #expect(StandaloneGreeting(greeting.bytes) == greeting)
        #expect(StandaloneGreeting(greeting.bytes.dropLast()) == nil)
        #expect(StandaloneGreeting([UInt8](repeating: 0, count: 16)) == nil)
        var receipt = StandaloneReceipt()
        receipt.bytes = .max
        receipt.duration = 7
        #expect(StandaloneReceipt(receipt.encoded) == receipt)
    }
}
