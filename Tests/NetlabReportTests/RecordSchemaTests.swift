import FoundationEssentials
import NetlabModel
import Testing

@testable import NetlabReport

@Suite("Schema of the record")
struct RecordSchemaTests {
    static func schema() throws -> JSONSchema {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "docs/record.schema.json").path
        let bytes = try #require(FileManager.default.contents(atPath: path))
        return JSONSchema(root: try JSONDecoder().decode(JSONValue.self, from: bytes))
    }

    static func json(_ record: RunRecord) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(try RecordJSON.encode(record)))
    }

    /// A record in which every field that may be absent is there.
    static var full: RunRecord {
        var record = MTUFixture.record
        record.scenario.parameters = ["mtu": "127"]
        record.withheld = "fault"
        record.capture = "mtu.pcapng: 4 interfaces, 312 packets, none missing"
        record.virtualHost = VirtualHost(
            emulator: "QEMU 7.2.22", acceleration: "tcg", reason: "there is no /dev/kvm",
            kernel: "debian-6.1-cloud",
            hostKernel: "6.18.0", isVirtualTime: true, wallTime: 3_000_000_000,
            peakResidentBytes: 240_000_000,
            notes: ["a module is missing"], console: "Kernel panic")
        record.missing = [MissingNeed(need: "tun", reason: "no /dev/net/tun", cure: "modprobe tun")]
        record.leaks = ["namespace server"]
        record.interruption = "SIGINT"
        record.failure = "teardown: EBUSY"
        record.capture = "x.pcapng: 2 interfaces, 1 packets, none missing"
        record.hostWide = ["softnet:dropped"]
        record.phases[0].uncountedDrops = 2
        record.phases[0].machineDrops = [
            DropRecord(
                node: "(whole machine)", interface: nil, reason: "NO_SOCKET", location: "udp_rcv", count: 1)
        ]
        record.packets = [
            PacketRecord(
                link: "cable", from: "client/eth0", at: 5, length: 60, summary: "TCP",
                arrivals: [.init(interface: "server/eth0", at: 7)],
                drops: [
                    .init(
                        node: "server", interface: "eth0", reason: "NO_SOCKET", location: "tcp_v4_rcv", at: 8)
                ], lostTo: ["cable impair:lossy"])
        ]
        var socket = SocketRecord(
            node: "client", transport: "tcp", local: "10.0.0.1:40000", remote: "10.0.0.2:80",
            state: "ESTABLISHED")
        socket.timer = "retransmit"
        socket.timerMilliseconds = 200
        socket.congestionControl = "cubic"
        socket.memory = ["d": 1]
        socket.tcpInfo = ["rto": 200_000]
        socket.tcpInfoTail = "00ff"
        record.phases[0].sockets = [socket]
        record.phases[0].omittedSockets = 3
        record.phases[0].connections = [
            TrackedConnection(
                node: "nat", transport: "tcp",
                original: .init(source: "10.0.0.1:40000", destination: "10.1.0.2:80", packets: 3, bytes: 180),
                reply: .init(source: "10.1.0.2:80", destination: "10.1.0.1:40000"), state: "ESTABLISHED",
                status: ["SEEN_REPLY", "ASSURED", "SRC_NAT"], timeoutSeconds: 432_000)
        ]
        record.phases[0].omittedConnections = 2
        record.phases[0].held.unsupported = ["MPTcpExt": "this kernel has no MPTCP"]
        record.phases[0].held.accounts = [
            LinkAccount(
                link: "cable", from: "client/eth0", to: "server/eth0",
                offered: LinkAccount.Amount(packets: 2, bytes: 200),
                delivered: LinkAccount.Amount(packets: 1, bytes: 100),
                dropped: [
                    LinkAccount.Drop(
                        place: "cable", counter: "impair:lossy",
                        amount: LinkAccount.Amount(packets: 1, bytes: 100))
                ])
        ]
        record.phases[0].held.errors = ["rule": "EPERM"]
        record.phases[0].drops = [
            DropRecord(
                node: "server", interface: "eth0", reason: "NO_SOCKET", location: "tcp_v4_rcv", count: 2)
        ]
        record.phases[0].steps = [
            StepRecord(
                at: 1, started: 2, ended: 3, changes: [ChangeRecord(text: "server/eth0: down", commands: [])])
        ]
        record.phases[0].flows["web"]?.failure = "bind: EADDRINUSE"
        record.phases[0].flows["web"]?.log = "two\nlines"
        record.phases[0].flows["web"]?.attempts = [
            Attempt(
                number: 1, startedAt: 5, result: .refused, error: "connect ECONNREFUSED", connectTime: 7,
                duration: 9,
                localPort: 40000)
        ]
        record.phases[0].flows["web"]?.series = [TCPSample(time: 3, values: ["snd_cwnd": 10])]
        return record
    }

    @Test func encodedRecordsFollowTheSchema() throws {
        let schema = try Self.schema()
        #expect(schema.complaints(try Self.json(MTUFixture.record)) == [])
        #expect(schema.complaints(try Self.json(Self.full)) == [])
    }

    @Test func everyPropertyOfTheSchemaIsWritten() throws {
        let schema = try Self.schema()
        let record = try Self.json(Self.full)
        let phase = try #require(record["phases"]?.array.first)
        let samples: [String: JSONValue?] = [
            "host": record["host"], "virtualHost": record["virtualHost"], "scenario": record["scenario"],
            "missingNeed": record["missing"]?.array.first,
            "phase": phase, "change": phase["changes"]?.array.first, "snapshot": phase["held"],
            "flow": phase["flows"]?["web"], "drop": phase["drops"]?.array.first,
            "packet": record["packets"]?.array.first,
            "arrival": record["packets"]?.array.first?["arrivals"]?.array.first,
            "packetDrop": record["packets"]?.array.first?["drops"]?.array.first,
            "socket": phase["sockets"]?.array.first,
            "account": phase["held"]?["accounts"]?.array.first,
            "accountDrop": phase["held"]?["accounts"]?.array.first?["dropped"]?.array.first,
            "amount": phase["held"]?["accounts"]?.array.first?["offered"],
            "step": phase["steps"]?.array.first,
            "attempt": phase["flows"]?["web"]?["attempts"]?.array.first,
            "sample": phase["flows"]?["web"]?["series"]?.array.first,
        ]
        #expect(Set(schema.root["properties"]?.object.keys ?? [:].keys) == Set(record.object.keys))
        for (name, sample) in samples {
            let properties = schema.root["$defs"]?[name]?["properties"]?.object ?? [:]
            #expect(Set(properties.keys) == Set((sample ?? nil)?.object.keys ?? [:].keys), "\(name)")
        }
    }

    @Test func schemaSpeaksOfTheCurrentFormat() throws {
        let schema = try Self.schema()
        #expect(
            schema.root["properties"]?["format"]?["const"]?.number == Double(RunRecord.currentFormat))
        #expect(schema.root["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
    }

    @Test(arguments: [
        ("\"planHash\" : \"", "\"planHash\" : \"z", "$.planHash: does not match"),
        ("\"leaks\" : [", "\"leeks\" : 1, \"leaks\" : [", "$.leeks: not in the schema"),
        ("\"tool\" : \"0.1.0\"", "\"tool\" : 1", "$.tool: not of type string"),
        ("\"cpus\" : 2", "\"cpus\" : 2.5", "$.host.cpus: not of type integer"),
        (
            "\"result\" : \"succeeded\"", "\"result\" : \"well\"",
            "$.phases[0].flows.web.attempts[0].result: not one of the enum"
        ),
        ("\"format\" : 1", "\"format\" : 2", "$.format: not the constant"),
        ("\"machine\" : \"x86_64\",", "", "$.host.machine: missing"),
    ])
    func whatDepartsFromTheSchemaIsFound(part: String, replacement: String, complaint: String) throws {
        let text = String(decoding: try RecordJSON.encode(MTUFixture.record), as: UTF8.self)
        #expect(text.contains(part))
        let broken = Data(text.replacing(part, with: replacement, maxReplacements: 1).utf8)
        let value = try JSONDecoder().decode(JSONValue.self, from: broken)
        #expect(try Self.schema().complaints(value) == [complaint])
    }
}
