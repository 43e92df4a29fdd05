import NetlabModel

/// Reads the keys that belong to one kind of traffic.
struct FlowKindDecoder {
    let complaints: Complaints
    let flowNames: [String]

    static let synonyms = [
        "connections": "count", "parallel": "concurrency", "duration": "time", "length": "bytes",
        "packets": "count", "payload": "size", "deadline": "timeout", "source": "from", "target": "to",
        "df": "dont-fragment", "max-ttl": "max-hops", "hops": "max-hops", "traceroute": "kind: traceroute",
        "sizes": "size", "backlog": "server: { backlog }", "accept": "server: { accept }",
    ]

    func kind(_ word: String, _ reader: NodeReader) -> FlowKind? {
        switch word {
        case "tcp-request": return .tcpRequest(request(reader, isTCP: true))
        case "udp-request": return .udpRequest(request(reader, isTCP: false))
        case "tcp-connect":
            var flow = ConnectFlow()
            flow.count = reader.integer("count", in: 1...1_000_000) ?? flow.count
            flow.concurrency = concurrency(reader, flow.count)
            flow.holds = reader.boolean("hold") ?? flow.holds
            flow.rate = reader.eventRate("rate")
            return .tcpConnect(flow)
        case "tcp-stream": return stream(reader)
        case "udp-stream":
            return .udpStream(datagrams(reader))
        case "ping":
            var flow = PingFlow()
            flow.count = reader.integer("count", in: 1...1_000_000) ?? flow.count
            flow.size = reader.byteCount("size", atMost: 65507) ?? flow.size
            flow.interval = reader.duration("interval") ?? flow.interval
            flow.dontFragment = reader.boolean("dont-fragment") ?? flow.dontFragment
            return .ping(flow)
        case "traceroute":
            var flow = PingFlow()
            flow.isTraceroute = true
            flow.maximumHops = reader.integer("max-hops", in: 1...255) ?? flow.maximumHops
            flow.size = reader.byteCount("size", atMost: 65507) ?? flow.size
            flow.dontFragment = reader.boolean("dont-fragment") ?? flow.dontFragment
            return .ping(flow)
        case "forge": return forge(reader)
        default: return exec(reader)
        }
    }

    private func concurrency(_ reader: NodeReader, _ count: Int) -> Int {
        let value = reader.integer("concurrency", in: 1...100_000) ?? 1
        if value > count {
            complaints.warning(
                "concurrency is \(value), but there are only \(count) attempts",
                at: reader.keyPosition("concurrency"))
        }
        return min(value, count)
    }

    private func request(_ reader: NodeReader, isTCP: Bool) -> RequestFlow {
        var flow = RequestFlow()
        let most = isTCP ? 1 << 40 : 65507
        flow.count = reader.integer("count", in: 1...10_000_000) ?? flow.count
        flow.concurrency = concurrency(reader, flow.count)
        flow.request = reader.byteCount("request", atLeast: 1, atMost: most) ?? flow.request
        flow.response = reader.byteCount("response", atMost: most) ?? flow.response
        flow.rate = reader.eventRate("rate")
        flow.requestsPerConnection = reader.integer("requests-per-connection", in: 1...1_000_000) ?? 1
        guard isTCP else { return flow }
        flow.pause = reader.duration("pause") ?? flow.pause
        flow.writeSize = reader.byteCount("write-size", atLeast: 1)
        flow.isHTTP = reader.boolean("http") ?? false
        return flow
    }

    private func stream(_ reader: NodeReader) -> FlowKind {
        var flow = StreamFlow()
        let bytes = reader.byteCount("bytes", atLeast: 1)
        let time = reader.duration("time")
        let writes = reader.integer("writes", in: 1...100_000_000)
        let given = ["bytes", "time", "writes"].filter { reader.has($0) }
        if given.count > 1 {
            complaints.error(
                "a stream has one measure, and here are \(given.joined(separator: " and "))",
                at: reader.keyPosition(given[1]))
        }
        if let bytes { flow.amount = .bytes(bytes) }
        if let time { flow.amount = .time(time) }
        if let writes { flow.amount = .writes(writes) }
        flow.connections = reader.integer("connections", in: 1...10_000) ?? flow.connections
        flow.writeSize = reader.byteCount("write-size", atLeast: 1, atMost: 1 << 24) ?? flow.writeSize
        flow.pause = reader.duration("pause") ?? flow.pause
        flow.rate = reader.dataRate("rate")
        flow.isReverse = reader.boolean("reverse") ?? false
        return .tcpStream(flow)
    }

    // MARK: Datagrams

    private func datagrams(_ reader: NodeReader) -> DatagramFlow {
        var flow = DatagramFlow()
        flow.count = reader.integer("count", in: 1...100_000_000) ?? flow.count
        if let tree = reader.value("size") { readSize(tree, into: &flow) }
        if let tree = reader.value("rate") {
            if let rate = try? UnitText.dataRate(tree.text ?? "") {
                flow.bitRate = rate
            } else {
                flow.rate = complaints.quantity(tree, "rate", UnitText.eventRate)
            }
        }
        flow.sources = reader.integer("sources", in: 1...10_000) ?? flow.sources
        flow.segments = reader.integer("segments", in: 1...64)
        flow.batch = reader.integer("batch", in: 1...64)
        if flow.batch != nil, flow.sizes != nil || flow.segments != nil {
            complaints.error(
                "batch is for single datagrams of one size", at: reader.keyPosition("batch"),
                hint: "leave batch out, or segments and the other sizes")
        }
        if flow.segments != nil, flow.sizes != nil {
            complaints.error(
                "segments are of one size, and here are several", at: reader.keyPosition("segments"),
                hint: "UDP_SEGMENT cuts at equal lengths: leave segments out, or give one size")
        }
        if flow.sizes != nil, flow.smallestSize < 24 {
            complaints.error(
                "of several sizes each has to be at least 24 B, and one is \(ByteCount(flow.smallestSize))",
                at: reader.keyPosition("size"), hint: "so much is taken by number, time and check")
        }
        flow.linger = reader.duration("linger") ?? flow.linger
        return flow
    }

    /// `200 B`, `[64 B, 576 B]`, or `64 B..1400 B`.
    private func readSize(_ tree: YAMLTree, into flow: inout DatagramFlow) {
        func size(_ tree: YAMLTree) -> ByteCount? {
            guard let size = complaints.quantity(tree, "size", UnitText.byteCount) else { return nil }
            guard size.bytes <= 65507 else {
                complaints.error("size is \(size), and a datagram holds 65507 B", at: tree.position)
                return nil
            }
            return size
        }
        if let items = tree.items {
            let sizes = items.compactMap(size)
            if items.isEmpty { complaints.error("size is an empty list", at: tree.position) }
            flow.sizes = .inTurn(sizes)
        } else if let text = tree.text, let middle = text.firstRange(of: "..") {
            do {
                let least = try UnitText.byteCount(String(text[..<middle.lowerBound]))
                let most = try UnitText.byteCount(String(text[middle.upperBound...]))
                guard least.bytes <= most.bytes, most.bytes <= 65507 else {
                    complaints.error(
                        "size: \(least)..\(most) is no range of sizes", at: tree.position,
                        hint: "write the smaller one first; a datagram holds 65507 B")
                    return
                }
                flow.sizes = .uniform(least.bytes...most.bytes)
            } catch {
                complaints.error("size: \(error.problem)", at: tree.position, hint: error.hint)
            }
        } else {
            flow.size = size(tree) ?? flow.size
        }
    }

    // MARK: Forged packets

    private func forge(_ reader: NodeReader) -> FlowKind? {
        var flow = ForgeFlow()
        let checksums = Dictionary(
            uniqueKeysWithValues: ForgeFlow.Checksum.allCases.map { ($0.rawValue, $0) })
        let offsets = -(1 << 31)...(1 << 31)
        let packet = reader.value("packet")
        flow.count = reader.integer("count", in: 1...10_000_000) ?? flow.count
        flow.rate = reader.eventRate("rate")
        flow.source = reader.address("source")
        flow.sourceCount = reader.integer("source-count", in: 1...65536) ?? flow.sourceCount
        if let tree = reader.value("source-port") {
            flow.sourcePort = complaints.range(tree, "source-port", in: 1...65535) ?? flow.sourcePort
        }
        flow.payload = reader.byteCount("payload", atMost: 65000) ?? flow.payload
        flow.ttl = reader.integer("ttl", in: 1...255) ?? flow.ttl
        flow.checksum = reader.word("checksum", checksums) ?? flow.checksum
        flow.ipChecksum = reader.word("ip-checksum", checksums) ?? flow.ipChecksum
        if let tree = reader.value("connection") {
            flow.connection = complaints.name(tree, "flow", among: flowNames)
        }
        flow.sequenceOffset = reader.integer("sequence-offset", in: offsets) ?? 0
        flow.acknowledgementOffset = reader.integer("acknowledgement-offset", in: offsets) ?? 0
        flow.timestampOffset = reader.integer("timestamp-offset", in: offsets)
        flow.window = reader.integer("window", in: 0...65535) ?? flow.window
        flow.fragmentSize = reader.integer("fragment-size", in: 8...65000)
        if let size = flow.fragmentSize, size % 8 != 0 {
            complaints.error(
                "fragment-size is \(size), and fragments are cut at multiples of 8",
                at: reader.keyPosition("fragment-size"))
        }
        if let tree = reader.value("omitted-fragments") {
            flow.omittedFragments = (tree.items ?? [tree]).compactMap {
                complaints.integer($0, "omitted-fragments", in: 1...8192)
            }
        }
        flow.overlapsFragments = reader.boolean("overlap-fragments") ?? false
        flow.ipLengthOffset = reader.integer("ip-length-offset", in: -65535...65535) ?? 0
        flow.udpLengthOffset = reader.integer("udp-length-offset", in: -65535...65535) ?? 0
        if let packet {
            guard let kind = self.packet(packet) else { return nil }
            flow.packet = kind
        }
        return .forge(flow)
    }

    /// `tcp S`, `udp`, `icmp 8 0`, `ip 253`.
    private func packet(_ tree: YAMLTree) -> ForgeFlow.Packet? {
        let words = (tree.text ?? "").split(separator: " ").map(String.init)
        let numbers = words.dropFirst().compactMap { UInt8($0) }.map(Int.init)
        switch (words.first, words.count) {
        case ("tcp", 2):
            let flags = words[1]
            if !flags.isEmpty, flags.allSatisfy({ "SARFPUEC".contains($0) }) { return .tcp(flags: flags) }
        case ("udp", 1): return .udp
        case ("icmp", 3) where numbers.count == 2: return .icmp(type: numbers[0], code: numbers[1])
        case ("ip", 2) where numbers.count == 1: return .ip(protocol: numbers[0])
        default: break
        }
        complaints.error(
            "packet: \(tree.kindText) is not a packet to forge", at: tree.position,
            hint: "write tcp S, tcp SA, udp, icmp 8 0, or ip 253")
        return nil
    }

    // MARK: Programs

    private func exec(_ reader: NodeReader) -> FlowKind? {
        guard let tree = reader.required("command", hint: "write command: [iperf3, -c, 10.0.0.2]") else {
            _ = (reader.value("environment"), reader.value("background"), reader.value("iperf3"))
            return nil
        }
        var arguments: [String] = []
        if let items = tree.items {
            arguments = items.compactMap { complaints.text($0, "command") }
        } else if let text = complaints.text(tree, "command") {
            guard let split = Arguments.split(text) else {
                complaints.error("a quote without its end", at: tree.position)
                return nil
            }
            arguments = split
        }
        var flow = ExecFlow(command: arguments)
        if let tree = reader.value("environment"), let variables = NodeReader(tree, "environment", complaints)
        {
            for entry in variables.entries { flow.environment[entry.key] = variables.text(entry.key) }
        }
        flow.isServer = reader.boolean("background") ?? false
        flow.parsesIperf3 = reader.boolean("iperf3") ?? false
        guard !arguments.isEmpty else {
            complaints.error("command is empty", at: tree.position)
            return nil
        }
        return .exec(flow)
    }
}
