import ArgumentParser
import LinuxSystem
import NetlabModel
import NetlabReport
import NetlabTraffic

extension Netlab {
    /// `netlab traffic`
    struct Traffic: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send traffic between any two machines, without a lab.",
            discussion: """
                One side serves, the other sends. No privileges are needed, but for ping.

                EXAMPLES
                  netlab traffic server                                    on one machine
                  netlab traffic client server.example                     on the other: TCP for 10 s
                  netlab traffic client server.example --reverse --parallel 4
                  netlab traffic client server.example --kind udp-stream --rate 10000/s --size "200 B"
                  netlab traffic client server.example --kind tcp-request --count 1000 --json
                  netlab traffic client www.example --port 80 --kind http
                  netlab traffic client 192.0.2.1 --kind ping
                  netlab traffic client 192.0.2.1 --kind traceroute
                  netlab traffic client server.example --samples "10 ms" --json     with a series of tcp_info
                """,
            subcommands: [Server.self, Client.self])
    }
}

extension Netlab.Traffic {
    /// `netlab traffic server`
    struct Server: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Serve TCP, UDP and HTTP on one port until interrupted.")

        @Option(help: "The port, for TCP and UDP.")
        var port = StandaloneServer.defaultPort

        @Option(help: "Listen on this address alone; otherwise on all, IPv4 and IPv6.")
        var bind: String?

        @Option(help: "The body of the page that HTTP clients get.")
        var page = "4 KiB"

        @Flag(help: "Print the totals at the end as JSON.")
        var json = false

        func run() async throws {
            var options = StandaloneServer.Options()
            options.port = port
            options.address = try bind.map(TrafficArgument.address)
            options.page = try TrafficArgument.size(page)
            let chosen = options
            let server = try StandaloneServer.start(chosen)
            Terminal.complain("netlab: serving TCP and UDP on port \(port); Ctrl-C ends it")
            let totals = try await Execution.interruptibly {
                while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
                return await server.stop()
            }
            if json {
                Terminal.say(String(decoding: try RecordJSON.encode(totals), as: UTF8.self))
            } else {
                for (name, value) in totals.sorted(by: { $0.key < $1.key }) {
                    Terminal.say("\(name) \(value)")
                }
            }
            try Execution.finish(0)
        }
    }

    /// `netlab traffic client`
    struct Client: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send traffic to a server and say what became of it.",
            discussion: """
                KINDS
                  tcp-stream   bulk data; fast with writes of 256 KiB and more, verified byte by byte below
                  tcp-request  connect, request, answer, close; --rate makes it an open loop
                  tcp-connect  connections alone
                  udp-stream   numbered datagrams; lost, duplicated, reordered and jitter at the far end
                  udp-request  a datagram and its echo
                  http         GET from any web server
                  ping         ICMP echo to any host; needs the privilege of raw sockets
                  traceroute   the routers on the way to any host, by ICMP echo; needs the same

                Exit code 1 if any attempt failed or any datagram was lost, or if a traceroute did not get there.
                """)

        @Argument(help: "Name or address of the other machine.")
        var host: String

        @Option(help: "The server's port.")
        var port: Int?

        @Option(
            help: "What to send.",
            completion: .list([
                "tcp-stream", "tcp-request", "tcp-connect", "udp-stream", "udp-request", "http", "ping",
                "traceroute",
            ]))
        var kind = "tcp-stream"

        @Option(help: "How long a stream lasts, such as \"10 s\".")
        var time = "10 s"

        @Option(help: "How much a stream sends instead, such as \"1 GiB\".")
        var volume: String?

        @Option(help: "Attempts or datagrams; for udp-stream, 10 s worth of its rate, or 100000.")
        var count: Int?

        @Option(help: "Connections of a stream, or attempts under way at once.")
        var parallel = 1

        @Option(help: "Bytes of a write, a request, or a datagram.")
        var size: String?

        @Option(help: "Bytes of an answer.")
        var response = "1000 B"

        @Option(
            help: "A stream's bit rate (\"10 mbit\"), or attempts and datagrams in a second (\"1000/s\").")
        var rate: String?

        @Flag(help: "The server sends and the client receives (tcp-stream).")
        var reverse = false

        @Option(help: "Datagrams in one call, cut by the kernel (UDP_SEGMENT), for speed.")
        var segments: Int?

        @Option(help: "For each attempt; of a stream, the longest standstill.")
        var timeout = "10 s"

        @Option(help: "Congestion control of the client.")
        var congestion: String?

        @Option(help: "Keep tcp_info of the first connection so often, such as \"10 ms\", for --json.")
        var samples: String?

        @Option(help: "A line after each of these times while it runs; 0 s for none.")
        var interval = "1 s"

        @Flag(help: "Print everything at the end as JSON, and no lines.")
        var json = false

        func run() async throws {
            var client = StandaloneClient(host: host, kind: try flowKind())
            client.port = port ?? (kind == "http" ? 80 : StandaloneServer.defaultPort)
            client.timeout = try TrafficArgument.duration(timeout)
            client.behaviour.congestionControl = congestion
            client.keepsIntervals = json
            client.samples = try samples.map(TrafficArgument.duration)
            let every = try TrafficArgument.duration(interval)
            let chosen = client
            let showsLines = !json && every > .zero
            let report = try await Execution.interruptibly {
                try await chosen.run(every: every > .zero ? every : nil) { interval in
                    // The rest after the last full interval is in the sums; a line of its own would puzzle.
                    let isRest = interval.end - interval.start < 10_000_000
                    if showsLines, !isRest { Terminal.say(TrafficText.line(interval)) }
                }
            }
            if json {
                Terminal.say(String(decoding: try RecordJSON.encode(report), as: UTF8.self))
            } else {
                Terminal.say(TrafficText.summary(report.outcome))
            }
            if let failure = report.outcome.failure {
                Terminal.complain("netlab: \(failure)")
                try Execution.finish(2)
            }
            var bad = ["failed", "lost"].contains { report.outcome.values[$0, default: 0] > 0 }
            // A router on the way that says nothing is no failure, and what it says is no answer of the target.
            if kind == "traceroute" { bad = report.outcome.values["hops", default: 0] == 0 }
            try Execution.finish(bad ? 1 : 0)
        }

        private func flowKind() throws -> FlowKind {
            switch kind {
            case "tcp-stream": return .tcpStream(try stream())
            case "tcp-request": return .tcpRequest(try requests(size: 100))
            case "http":
                var plan = try requests(size: 0)
                plan.isHTTP = true
                return .tcpRequest(plan)
            case "udp-request":
                var plan = try requests(size: 64)
                plan.response = plan.request
                return .udpRequest(plan)
            case "tcp-connect":
                var plan = ConnectFlow()
                plan.count = count ?? 1
                plan.concurrency = parallel
                plan.holds = false
                plan.rate = try rate.map(TrafficArgument.eventRate)
                return .tcpConnect(plan)
            case "udp-stream": return .udpStream(try datagrams())
            case "ping":
                var plan = PingFlow()
                plan.count = count ?? 4
                plan.interval = .milliseconds(200)
                if let size { plan.size = try TrafficArgument.size(size) }
                return .ping(plan)
            case "traceroute":
                var plan = PingFlow()
                plan.isTraceroute = true
                if let size { plan.size = try TrafficArgument.size(size) }
                return .ping(plan)
            default:
                throw ValidationError("\"\(kind)\" is no kind of traffic; see `netlab help traffic client`")
            }
        }

        private func stream() throws -> StreamFlow {
            var plan = StreamFlow()
            plan.amount = .time(try TrafficArgument.duration(time))
            if let volume { plan.amount = .bytes(try TrafficArgument.size(volume)) }
            plan.writeSize = try size.map(TrafficArgument.size) ?? ByteCount(1 << 20)
            plan.connections = parallel
            plan.isReverse = reverse
            plan.rate = try rate.map(TrafficArgument.dataRate)
            return plan
        }

        private func requests(size standard: Int) throws -> RequestFlow {
            var plan = RequestFlow()
            plan.count = count ?? 1
            plan.concurrency = parallel
            plan.request = try size.map(TrafficArgument.size) ?? ByteCount(standard)
            plan.response = try TrafficArgument.size(response)
            plan.rate = try rate.map(TrafficArgument.eventRate)
            return plan
        }

        private func datagrams() throws -> DatagramFlow {
            var plan = DatagramFlow()
            plan.rate = try rate.map(TrafficArgument.eventRate)
            plan.count = count ?? plan.rate.map { Int($0.perSecond * 10) } ?? 100_000
            if let size { plan.size = try TrafficArgument.size(size) }
            plan.segments = segments
            if plan.rate == nil { plan.batch = 64 }
            return plan
        }
    }
}

/// Arguments with units, and complaints about them as usage errors.
enum TrafficArgument {
    static func address(_ text: String) throws -> IPAddress {
        guard let address = IPAddress(text) else { throw ValidationError("\"\(text)\" is not an address") }
        return address
    }

    static func duration(_ text: String) throws -> Duration { try usage { try UnitText.duration(text) } }
    static func size(_ text: String) throws -> ByteCount { try usage { try UnitText.byteCount(text) } }
    static func dataRate(_ text: String) throws -> DataRate { try usage { try UnitText.dataRate(text) } }
    static func eventRate(_ text: String) throws -> EventRate { try usage { try UnitText.eventRate(text) } }

    private static func usage<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
