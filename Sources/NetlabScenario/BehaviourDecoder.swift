import NetlabModel

/// Reads how the two ends of a flow treat their sockets.
struct BehaviourDecoder {
    let complaints: Complaints

    /// What people know these settings as.
    static let synonyms = [
        "nodelay": "no-delay", "tcp_nodelay": "no-delay", "quickack": "quick-ack", "tcp_cork": "cork",
        "keepidle": "keep-idle", "keepintvl": "keep-interval", "keepcnt": "keep-count",
        "keepalive": "keep-idle", "maxseg": "maximum-segment", "mss": "maximum-segment",
        "congestion": "congestion-control", "cc": "congestion-control", "fastopen": "fast-open",
        "rcvbuf": "receive-buffer", "so_rcvbuf": "receive-buffer", "sndbuf": "send-buffer",
        "so_sndbuf": "send-buffer", "reuseaddr": "reuse-address", "reuseport": "reuse-port",
        "bind": "bind-address", "port": "bind-ports", "ports": "bind-ports", "pmtu": "path-mtu-discovery",
        "df": "path-mtu-discovery", "recverr": "receives-errors", "linger": "close", "die": "dies",
        "killed": "dies", "delay": "answer-delay",
    ]

    private static let closes = Dictionary(
        uniqueKeysWithValues: SocketBehaviour.Close.allCases.map { ($0.rawValue, $0) })
    private static let discoveries = Dictionary(
        uniqueKeysWithValues: ["want", "dont", "do", "probe", "interface", "omit"].map { ($0, $0) })

    func server(_ tree: YAMLTree) -> ServerBehaviour {
        var server = ServerBehaviour()
        if tree.text == "none" {
            server.isPresent = false
            return server
        }
        guard
            let reader = NodeReader(
                tree, "server", complaints, hint: "write server: { backlog: 4 }, or server: none")
        else { return server }
        _ = reader.value("node")
        server.backlog = reader.integer("backlog", in: 0...1_000_000) ?? server.backlog
        server.accept = reader.value("accept").flatMap(accept) ?? server.accept
        server.answerDelay = reader.duration("answer-delay") ?? server.answerDelay
        server.writeSize = reader.byteCount("write-size", atLeast: 1)
        server.isMute = reader.boolean("mute") ?? false
        server.closesFirst = reader.boolean("closes-first") ?? false
        server.deferAccept = reader.duration("defer-accept")
        server.socket = socket(reader)
        reader.finish(synonyms: Self.synonyms)
        return server
    }

    /// Reads the socket's keys; the caller finishes the reader.
    func socket(_ reader: NodeReader) -> SocketBehaviour {
        var socket = SocketBehaviour()
        socket.close = reader.word("close", Self.closes) ?? socket.close
        socket.read = reader.value("read").flatMap(read) ?? socket.read
        socket.noDelay = reader.boolean("no-delay")
        socket.quickACK = reader.boolean("quick-ack")
        socket.cork = reader.boolean("cork")
        socket.keepIdle = reader.duration("keep-idle")
        socket.keepInterval = reader.duration("keep-interval")
        socket.keepCount = reader.integer("keep-count", in: 1...127)
        socket.userTimeout = reader.duration("user-timeout")
        socket.maximumSegment = reader.integer("maximum-segment", in: 48...32767)
        socket.congestionControl = reader.text("congestion-control")
        socket.fastOpen = reader.boolean("fast-open")
        socket.receiveBuffer = reader.byteCount("receive-buffer", atLeast: 1, atMost: 1 << 30)
        socket.sendBuffer = reader.byteCount("send-buffer", atLeast: 1, atMost: 1 << 30)
        socket.reuseAddress = reader.boolean("reuse-address")
        socket.reusePort = reader.boolean("reuse-port")
        socket.bindAddress = reader.address("bind-address")
        socket.bindPorts = reader.value("bind-ports").flatMap {
            complaints.range($0, "bind-ports", in: 1...65535)
        }
        socket.pathMTUDiscovery = reader.word("path-mtu-discovery", Self.discoveries)
        socket.ttl = reader.integer("ttl", in: 1...255)
        socket.tos = reader.integer("tos", in: 0...255)
        socket.noChecksum = reader.boolean("no-checksum")
        socket.receivesErrors = reader.boolean("receives-errors")
        socket.connects = reader.boolean("connects") ?? socket.connects
        socket.timestamp = reader.integer("timestamp", in: 0...Int(UInt32.max))
        socket.synTimestamp = reader.integer("syn-timestamp", in: 0...Int(UInt32.max))
        socket.dies = reader.duration("dies")
        return socket
    }

    /// `at-once`, `never`, `every 100 ms`, `after 1 s`.
    private func accept(_ tree: YAMLTree) -> ServerBehaviour.Accept? {
        let text = tree.text ?? ""
        if text == "at-once" { return .atOnce }
        if text == "never" { return .never }
        for (word, make) in [
            ("every ", { ServerBehaviour.Accept.slowly(every: $0) }), ("after ", { .after($0) }),
        ] where text.hasPrefix(word) {
            do {
                return make(try UnitText.duration(String(text.dropFirst(word.count))))
            } catch {
                complaints.error("accept: \(error.problem)", at: tree.position, hint: error.hint)
                return nil
            }
        }
        complaints.error(
            "accept: \(tree.kindText) is not a way to accept", at: tree.position,
            hint: "write at-once, never, every 100 ms, or after 1 s")
        return nil
    }

    /// `at-once`, `never`, `4 KiB every 100 ms`, `only 10 KiB`.
    private func read(_ tree: YAMLTree) -> SocketBehaviour.Read? {
        let text = tree.text ?? ""
        if text == "at-once" { return .atOnce }
        if text == "never" { return .never }
        do {
            if text.hasPrefix("only ") { return .only(try UnitText.byteCount(String(text.dropFirst(5)))) }
            if let middle = text.firstRange(of: " every ") {
                let size = try UnitText.byteCount(String(text[..<middle.lowerBound]))
                return .slowly(size, every: try UnitText.duration(String(text[middle.upperBound...])))
            }
        } catch {
            complaints.error("read: \(error.problem)", at: tree.position, hint: error.hint)
            return nil
        }
        complaints.error(
            "read: \(tree.kindText) is not a way to read", at: tree.position,
            hint: "write at-once, never, 4 KiB every 100 ms, or only 10 KiB")
        return nil
    }
}
