/// One protocol between two ends: what is sent, how often, and how both ends behave.
public struct Flow: Hashable, Sendable {
    public var name: String
    /// The node of the client, or of the sender.
    public var from: String
    /// Where it goes. For `exec` the node the program runs in is `from` and this is unused.
    public var to: FlowTarget
    public var kind: FlowKind
    /// After the start of the phase's traffic, or after the end of `after`.
    public var start: Duration = .zero
    /// Another flow that must have finished before this one starts.
    public var after: String?
    /// For each attempt: connect, request and answer together.
    public var timeout: Duration = .seconds(5)
    /// How often tcp_info of the first connection is read while it lives; nil: only at its end.
    public var samples: Duration?
    public var client = SocketBehaviour()
    public var server = ServerBehaviour()

    public init(name: String, from: String, to: FlowTarget, kind: FlowKind) {
        self.name = name
        self.from = from
        self.to = to
        self.kind = kind
    }
}

/// The far end of a flow.
public struct FlowTarget: Hashable, Sendable {
    /// The node in which netlab runs the server; nil: nobody listens there as far as netlab is concerned.
    public var node: String?
    public var address: IPAddress
    /// 0 for ping.
    public var port: Int

    public init(node: String?, address: IPAddress, port: Int) {
        self.node = node
        self.address = address
        self.port = port
    }
}

/// What a flow does.
public enum FlowKind: Hashable, Sendable {
    case tcpRequest(RequestFlow)
    case tcpConnect(ConnectFlow)
    case tcpStream(StreamFlow)
    case udpStream(DatagramFlow)
    case udpRequest(RequestFlow)
    case ping(PingFlow)
    case forge(ForgeFlow)
    case exec(ExecFlow)

    /// The word for it in a scenario.
    public var word: String {
        switch self {
        case .tcpRequest: "tcp-request"
        case .tcpConnect: "tcp-connect"
        case .tcpStream: "tcp-stream"
        case .udpStream: "udp-stream"
        case .udpRequest: "udp-request"
        case .ping(let plan): plan.isTraceroute ? "traceroute" : "ping"
        case .forge: "forge"
        case .exec: "exec"
        }
    }

    public static let words = [
        "tcp-request", "tcp-connect", "tcp-stream", "udp-stream", "udp-request", "ping", "traceroute",
        "forge",
        "exec",
    ]
}

/// Requests and answers: each attempt is connect, request, answer, close; or one datagram and its answer.
public struct RequestFlow: Hashable, Sendable {
    /// Attempts in all.
    public var count = 1
    /// Attempts under way at once.
    public var concurrency = 1
    public var request = ByteCount(100)
    public var response = ByteCount(1000)
    /// Open loop: attempts start at this rate whether or not earlier ones have ended, and latency counts from
    /// the moment an attempt was due. nil: closed loop.
    public var rate: EventRate?
    /// Requests on one connection before it is closed; of UDP, out of one socket, each when the one before it has
    /// been answered.
    public var requestsPerConnection = 1
    /// A pause between requests on one connection.
    public var pause: Duration = .zero
    /// The request is written in pieces of this size, each by a call of its own; nil: in one.
    public var writeSize: ByteCount?
    /// Speak HTTP/1.1 with bodies of these sizes instead of bare bytes.
    public var isHTTP = false

    public init() {}
}

/// Connections alone: connect, hold, close.
public struct ConnectFlow: Hashable, Sendable {
    public var count = 1
    public var concurrency = 1
    /// Whether connections stay open until the whole flow has finished and the queues were read.
    public var holds = true
    public var rate: EventRate?

    public init() {}
}

/// Bulk data over TCP, from client to server.
public struct StreamFlow: Hashable, Sendable {
    public enum Amount: Hashable, Sendable {
        case bytes(ByteCount)
        case time(Duration)
        case writes(Int)
    }

    public var amount = Amount.bytes(ByteCount(1 << 20))
    /// Parallel connections.
    public var connections = 1
    public var writeSize = ByteCount(64 * 1024)
    /// A pause after each write.
    public var pause: Duration = .zero
    /// Offered rate of each connection; nil: as fast as it goes.
    public var rate: DataRate?
    /// From the server to the client instead.
    public var isReverse = false

    public init() {}
}

/// Numbered datagrams over UDP.
public struct DatagramFlow: Hashable, Sendable {
    public var count = 100
    /// Payload of each datagram; at least 24 bytes are needed for number and time, shorter ones carry
    /// neither.
    public var size = ByteCount(200)
    /// Sizes that differ from datagram to datagram, in place of `size`.
    public var sizes: DatagramSizes?
    /// Paced; nil: one after the other without a pause.
    public var rate: EventRate?
    /// Paced by payload bits per second instead of by datagrams.
    public var bitRate: DataRate?
    /// Distinct source ports, used in turn.
    public var sources = 1
    /// Datagrams per send call through UDP_SEGMENT; nil: one call, one datagram.
    public var segments: Int?
    /// Datagrams per sendmmsg(2) and recvmmsg(2) call, for speed; errors and arrival times are then those of the
    /// call, and several sources send from several threads at once. nil: one call, one datagram.
    public var batch: Int?
    /// How long the receiver waits for stragglers after the last datagram was sent.
    public var linger: Duration = .milliseconds(200)

    public init() {}
}

/// ICMP echo.
public struct PingFlow: Hashable, Sendable {
    public var count = 1
    /// Bytes of ICMP payload.
    public var size = ByteCount(56)
    public var interval: Duration = .milliseconds(10)
    public var dontFragment = false
    /// Raise the TTL from 1 until the target answers.
    public var isTraceroute = false
    /// How far a traceroute goes.
    public var maximumHops = 30

    public init() {}
}

/// Raw packets with chosen fields, only ever to addresses of the lab.
public struct ForgeFlow: Hashable, Sendable {
    public enum Packet: Hashable, Sendable {
        /// TCP with these flags (`S`, `SA`, `A`, `R`, `F`, `P`).
        case tcp(flags: String)
        case udp
        case icmp(type: Int, code: Int)
        /// Any IP protocol number.
        case ip(protocol: Int)
    }

    public enum Checksum: String, CaseIterable, Hashable, Sendable {
        case right, wrong, zero
    }

    public var packet = Packet.tcp(flags: "S")
    public var count = 1
    public var rate: EventRate?
    /// nil: the node's own address.
    public var source: IPAddress?
    /// Sources count up from `source`, one address per packet.
    public var sourceCount = 1
    public var sourcePort: ClosedRange<Int> = 40000...40000
    public var payload = ByteCount(0)
    public var ttl = 64
    public var checksum = Checksum.right
    public var ipChecksum = Checksum.right
    /// A flow of the lab whose live connection the packet pretends to belong to: its ports, sequence numbers
    /// and timestamps are the base of what follows.
    public var connection: String?
    /// Added to the connection's (or to zero) sequence number, acknowledgement and TSval; nil leaves TSval
    /// out.
    public var sequenceOffset = 0
    public var acknowledgementOffset = 0
    public var timestampOffset: Int?
    public var window = 65535
    /// Cuts each packet into fragments of this many payload bytes; those listed are not sent, or overlap by
    /// 8.
    public var fragmentSize: Int?
    public var omittedFragments: [Int] = []
    public var overlapsFragments = false
    /// Added to the length fields of the IP and UDP headers: a lie.
    public var ipLengthOffset = 0
    public var udpLengthOffset = 0

    public init() {}
}

/// A program in a node.
public struct ExecFlow: Hashable, Sendable {
    /// Argument vector; the first is looked up in PATH. Never a shell.
    public var command: [String]
    public var environment: [String: String] = [:]
    /// Started before the other flows and ended after them, instead of waited for.
    public var isServer = false
    /// Standard output is read as iperf3's JSON and becomes the flow's figures.
    public var parsesIperf3 = false

    public init(command: [String]) { self.command = command }
}
