import NetlabModel

extension ScenarioSchema {
    static let nodeMappings: [SchemaMapping] = [
        SchemaMapping(
            what: "a node", name: "node",
            keys: [
                (
                    "interfaces",
                    .named(.any(.oneOrMore(.reference("prefix")), .reference("interface")))
                ),
                ("routes", .list(of: .any(.text, .reference("route")))),
                ("forward", .boolean), ("sysctl", .reference("sysctls")),
                (
                    "neighbours",
                    .any(.list(of: .reference("neighbour")), .named(.reference("mac")))
                ),
                ("hosts", .named(.reference("address"))), ("resolver", .text),
                ("firewall", .named(.any(.text, .reference("rule")))), ("nat", .reference("nat")),
                ("conntrack", .reference("conntrack")),
                ("iptables", .list(of: .any(.text, .reference("iptablesRule")))), ("nft", .text),
            ]),
        SchemaMapping(
            what: "a setting", name: "setting",
            keys: [("value", .scalar), ("kernel", .text), ("otherwise", .text)], required: ["value"]),
        SchemaMapping(
            what: "an interface", name: "interface",
            keys: [
                ("address", .oneOrMore(.reference("prefix"))),
                ("addresses", .oneOrMore(.reference("prefix"))),
                ("mtu", .integer(68...65535)), ("up", .boolean), ("carrier", .boolean),
                ("mac", .reference("mac")),
                ("txqueuelen", .integer(0...1_000_000)), ("offloads", .reference("flags")),
                ("qdisc", .any(.words(["fq_codel"]), .reference("qdisc"))),
                ("rps", .oneOrMore(.integer(0...63))),
            ]),
        SchemaMapping(
            what: "a qdisc", name: "qdisc",
            keys: [
                ("tbf", .reference("tbf")), ("pfifo", .reference("pfifo")), ("bfifo", .reference("bfifo")),
                ("htb", .reference("htb")), ("fq_codel", .anything),
                ("netem", .oneOrMore(.reference("netem"))),
            ]),
        SchemaMapping(
            what: "tbf", name: "tbf", keys: [("rate", .rate), ("burst", .size), ("limit", .size)],
            required: ["rate"]),
        SchemaMapping(
            what: "pfifo", name: "pfifo", keys: [("limit", .integer(1...1_000_000))], required: ["limit"]),
        SchemaMapping(what: "bfifo", name: "bfifo", keys: [("limit", .size)], required: ["limit"]),
        SchemaMapping(
            what: "htb", name: "htb", keys: [("rate", .rate), ("limit", .integer(1...1_000_000))],
            required: ["rate"]),
        SchemaMapping(
            what: "a route", name: "route",
            keys: [
                ("to", .text), ("via", .reference("address")), ("dev", .text), ("src", .reference("address")),
                ("metric", .integer(0...Int(UInt32.max))), ("mtu", .any(.integer(68...65535), .text)),
                ("advmss", .integer(1...65495)), ("initcwnd", .integer(1...65535)),
                ("initrwnd", .integer(1...65535)), ("quickack", .boolean), ("onlink", .boolean),
                ("type", .words(["unicast", "blackhole", "unreachable", "prohibit", "throw"])),
            ], required: ["to"]),
        SchemaMapping(
            what: "a neighbour", name: "neighbour",
            keys: [("address", .reference("address")), ("mac", .reference("mac")), ("dev", .text)],
            required: ["address", "mac"]),
        SchemaMapping(
            what: "a rule", name: "rule",
            keys: [
                (
                    "hook",
                    .words(["prerouting", "input", "forward", "output", "postrouting", "ingress"])
                ),
                ("match", .text), ("do", .text), ("device", .text), ("priority", .integer(-1000...1000)),
            ], required: ["hook", "do"]),
        SchemaMapping(
            what: "conntrack", name: "conntrack",
            keys: [
                ("timeouts", .named(.duration)), ("zones", .named(.integer(1...65535))),
                ("helpers", .named(.integer(1...65535))),
            ]),
        SchemaMapping(
            what: "nat", name: "nat",
            keys: [
                ("masquerade", .oneOrMore(.text)), ("snat", .named(.reference("translation"))),
                ("dnat", .named(.reference("translation"))),
            ]),
        SchemaMapping(
            what: "a dnat rule", name: "translation",
            keys: [("dev", .text), ("match", .text), ("to", .text)],
            required: ["to"]),
        SchemaMapping(
            what: "an iptables rule", name: "iptablesRule",
            keys: [("name", .reference("name")), ("rule", .text)],
            required: ["rule"]),
    ]

    /// What an impairment does: exactly one of these keys is there.
    private static let impairmentKeys: [(key: String, value: SchemaValue)] = [
        ("loss", .any(.probability, .reference("loss"))), ("delay", .any(.duration, .reference("delay"))),
        ("reorder", .any(.probability, .reference("reorder"))),
        ("duplicate", .any(.probability, .reference("packets"), .reference("random"))),
        ("corrupt", .any(.probability, .reference("packets"), .reference("random"))),
        ("rate", .any(.rate, .reference("limitedRate"))), ("limit", .integer(1...1_000_000)),
        ("slot", .reference("slot")), ("drop", .reference("packets")), ("hold", .reference("hold")),
        ("emulate", .words(Emulation.allCases.map(\.rawValue))),
    ]

    static let linkMappings: [SchemaMapping] = [
        SchemaMapping(
            what: "a link", name: "link",
            keys: [
                ("name", .reference("name")), ("ends", .list(of: .reference("end"))),
                ("driver", .words(["direct", "kernel", "wire", "auto"])),
                ("seed", .any(.object([("type", .string("integer"))]), .reference("parameter"))),
                ("super-packets", .boolean), ("impair", .named(.reference("impairment"))),
            ], required: ["ends"]),
        SchemaMapping(
            what: "an impairment", name: "impairment",
            keys: [("from", .text), ("match", .text)] + impairmentKeys),
        SchemaMapping(what: "netem", name: "netem", keys: impairmentKeys),
        SchemaMapping(
            what: "loss", name: "loss",
            keys: [
                ("probability", .probability), ("correlation", .probability),
                ("gilbert-elliott", .reference("gilbertElliott")), ("markov", .reference("markov")),
            ]),
        SchemaMapping(
            what: "gilbert-elliott", name: "gilbertElliott",
            keys: ["p", "r", "loss-in-bad", "loss-in-good"].map { ($0, .probability) }, required: ["p", "r"]),
        SchemaMapping(
            what: "markov", name: "markov",
            keys: ["p13", "p31", "p32", "p23", "p14"].map { ($0, .probability) }, required: ["p13"]),
        SchemaMapping(
            what: "delay", name: "delay",
            keys: [
                ("time", .duration), ("jitter", .duration),
                ("distribution", .words(["uniform", "normal", "pareto", "paretonormal"])),
                ("correlation", .probability), ("keeps-order", .boolean), ("packets", .reference("packets")),
            ], required: ["time"]),
        SchemaMapping(
            what: "reorder", name: "reorder",
            keys: [
                ("probability", .probability), ("correlation", .probability),
                ("gap", .integer(1...1_000_000)),
            ], required: ["probability"]),
        SchemaMapping(
            what: "duplicate", name: "random",
            keys: [("probability", .probability), ("correlation", .probability)],
            required: ["probability"]),
        SchemaMapping(
            what: "rate", name: "limitedRate", keys: [("rate", .rate), ("limit", .integer(1...1_000_000))],
            required: ["rate"]),
        SchemaMapping(
            what: "slot", name: "slot",
            keys: [
                ("minimum", .duration), ("maximum", .duration), ("packets", .integer(1...1_000_000)),
                ("bytes", .size),
            ], required: ["minimum"]),
        SchemaMapping(
            what: "hold", name: "hold",
            keys: [("packets", .reference("packets")), ("until", .integer(1...1_000_000))],
            required: ["packets", "until"]),
    ]
}
