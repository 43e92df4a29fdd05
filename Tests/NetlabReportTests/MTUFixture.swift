import NetlabModel
import NetlabVerdict

/// A run of mtu-100 made by hand: two nodes, a cable, three phases.
enum MTUFixture {
    static let client = InterfaceID(node: "client", interface: "eth0")
    static let server = InterfaceID(node: "server", interface: "eth0")
    static let source = ScenarioSource(
        name: "mtu-100", path: "builtin:mtu-100", text: "title: The handshake works, the request vanishes\n")

    static func state(mtu: Int) -> LabState {
        var nodes: [Node] = []
        for (id, last) in [(client, UInt8(1)), (server, UInt8(2))] {
            var interface = Interface(name: id.interface)
            interface.addresses = [IPPrefix(address: IPAddress(bytes: [10, 0, 0, last]), length: 24)]
            if id == server { interface.mtu = mtu }
            var node = Node(name: id.node)
            node.interfaces = [interface]
            nodes.append(node)
        }
        return LabState(nodes: nodes, links: [Link(name: "link1", ends: [client, server])])
    }

    static var web: Flow {
        var request = RequestFlow()
        request.count = 10
        request.request = ByteCount(200)
        request.response = ByteCount(4096)
        var flow = Flow(
            name: "web", from: "client",
            to: FlowTarget(node: "server", address: IPAddress(bytes: [10, 0, 0, 2]), port: 80),
            kind: .tcpRequest(request))
        flow.timeout = .seconds(1)
        return flow
    }

    static let dropped = Quantity.counter(subject: "server/eth0", CounterID(.link, "rx_dropped"))

    static func web(_ metric: String, _ count: Double, line: Int, because: String? = nil) -> Expectation {
        Expectation(
            text: "web.\(metric) == \(DecimalText.short(count))", because: because,
            predicate: .compare(
                .flow("web", metric: metric), .equal, .number(count, text: DecimalText.short(count))),
            position: SourcePosition(line: line, column: 9))
    }

    static func stays(line: Int) -> Expectation {
        Expectation(
            text: "server/eth0 link:rx_dropped stays", because: nil, predicate: .stays(dropped),
            position: SourcePosition(line: line, column: 9))
    }

    static var plan: Plan {
        let rises = Expectation(
            text: "server/eth0 link:rx_dropped rises by at least 10",
            because:
                "veth hands a frame over only if it fits the receiver's MTU; what does not fit is counted as a "
                + "receive drop",
            predicate: .rises(dropped, atLeast: .number(10, text: "10")),
            position: SourcePosition(line: 25, column: 15))
        let phases = [
            PhasePlan(
                name: "control", role: .control, state: state(mtu: 1500), flows: [web],
                expectations: [web("succeeded", 10, line: 16), stays(line: 17)],
                position: SourcePosition(line: 14, column: 5)),
            PhasePlan(
                name: "fault", role: .fault, state: state(mtu: 100), flows: [web],
                expectations: [
                    web(
                        "connected", 10, line: 21,
                        because: "SYN, SYN/ACK and ACK carry no payload and stay below 100 bytes"),
                    web("timed_out", 10, line: 23), rises,
                ], patchText: ["server/eth0 mtu 100"], position: SourcePosition(line: 18, column: 5)),
            PhasePlan(
                name: "recovery", role: .recovery, state: state(mtu: 1500), flows: [web],
                expectations: [web("succeeded", 10, line: 29), stays(line: 30)],
                patchText: ["server/eth0 mtu 1500"], position: SourcePosition(line: 27, column: 5)),
        ]
        return Plan(
            source: source, title: "The handshake works, the request vanishes", tags: ["tcp", "mtu", "link"],
            phases: phases,
            lesson: Lesson(
                symptom: "ping and connect succeed, every HTTP request times out",
                look: "ip -s link show eth0; a capture on both ends",
                cause:
                    "The server's interface accepts frames of at most 100 bytes. The handshake fits, the request "
                    + "does not, and nobody tells the client.",
                cure: "Give both ends of a link the same MTU.",
                hints: ["Compare what fits with what does not.", "How long is the first packet with data?"],
                sources: ["ip-link(8)"]),
            needs: [.networkNamespaces, .device("veth")])
    }

    static var record: RunRecord {
        var record = RunRecord(
            tool: "0.1.0",
            host: HostDescription(kernel: "6.18.44", machine: "x86_64", cpus: 2, privilege: "root"),
            commandLine: ["netlab", "run", "mtu-100"], scenario: source, startedAt: "2026-01-02T03:04:05Z")
        record.duration = 1_935_000_000
        record.setupTime = 4_100_000
        record.teardownTime = 1_200_000
        record.phases = [
            phase("control", ["server/eth0: up"], from: 0, lost: 0, succeeded: 10, latency: 312_000),
            phase("fault", ["server/eth0: mtu 100"], from: 0, lost: 80, succeeded: 0, latency: nil),
            phase("recovery", ["server/eth0: mtu 1500"], from: 80, lost: 0, succeeded: 10, latency: 298_000),
        ]
        return record
    }

    private static func phase(
        _ name: String, _ changes: [String], from: Int64, lost: Int64, succeeded: Int64, latency: Int64?
    ) -> PhaseRecord {
        var phase = PhaseRecord(name: name)
        phase.changes = changes.map { ChangeRecord(text: $0, commands: ["ip -n server link set eth0 up"]) }
        phase.before = snapshot(dropped: from, sent: 100, timeouts: 0)
        phase.after = snapshot(dropped: from + lost, sent: 160, timeouts: lost > 0 ? 30 : 0)
        phase.held = phase.after
        phase.drivers = ["link1": "direct"]
        var outcome = FlowOutcome(
            kind: "tcp-request",
            values: [
                "attempted": 10, "connected": 10, "succeeded": succeeded, "timed_out": 10 - succeeded,
                "failed": 10 - succeeded, "refused": 0, "connect.p50": 91_000, "connect.p99": 180_000,
            ])
        if let latency {
            outcome.values["latency.p50"] = latency
            outcome.values["latency.p99"] = latency * 3
        }
        outcome.attempts = [
            Attempt(
                number: 1, startedAt: 1000, result: succeeded > 0 ? .succeeded : .timedOut,
                connectTime: 90_000)
        ]
        phase.flows = ["web": outcome]
        return phase
    }

    private static func snapshot(dropped: Int64, sent: Int64, timeouts: Int64) -> Snapshot {
        Snapshot(
            takenAt: 5_000_000,
            readings: [
                "client": [
                    "Ip.InReceives": sent, "Ip.InDelivers": sent, "Tcp.OutSegs": sent,
                    "TcpExt.TCPTimeouts": timeouts, "TcpExt.TCPLossProbes": timeouts / 3, "Tcp.CurrEstab": 0,
                ],
                "server": ["Ip.InReceives": sent, "Ip.InDelivers": sent, "Tcp.PassiveOpens": sent / 6],
                "client/eth0": [
                    "link:tx_packets": sent, "link:tx_dropped": dropped, "link:rx_packets": sent,
                    "link:mtu": 1500,
                ],
                "server/eth0": [
                    "link:rx_packets": sent, "link:rx_dropped": dropped, "link:tx_packets": sent,
                    "link:mtu": 100,
                ],
            ])
    }

    static var verdict: Verdict { Judge.judge(record, plan: plan) }
}
