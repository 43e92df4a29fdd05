import NetlabModel

/// Reads how a node tracks connections: `conntrack: { timeouts, zones, helpers }`.
struct ConntrackDecoder {
    let complaints: Complaints
    let interfaces: [String]

    /// What it comes to: sysctls, and rules that are counters like any other.
    struct Result {
        var sysctls: [SysctlSetting] = []
        var rules: [FirewallRule] = []
    }

    /// Word → the end of the sysctl's name behind `net.netfilter.nf_conntrack_`.
    private static let timeouts: [String: String] = {
        let states = [
            "syn-sent", "syn-recv", "established", "fin-wait", "close-wait", "last-ack", "time-wait", "close",
            "max-retrans", "unacknowledged",
        ]
        var names = [
            "udp": "udp_timeout", "udp-stream": "udp_timeout_stream", "icmp": "icmp_timeout",
            "icmpv6": "icmpv6_timeout", "generic": "generic_timeout",
        ]
        for state in states { names["tcp-\(state)"] = "tcp_timeout_" + state.replacing("-", with: "_") }
        return names
    }()

    /// Helpers that the kernel has, with their protocols.
    private static let helpers = [
        "ftp": "tcp", "irc": "tcp", "sip": "udp", "tftp": "udp", "amanda": "udp", "pptp": "tcp",
        "snmp": "udp",
        "netbios-ns": "udp", "sane": "tcp", "h323": "tcp",
    ]

    func conntrack(_ tree: YAMLTree) -> Result {
        var result = Result()
        guard let reader = NodeReader(tree, "conntrack", complaints) else { return result }
        if let tree = reader.value("timeouts"), let timeouts = NodeReader(tree, "timeouts", complaints) {
            for entry in timeouts.entries {
                guard let time = timeouts.duration(entry.key) else { continue }
                guard let name = Self.timeouts[entry.key] else {
                    complaints.error(
                        "conntrack has no timeout \"\(entry.key.shortened)\"", at: entry.keyPosition,
                        hint: NearestWord.hintOrList(for: entry.key, among: Self.timeouts.keys))
                    continue
                }
                guard time >= .seconds(1), time.nanoseconds % 1_000_000_000 == 0 else {
                    complaints.error(
                        "conntrack counts whole seconds", at: entry.value.position, hint: "write 1 s or more")
                    continue
                }
                result.sysctls.append(
                    SysctlSetting(
                        name: "net.netfilter.nf_conntrack_\(name)", value: String(time.components.seconds)))
            }
        }
        if let tree = reader.value("zones"), let zones = NodeReader(tree, "zones", complaints) {
            for entry in zones.entries {
                guard let zone = zones.integer(entry.key, in: 1...65535) else { continue }
                guard interfaces.contains(entry.key) else {
                    complaints.error(
                        "the node has no interface \"\(entry.key.shortened)\"", at: entry.keyPosition,
                        hint: NearestWord.hintOrList(for: entry.key, among: interfaces))
                    continue
                }
                result.rules += Self.zone(zone, of: entry.key)
            }
        }
        if let tree = reader.value("helpers"), let helpers = NodeReader(tree, "helpers", complaints) {
            for entry in helpers.entries {
                guard let port = helpers.integer(entry.key, in: 1...65535) else { continue }
                guard let transport = Self.helpers[entry.key] else {
                    complaints.error(
                        "conntrack has no helper \"\(entry.key.shortened)\"", at: entry.keyPosition,
                        hint: NearestWord.hintOrList(for: entry.key, among: Self.helpers.keys))
                    continue
                }
                result.rules += Self.helper(entry.key, transport, port)
            }
        }
        reader.finish(synonyms: ["timeout": "timeouts", "zone": "zones", "helper": "helpers"])
        return result
    }

    /// Before connection tracking looks at the packet, whichever way it goes.
    private static func zone(_ zone: Int, of interface: String) -> [FirewallRule] {
        let ways: [(FirewallRule.Hook, String, String)] = [
            (.prerouting, "iifname", "zone-\(interface)"), (.output, "oifname", "zone-\(interface)-out"),
        ]
        return ways.map { hook, side, name in
            var rule = FirewallRule(
                name: name, hook: hook, match: "\(side) \"\(interface)\"", action: "ct zone set \(zone)")
            rule.priority = -300
            return rule
        }
    }

    private static func helper(_ name: String, _ transport: String, _ port: Int) -> [FirewallRule] {
        [(FirewallRule.Hook.prerouting, "helper-\(name)"), (.output, "helper-\(name)-out")].map {
            hook, rule in
            var rule = FirewallRule(
                name: rule, hook: hook, match: "\(transport) dport \(port)",
                action: "ct helper set \"\(name)\"")
            rule.object = "ct helper \(name) { type \"\(name)\" protocol \(transport); }"
            return rule
        }
    }
}
