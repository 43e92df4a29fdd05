import LinuxSystem
import NetlabModel
import Testing

@testable import NetlabTraffic

@Suite struct BehaviourKernelTests {
    /// What the client sees when the server ends a connection in each of its ways, having read everything or not.
    @Test(arguments: [
        (SocketBehaviour.Close.fin, Int64(1), Int64(0)), (.rst, 0, 1), (.unread, 0, 1), (.half, 1, 0),
        (.never, 0, 0),
    ])
    func serversCloseIsWhatTheHoldingClientSees(close: SocketBehaviour.Close, closed: Int64, reset: Int64)
        async throws
    {
        let bench = try TrafficBench.loopback()
        // The client half-closes after its request, so that it is still there when the server ends.
        let flow = bench.flow(.requests(1, request: 100, response: 500)) {
            $0.client.close = .half
            $0.server.closesFirst = true
            $0.server.socket.close = close
        }
        let session = try TrafficSession.start([flow], namespaces: bench.namespaces, seed: 1)
        await session.run()
        // The server's end arrives by itself; a second exchange over the same loops comes after it.
        _ = try await bench.run(bench.flow(.requests(2), port: 99))
        let outcome = try #require(await session.finish()["web"])
        #expect(outcome["succeeded"] == 1, "an answer that was received is readable before the reset")
        #expect(outcome["peer_closed"] == closed)
        #expect(outcome["peer_reset"] == reset)
    }

    /// Whoever closes first stays behind in TIME-WAIT; ends that close at the same instant both do.
    @Test func serverThatClosesFirstIsAloneInTimeWait() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(.requests(200, concurrency: 20)) { $0.server.closesFirst = true })
        #expect(outcome["succeeded"] == 200)
        let table = try bench.server.run { () throws(SystemError) in
            try TextFile.read(ThreadProc.path("net/tcp"))
        }
        let waiting = table.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0[3] == "06" }
        #expect(waiting.count == 200)
        #expect(waiting.allSatisfy { $0[1].hasSuffix(":0050") })
    }

    @Test(arguments: [
        (SocketBehaviour.Close.fin, "server.peer_closed"), (.half, "server.peer_closed"),
        (.rst, "server.errno.ECONNRESET"), (.unread, "server.errno.ECONNRESET"),
    ])
    func clientsCloseIsWhatTheServerSees(close: SocketBehaviour.Close, value: String) async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(.requests(3, request: 100, response: 500)) { $0.client.close = close })
        #expect(outcome["succeeded"] == 3)
        #expect(outcome[value] == 3)
    }

    @Test func halfReadRequestIsNeverAnswered() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(.requests(2, concurrency: 2, request: 100, response: 10)) {
                $0.server.socket.read = .only(ByteCount(10))
                $0.timeout = .milliseconds(100)
            })
        #expect(outcome["timed_out"] == 2 && outcome["server.bytes_received"] == 20)
    }

    @Test func resetInsteadOfAnAnswerIsAReset() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(.connects(3)) {
                $0.server.closesFirst = true
                $0.server.socket.close = .rst
            })
        // Whether a client sees its connection before the reset is a race, and it loses it now and then.
        #expect(outcome["connected"] + outcome["reset"] == 3)
        #expect(outcome["peer_reset"] == outcome["connected"] && outcome["peer_closed"] == 0)
    }

    @Test func piecesArriveAndAreAnsweredOnOneConnection() async throws {
        let bench = try TrafficBench.loopback()
        let kind = FlowKind.requests(2, request: 1000, response: 5000) {
            $0.requestsPerConnection = 5
            $0.writeSize = ByteCount(100)
            $0.pause = .milliseconds(2)
        }
        let outcome = try await bench.run(
            bench.flow(kind) {
                $0.client.noDelay = true
                $0.server.writeSize = ByteCount(700)
                $0.server.answerDelay = .milliseconds(1)
            })
        #expect(outcome["succeeded"] == 2 && outcome["answered"] == 10)
        #expect(outcome["server.requests"] == 10 && outcome["server.accepted"] == 2)
        #expect(outcome["bytes_received"] == 50000 && outcome["corrupted"] == 0)
        #expect(outcome["latency.min"] >= 1_000_000, "the server waits a millisecond before it answers")
    }

    @Test func slowReaderTakesItsTime() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(.requests(1, response: 1000)) {
                $0.client.read = .slowly(ByteCount(100), every: .milliseconds(5))
            })
        #expect(outcome["succeeded"] == 1)
        #expect(outcome["latency.min"] >= 50_000_000, "ten pauses of 5 ms")
    }

    @Test func optionsReachTheSocket() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(.requests(1)) {
                $0.client.maximumSegment = 500
                $0.client.bindPorts = 31000...31001
                $0.client.bindAddress = IPAddress(bytes: [127, 0, 0, 7])
                $0.client.congestionControl = "reno"
                $0.client.keepIdle = .seconds(3)
                $0.client.userTimeout = .seconds(2)
                $0.client.quickACK = true
                $0.client.tos = 0x10
                $0.client.ttl = 3
            })
        #expect(outcome.failure == nil && outcome["succeeded"] == 1)
        #expect(outcome["tcpi.snd_mss"] == 488, "500 minus the timestamps' 12")
        #expect(outcome.attempts.first?.localPort == 31000)
    }

    /// tcp_timestamps 1 gives each connection an offset (since Linux 4.10; for some years one for each pair of addresses), 2
    /// gives none, 0 no timestamps.
    @Test(arguments: [(1, [1, 3], 3), (2, [1], 0), (0, [0], 0)] as [(Int, [Int64], Int64)])
    func clocksOfConnectionsAreToldApart(setting: Int, clocks: [Int64], offset: Int64) async throws {
        let bench = try TrafficBench.loopback()
        try Sysctl.write("net.ipv4.tcp_timestamps", "\(setting)", in: bench.client)
        let outcome = try await bench.run(bench.flow(.requests(3)))
        #expect(outcome["succeeded"] == 3)
        #expect(outcome["timestamps.offset"] == offset)
        #expect(clocks.contains(outcome["timestamps.clocks"]))
        let connects = try await bench.run(bench.flow(.connects(3)))
        #expect(connects["timestamps.offset"] == offset)
    }

    /// connect(2) of Linux since 4.11 overwrites what was set before it.
    @Test func clockThatIsSetBeforeConnectIsTheKernelsAfterIt() async throws {
        let bench = try TrafficBench.loopback()
        try Sysctl.write("net.ipv4.tcp_timestamps", "2", in: bench.client)
        let old = try #require(KernelRelease("4.11"))
        let outcome = try await bench.run(
            bench.flow(.requests(2)) { $0.client.synTimestamp = Int(UInt32.max / 2) })
        #expect(outcome["succeeded"] == 2)
        #expect(outcome["timestamps.offset"] == (KernelRelease.running < old ? 2 : 0))
    }

    @Test func unknownCongestionControlFailsTheFlow() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(.requests(1)) { $0.client.congestionControl = "nonsense" })
        #expect(
            outcome.failure
                == "client in client: setsockopt TCP_CONGESTION nonsense: No such file or directory (ENOENT)")
    }

    @Test func acceptAfterAWhileServesTheQueue() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(.requests(3, concurrency: 3)) { $0.server.accept = .after(.milliseconds(300)) })
        #expect(outcome["succeeded"] == 3)
        #expect(outcome["latency.min"] > 100_000_000, "connected long before they are served")
    }

    @Test func acceptingSlowlyServesOneAtATime() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(.requests(4, concurrency: 4)) { $0.server.accept = .slowly(every: .milliseconds(20)) })
        #expect(outcome["succeeded"] == 4)
        #expect(outcome["latency.max"] > 75_000_000)
    }

    @Test func fastOpenCarriesTheRequestOnTheSYN() async throws {
        let bench = try TrafficBench.loopback()
        try Sysctl.write("net.ipv4.tcp_fastopen", "3", in: bench.client)
        let outcome = try await bench.run(
            bench.flow(.requests(2)) {
                $0.client.fastOpen = true
                $0.server.socket.fastOpen = true
            })
        #expect(outcome["succeeded"] == 2)
        let counters = try bench.client.run { () throws(SystemError) in
            try TextFile.read("/proc/thread-self/net/netstat")
        }
        let lines = counters.split(separator: "\n").filter { $0.hasPrefix("TcpExt:") }.map {
            $0.split(separator: " ")
        }
        let index = try #require(lines[0].firstIndex(of: "TCPFastOpenActive"))
        #expect(lines[1][index] == "1", "the first connection fetches the cookie, the second uses it")
    }
}
