extension ScenarioSchema {
    /// Keys of every flow.
    private static func common(_ kind: String) -> [(key: String, value: SchemaValue)] {
        [
            ("kind", .object([("const", .string(kind))])), ("from", .text), ("to", .text),
            ("family", .words(["ipv4", "ipv6"])), ("nobody", .boolean), ("timeout", .duration),
            ("start", .duration), ("after", .text), ("client", .reference("client")),
            ("server", .any(.object([("const", .string("none"))]), .reference("server"))),
        ]
    }

    private static func counted(_ most: Int) -> (key: String, value: SchemaValue) {
        ("count", .integer(1...most))
    }

    private static let concurrency: (key: String, value: SchemaValue) = ("concurrency", .integer(1...100_000))
    private static let offset = SchemaValue.integer(-(1 << 31)...(1 << 31))

    private static let kinds: [(word: String, name: String, keys: [(key: String, value: SchemaValue)])] = [
        (
            "tcp-request", "tcpRequest",
            [
                counted(10_000_000), concurrency, ("request", .size), ("response", .size),
                ("rate", .eventRate),
                ("requests-per-connection", .integer(1...1_000_000)), ("pause", .duration),
                ("write-size", .size), ("http", .boolean), ("samples", .duration),
            ]
        ),
        (
            "udp-request", "udpRequest",
            [
                counted(10_000_000), concurrency, ("request", .size), ("response", .size),
                ("rate", .eventRate), ("requests-per-connection", .integer(1...1_000_000)),
            ]
        ),
        (
            "tcp-connect", "tcpConnect",
            [
                counted(1_000_000), concurrency, ("hold", .boolean), ("rate", .eventRate),
                ("samples", .duration),
            ]
        ),
        (
            "tcp-stream", "tcpStream",
            [
                ("bytes", .size), ("time", .duration), ("writes", .integer(1...100_000_000)),
                ("connections", .integer(1...10_000)), ("write-size", .size), ("pause", .duration),
                ("rate", .rate), ("reverse", .boolean), ("samples", .duration),
            ]
        ),
        (
            "udp-stream", "udpStream",
            [
                counted(100_000_000), ("size", .any(.oneOrMore(.size), .text)),
                ("rate", .any(.eventRate, .rate)),
                ("sources", .integer(1...10_000)),
                ("segments", .integer(1...64)), ("batch", .integer(1...64)), ("linger", .duration),
            ]
        ),
        (
            "ping", "ping",
            [
                counted(1_000_000), ("size", .size), ("interval", .duration), ("dont-fragment", .boolean),
            ]
        ),
        (
            "traceroute", "traceroute",
            [("max-hops", .integer(1...255)), ("size", .size), ("dont-fragment", .boolean)]
        ),
        (
            "forge", "forge",
            [
                ("packet", .text), counted(10_000_000), ("rate", .eventRate),
                ("source", .reference("address")),
                ("source-count", .integer(1...65536)), ("source-port", .any(.integer(1...65535), .text)),
                ("payload", .size), ("ttl", .integer(1...255)),
                ("checksum", .words(["right", "wrong", "zero"])),
                ("ip-checksum", .words(["right", "wrong", "zero"])), ("connection", .text),
                ("sequence-offset", offset), ("acknowledgement-offset", offset), ("timestamp-offset", offset),
                ("window", .integer(0...65535)), ("fragment-size", .integer(8...65000)),
                ("omitted-fragments", .oneOrMore(.integer(1...8192))), ("overlap-fragments", .boolean),
                ("ip-length-offset", .integer(-65535...65535)),
                ("udp-length-offset", .integer(-65535...65535)),
            ]
        ),
        (
            "exec", "exec",
            [
                ("command", .oneOrMore(.scalar)), ("environment", .named(.scalar)), ("background", .boolean),
                ("iperf3", .boolean),
            ]
        ),
    ]

    /// Names of the definitions of all kinds.
    static let trafficKinds = kinds.map(\.name)

    static let trafficMappings: [SchemaMapping] =
        kinds.map { kind in
            SchemaMapping(
                what: "a \(kind.word) flow", name: kind.name, keys: common(kind.word) + kind.keys,
                required: kind.word == "exec" ? ["kind", "from", "command"] : ["kind", "from", "to"])
        } + [
            SchemaMapping(what: "client", name: "client", keys: socket),
            SchemaMapping(
                what: "server", name: "server",
                keys: [
                    ("node", .text), ("backlog", .integer(0...1_000_000)), ("accept", .text),
                    ("answer-delay", .duration), ("write-size", .size), ("mute", .boolean),
                    ("closes-first", .boolean), ("defer-accept", .duration),
                ] + socket),
        ]

    private static let socket: [(key: String, value: SchemaValue)] = [
        ("close", .words(["fin", "rst", "unread", "half", "never"])), ("read", .text), ("no-delay", .boolean),
        ("quick-ack", .boolean), ("cork", .boolean), ("keep-idle", .duration), ("keep-interval", .duration),
        ("keep-count", .integer(1...127)), ("user-timeout", .duration),
        ("maximum-segment", .integer(48...32767)), ("congestion-control", .text), ("fast-open", .boolean),
        ("receive-buffer", .size), ("send-buffer", .size), ("reuse-address", .boolean),
        ("reuse-port", .boolean), ("bind-address", .reference("address")),
        ("bind-ports", .any(.integer(1...65535), .text)),
        ("path-mtu-discovery", .words(["want", "dont", "do", "probe", "interface", "omit"])),
        ("ttl", .integer(1...255)), ("tos", .integer(0...255)), ("no-checksum", .boolean),
        ("receives-errors", .boolean), ("connects", .boolean), ("timestamp", .integer(0...Int(UInt32.max))),
        ("syn-timestamp", .integer(0...Int(UInt32.max))),
        ("dies", .duration),
    ]
}
