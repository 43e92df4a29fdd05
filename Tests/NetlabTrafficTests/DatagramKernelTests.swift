import Glibc
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

    @Test func sourcesThatSendAtOnceLoseAndReorderNothing() async throws {
        let bench = try TrafficBench.pair()
        let kind = FlowKind.datagrams(5003, size: 64) {
            $0.batch = 64
            $0.sources = 3
        }
        let outcome = try await bench.run(
            bench.flow(kind, named: "udp") { $0.server.socket.receiveBuffer = ByteCount(16 << 20) })
        #expect(outcome.failure == nil)
        #expect(outcome["sent"] == 5003 && outcome["received"] == 5003 && outcome["lost"] == 0)
        #expect(outcome["duplicated"] == 0 && outcome["reordered"] == 0 && outcome["corrupted"] == 0)
        #expect(outcome["bytes_sent"] == 5003 * 64 && outcome["bytes_received"] == 5003 * 64)
        #expect(!NetworkNamespace.census().values.contains(bench.server.inode))
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

@Suite struct DatagramRequestKernelTests {
    /// While one of netlab's own threads is kept from running, an answer's time does not run either.
    @Test(arguments: ["clients", "servers"]) func busyMachineTimesNobodyOut(heldUp: String) async throws {
        let bench = try TrafficBench.loopback()
        let flow = bench.flow(requests(400, concurrency: 400), named: "ask") {
            $0.timeout = .milliseconds(150)
            $0.server.socket.receiveBuffer = ByteCount(4 << 20)
        }
        guard case .udpRequest(let plan) = flow.kind else { return }
        let (clients, servers) = (try EventLoop(name: "clients"), try EventLoop(name: "servers"))
        defer { for loop in [clients, servers] { loop.stop() } }
        let set = FlowSet(
            namespaces: bench.namespaces, seed: 1, allowedDestinations: [], clients: clients, servers: servers
        )
        set.add(flow)
        let endpoints = set.endpoints
        let heartbeats = [Heartbeat(of: clients), Heartbeat(of: servers)]
        for heartbeat in heartbeats { heartbeat.retain() }
        let driver = DatagramRequestFlow(
            flow, plan: plan, namespace: bench.client, salt: 1, loop: clients, heartbeats: heartbeats)
        await withCheckedContinuation { continuation in
            servers.submit {
                for endpoint in endpoints { endpoint.begin() }
                clients.submit {
                    driver.begin(origin: MonotonicClock.instant()) { continuation.resume() }
                    if heldUp == "clients" { usleep(400_000) }
                }
                if heldUp == "servers" { servers.submit { usleep(400_000) } }
            }
        }
        let outcome = await withCheckedContinuation { continuation in
            clients.submit { continuation.resume(returning: driver.outcome()) }
        }
        #expect(outcome["answered"] == 400 && outcome["timed_out"] == 0)
        #expect(outcome["latency.max"] > 200_000_000)
    }

    @Test func whatNobodyAnswersStillTimesOut() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(requests(3), named: "ask") {
                $0.timeout = .milliseconds(20)
                $0.client.connects = false
                $0.server.isPresent = false
            })
        #expect(outcome["timed_out"] == 3 && outcome["answered"] == 0)
    }

    private func requests(
        _ count: Int, request: Int = 60, response: Int = 300, concurrency: Int = 1, fromEach: Int = 1
    ) -> FlowKind {
        var plan = RequestFlow()
        plan.count = count
        plan.request = ByteCount(request)
        plan.response = ByteCount(response)
        plan.concurrency = concurrency
        plan.requestsPerConnection = fromEach
        return .udpRequest(plan)
    }

    @Test(arguments: [(60, 300), (10, 300), (300, 10), (0, 0), (24, 24)])
    func everyQuestionIsAnswered(request: Int, response: Int) async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(requests(20, request: request, response: response, concurrency: 5), port: 53))
        #expect(outcome.failure == nil)
        #expect(outcome["answered"] == 20 && outcome["succeeded"] == 20 && outcome["corrupted"] == 0)
        #expect(outcome["server.answers"] == 20 && outcome["latency.p50"] > 0)
    }

    /// Connected sockets hear of the ICMP error; others wait in vain unless they ask for errors.
    @Test(arguments: [(true, false, Int64(2)), (false, false, 0), (false, true, 2)])
    func closedPortIsRefused(connects: Bool, receivesErrors: Bool, refused: Int64) async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(requests(2), port: 53) {
                $0.server.isPresent = false
                $0.client.connects = connects
                $0.client.receivesErrors = receivesErrors
                $0.timeout = .milliseconds(100)
            })
        #expect(outcome["refused"] == refused && outcome["errno.ECONNREFUSED"] == refused)
        #expect(outcome["timed_out"] == 2 - refused)
    }

    @Test(arguments: [(60, 300), (10, 300), (300, 10), (0, 0)])
    func severalRequestsGoOutOfOneSocket(request: Int, response: Int) async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(
                requests(3, request: request, response: response, concurrency: 2, fromEach: 40), port: 53))
        #expect(outcome.failure == nil)
        #expect(outcome["attempted"] == 3 && outcome["succeeded"] == 3)
        #expect(outcome["sent"] == 120 && outcome["answered"] == 120 && outcome["server.answers"] == 120)
        #expect(outcome["bytes_received"] == Int64(120 * response) && outcome["corrupted"] == 0)
        #expect(Set(outcome.attempts.compactMap(\.localPort)).count == 3)
    }

    /// The second copy of an answer comes while the socket waits for the next one.
    @Test func answersThatComeTwiceAreCountedAsSuch() async throws {
        let bench = try TrafficBench.loopback()
        let server = try NewSocket.make(
            .datagram, in: bench.server, isIPv6: false, behaviour: SocketBehaviour(), port: 53)
        let finished = try EventFD()
        let thread = try HomeThread(name: "twice") {
            var bytes = [UInt8](repeating: 0, count: 100)
            var entries = [server, finished.fileDescriptor].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            while poll(&entries, 2, -1) > 0, entries[1].revents == 0 {
                var count = 0
                let peer = SocketAddress { count = recvfrom(server, &bytes, bytes.count, 0, $0, $1) }
                for _ in 0..<2 { _ = peer.withPointer { sendto(server, bytes, count, 0, $0, $1) } }
            }
            close(server)
        }
        let outcome = try await bench.run(
            bench.flow(requests(1, request: 60, response: 60, fromEach: 30), port: 53) {
                $0.server.isPresent = false
            })
        finished.signal()
        thread.join()
        #expect(outcome["answered"] == 30 && outcome["succeeded"] == 1 && outcome["corrupted"] == 0)
        // The copy of the last answer finds the socket closed.
        #expect(outcome["duplicated"] >= 28 && outcome["duplicated"] <= 29)
    }

    @Test func aRequestWithoutAnswerEndsItsAttempt() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(requests(2, concurrency: 2, fromEach: 5), port: 53) {
                $0.server.isMute = true
                $0.timeout = .milliseconds(50)
            })
        #expect(outcome["timed_out"] == 2 && outcome["sent"] == 2 && outcome["answered"] == 0)
    }

    @Test func lateAnswerIsTooLate() async throws {
        let bench = try TrafficBench.loopback()
        let outcome = try await bench.run(
            bench.flow(requests(2, concurrency: 2), port: 53) {
                $0.server.answerDelay = .milliseconds(200)
                $0.timeout = .milliseconds(50)
            })
        #expect(outcome["timed_out"] == 2 && outcome["server.requests"] == 2)
    }
}
