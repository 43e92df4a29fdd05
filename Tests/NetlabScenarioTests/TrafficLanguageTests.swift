import NetlabModel
import NetlabScenario
import Testing

/// What the words about traffic come to mean.
@Suite struct TrafficLanguageTests {
    private static func flow(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Flow
    {
        let text = """
            title: t
            nodes:
              client:
                interfaces: { eth0: [10.0.0.1/24, fd00::1/64] }
                hosts: { web.example: 10.0.0.2, stale: 10.0.0.99, six.example: fd00::2, other: 10.0.0.2 }
              server: { interfaces: { eth0: [10.0.0.2/24, fd00::2/64], eth1: 10.1.0.2/24 } }
              other: { interfaces: { eth0: 10.1.0.3/24 } }
            links: [[client/eth0, server/eth0], [server/eth1, other/eth0]]
            traffic:
              web: { kind: tcp-request, from: client, to: "server:80" }
              more: { from: client, \(text) }
            phases: [{ name: only, role: fault, expect: [web.failed == 1] }]
            """
        let (plan, diagnostics) = ScenarioParser.parse(ScenarioSource(name: "t", path: "t.yaml", text: text))
        #expect(
            diagnostics.isEmpty, "\(DiagnosticList(file: "t.yaml", diagnostics: diagnostics))",
            sourceLocation: sourceLocation)
        return try #require(plan?.phases[0].flows.first { $0.name == "more" }, sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        ("kind: tcp-connect, to: \"server:80\"", "server", "10.0.0.2", 80),
        ("kind: tcp-connect, to: \"server:80\", family: ipv6", "server", "fd00::2", 80),
        ("kind: tcp-connect, to: \"server/eth1:80\"", "server", "10.1.0.2", 80),
        ("kind: tcp-connect, to: \"10.1.0.3:81\"", "other", "10.1.0.3", 81),
        ("kind: tcp-connect, to: \"[fd00::2]:82\"", "server", "fd00::2", 82),
        ("kind: tcp-connect, to: \"10.0.0.2:80\", server: { node: other }", "other", "10.0.0.2", 80),
        ("kind: tcp-connect, to: \"10.0.0.9:80\"", nil, "10.0.0.9", 80),
        ("kind: tcp-connect, to: \"192.0.2.1:80\", nobody: true", nil, "192.0.2.1", 80),
        ("kind: tcp-connect, to: \"server:80\", server: none", nil, "10.0.0.2", 80),
        ("kind: tcp-connect, to: \"web.example:80\"", "server", "10.0.0.2", 80),
        ("kind: tcp-connect, to: \"six.example:80\"", "server", "fd00::2", 80),
        ("kind: tcp-connect, to: \"stale:80\"", nil, "10.0.0.99", 80),
        ("kind: tcp-connect, to: \"other:80\"", "server", "10.0.0.2", 80),
        ("kind: ping, to: server", "server", "10.0.0.2", 0),
        ("kind: ping, to: fd00::2", "server", "fd00::2", 0),
    ])
    func targetIsFound(text: String, node: String?, address: String, port: Int) throws {
        let flow = try Self.flow(text)
        #expect(
            flow.to == FlowTarget(node: node, address: try #require(IPAddress(address)), port: port))
    }

    @Test func requestHasAllItsKeys() throws {
        let flow = try Self.flow(
            "kind: tcp-request, to: \"server:81\", count: 20, concurrency: 3, request: 10 B, response: 2 KiB, rate: 10/s, "
                + "requests-per-connection: 4, pause: 5 ms, write-size: 7 B, http: true, timeout: 3 s, start: 10 ms, after: web"
        )
        var expected = RequestFlow()
        expected.count = 20
        expected.concurrency = 3
        expected.request = ByteCount(10)
        expected.response = ByteCount(2048)
        expected.rate = EventRate(perSecond: 10)
        expected.requestsPerConnection = 4
        expected.pause = .milliseconds(5)
        expected.writeSize = ByteCount(7)
        expected.isHTTP = true
        #expect(flow.kind == .tcpRequest(expected))
        #expect(flow.timeout == .seconds(3))
        #expect(flow.start == .milliseconds(10))
        #expect(flow.after == "web")
    }

    @Test(arguments: [
        ("size: 100 B", nil as DatagramSizes?), ("size: 64 B..1400 B", .uniform(64...1400)),
        ("size: [64 B, 1 KiB]", .inTurn([ByteCount(64), ByteCount(1024)])),
    ])
    func sizesOfDatagramsMayDiffer(text: String, sizes: DatagramSizes?) throws {
        guard case .udpStream(let plan) = try Self.flow("kind: udp-stream, to: \"server:53\", \(text)").kind
        else { return #expect(Bool(false), "no udp-stream") }
        #expect(plan.sizes == sizes && (sizes != nil || plan.size == ByteCount(100)))
    }

    @Test(arguments: [
        ("rate: 500/s", EventRate(perSecond: 500) as EventRate?, nil as DataRate?),
        ("rate: 8 mbit", nil, DataRate(bitsPerSecond: 8_000_000)),
    ])
    func datagramsArePacedByNumberOrByBits(text: String, rate: EventRate?, bits: DataRate?) throws {
        guard case .udpStream(let plan) = try Self.flow("kind: udp-stream, to: \"server:53\", \(text)").kind
        else { return #expect(Bool(false), "no udp-stream") }
        #expect(plan.rate == rate && plan.bitRate == bits)
    }

    @Test func endsMayDieAndConnectionsMayBeSampled() throws {
        let flow = try Self.flow(
            "kind: tcp-stream, to: \"server:81\", samples: 10 ms, client: { dies: 1 s }, server: { dies: 200 ms }"
        )
        #expect(flow.samples == .milliseconds(10))
        #expect(flow.client.dies == .seconds(1) && flow.server.socket.dies == .milliseconds(200))
    }

    @Test(arguments: ["batch: 4, segments: 4", "batch: 4, size: [64 B, 100 B]", "batch: 65"])
    func batchesAreOfSingleDatagramsOfOneSize(keys: String) throws {
        let text = """
            title: t
            nodes:
              client: { interfaces: { eth0: 10.0.0.1/24 } }
              server: { interfaces: { eth0: 10.0.0.2/24 } }
            links: [[client/eth0, server/eth0]]
            traffic: { feed: { kind: udp-stream, from: client, to: "server:53", \(keys) } }
            phases: [{ name: only, role: fault, expect: [feed.lost == 1] }]
            """
        let source = ScenarioSource(name: "t", path: "t.yaml", text: text)
        #expect(ScenarioParser.parse(source).diagnostics.contains { $0.message.contains("batch") })
    }

    @Test func otherKindsHaveTheirKeys() throws {
        var connect = ConnectFlow()
        connect.count = 5
        connect.holds = false
        #expect(
            try Self.flow("kind: tcp-connect, to: \"server:81\", count: 5, hold: false").kind
                == .tcpConnect(connect))

        var stream = StreamFlow()
        stream.amount = .time(.seconds(2))
        stream.connections = 3
        stream.rate = DataRate(bitsPerSecond: 1_000_000)
        stream.isReverse = true
        #expect(
            try Self.flow(
                "kind: tcp-stream, to: \"server:81\", time: 2 s, connections: 3, rate: 1 mbit, reverse: true"
            ).kind
                == .tcpStream(stream))

        var datagrams = DatagramFlow()
        datagrams.count = 7
        datagrams.size = ByteCount(1000)
        datagrams.rate = EventRate(perSecond: 100)
        datagrams.sources = 2
        datagrams.segments = 4
        datagrams.linger = .seconds(1)
        #expect(
            try Self.flow(
                "kind: udp-stream, to: \"server:53\", count: 7, size: 1000 B, rate: 100/s, sources: 2, segments: 4, linger: 1 s"
            ).kind == .udpStream(datagrams))

        var batches = DatagramFlow()
        batches.batch = 64
        batches.sources = 2
        #expect(
            try Self.flow("kind: udp-stream, to: \"server:53\", sources: 2, batch: 64").kind
                == .udpStream(batches))

        var questions = RequestFlow()
        questions.requestsPerConnection = 40
        #expect(
            try Self.flow("kind: udp-request, to: \"server:53\", requests-per-connection: 40").kind
                == .udpRequest(questions))

        var ping = PingFlow()
        ping.count = 2
        ping.size = ByteCount(1400)
        ping.interval = .seconds(1)
        ping.dontFragment = true
        #expect(
            try Self.flow(
                "kind: ping, to: server, count: 2, size: 1400 B, interval: 1 s, dont-fragment: true"
            ).kind == .ping(ping))

        var route = PingFlow()
        route.isTraceroute = true
        route.maximumHops = 5
        route.size = ByteCount(100)
        let traceroute = try Self.flow("kind: traceroute, to: server, max-hops: 5, size: 100 B").kind
        #expect(traceroute == .ping(route) && traceroute.word == "traceroute")

        var forge = ForgeFlow()
        forge.packet = .icmp(type: 3, code: 4)
        forge.source = IPAddress("10.0.0.77")
        forge.sourceCount = 5
        forge.sourcePort = 4000...4010
        forge.checksum = .wrong
        forge.timestampOffset = -1000
        forge.fragmentSize = 24
        forge.omittedFragments = [2]
        forge.connection = "web"
        #expect(
            try Self.flow(
                "kind: forge, to: server, packet: icmp 3 4, source: 10.0.0.77, source-count: 5, source-port: 4000..4010, "
                    + "checksum: wrong, timestamp-offset: -1000, fragment-size: 24, omitted-fragments: [2], connection: web"
            ).kind == .forge(forge))

        var exec = ExecFlow(command: ["iperf3", "-c", "10.0.0.2", "two words"])
        exec.environment = ["A": "b"]
        exec.isServer = true
        exec.parsesIperf3 = true
        #expect(
            try Self.flow(
                "kind: exec, command: iperf3 -c 10.0.0.2 'two words', environment: { A: b }, background: true, iperf3: true"
            ).kind == .exec(exec))
    }

    @Test func bothEndsBehaveAsTheyAreTold() throws {
        let flow = try Self.flow(
            "kind: tcp-request, to: \"server:81\", client: { close: rst, read: 4 KiB every 100 ms, no-delay: true, keep-idle: 1 s, "
                + "maximum-segment: 500, congestion-control: cubic, bind-address: 10.0.0.1, bind-ports: 4000..4009, ttl: 3, "
                + "path-mtu-discovery: do, timestamp: 7 }, server: { backlog: 3, accept: every 50 ms, answer-delay: 1 s, "
                + "write-size: 9 B, mute: true, closes-first: true, defer-accept: 2 s, read: only 10 KiB, receive-buffer: 4 KiB }"
        )
        var client = SocketBehaviour()
        client.close = .rst
        client.read = .slowly(ByteCount(4096), every: .milliseconds(100))
        client.noDelay = true
        client.keepIdle = .seconds(1)
        client.maximumSegment = 500
        client.congestionControl = "cubic"
        client.bindAddress = IPAddress("10.0.0.1")
        client.bindPorts = 4000...4009
        client.ttl = 3
        client.pathMTUDiscovery = "do"
        client.timestamp = 7
        #expect(flow.client == client)
        var server = ServerBehaviour()
        server.backlog = 3
        server.accept = .slowly(every: .milliseconds(50))
        server.answerDelay = .seconds(1)
        server.writeSize = ByteCount(9)
        server.isMute = true
        server.closesFirst = true
        server.deferAccept = .seconds(2)
        server.socket.read = .only(ByteCount(10240))
        server.socket.receiveBuffer = ByteCount(4096)
        #expect(flow.server == server)
    }
}
