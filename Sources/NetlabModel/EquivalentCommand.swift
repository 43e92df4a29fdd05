/// The commands that a person would type for a change. They are for reading and for reproducing by hand:
/// netlab itself speaks to the kernel, and runs none of them.
public enum EquivalentCommand {
    /// The lines for one change, in the order in which they have to be typed.
    public static func lines(for change: Change) -> [String] {
        switch change {
        case .addNode(let node): return ["ip netns add \(node)", "ip -n \(node) link set dev lo up"]
        case .addLink(let link, let ends): return linkLines(link, ends)
        case .setSysctl(let node, let setting):
            return [inNode(node, "sysctl -w \(setting.name)=\(quoted(setting.value))")]
        case .resetSysctl(let node, let name): return ["# \(node): \(name) back to its default"]
        case .setHostSysctl(let setting):
            return ["sysctl -w \(setting.name)=\(quoted(setting.value))   # the whole machine"]
        case .resetHostSysctl(let name): return ["# \(name) back to what it was"]
        case .setMTU(let id, let mtu): return [device(id, "mtu \(mtu)")]
        case .setMAC(let id, let mac): return [device(id, "address \(mac)")]
        case .setTxQueueLength(let id, let length): return [device(id, "txqueuelen \(length)")]
        case .setOffloads(let id, let features):
            let words = features.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value ? "on" : "off")" }
            return [inNode(id.node, "ethtool -K \(id.interface) \(words.joined(separator: " "))")]
        case .setQdisc(let id, nil): return ["tc -n \(id.node) qdisc del dev \(id.interface) root"]
        case .setQdisc(let id, .htb(let rate, let limit)):
            let tc = "tc -n \(id.node)"
            return [
                "\(tc) qdisc replace dev \(id.interface) root handle 1: htb default 1",
                "\(tc) class replace dev \(id.interface) parent 1: classid 1:1 htb rate \(rate.tcText)",
                "\(tc) qdisc replace dev \(id.interface) parent 1:1 pfifo limit \(limit)",
            ]
        case .setQdisc(let id, .some(let qdisc)):
            return ["tc -n \(id.node) qdisc replace dev \(id.interface) root \(qdiscArguments(qdisc))"]
        case .setRPS(let id, let cpus):
            let path = "/sys/class/net/\(id.interface)/queues/rx-0/rps_cpus"
            return [inNode(id.node, "sh -c 'echo \(String(cpus, radix: 16)) > \(path)'")]
        case .setUp(let id, let isUp): return [device(id, isUp ? "up" : "down")]
        case .addAddress(let id, let prefix):
            let noDAD = prefix.address.isIPv6 ? " nodad" : ""
            return ["ip -n \(id.node) address add \(prefix) dev \(id.interface)\(noDAD)"]
        case .removeAddress(let id, let prefix):
            return ["ip -n \(id.node) address del \(prefix) dev \(id.interface)"]
        case .addRoute(let node, let route): return ["ip -n \(node) route replace \(routeArguments(route))"]
        case .removeRoute(let node, let route): return ["ip -n \(node) route del \(routeArguments(route))"]
        case .addNeighbour(let node, let neighbour):
            let entry = "\(neighbour.address) lladdr \(neighbour.mac) dev \(neighbour.device) nud permanent"
            return ["ip -n \(node) neigh replace \(entry)"]
        case .removeNeighbour(let node, let neighbour):
            return ["ip -n \(node) neigh del \(neighbour.address) dev \(neighbour.device)"]
        case .setFirewall(let node, let old, let new):
            return firewallLines(node, old, new)
        case .setImpairments(let link): return impairmentLines(link)
        case .setNames(let node, let hosts, let resolver):
            var lines = hosts.sorted { $0.key < $1.key }
                .map { "echo '\($0.value) \($0.key)' >> /etc/netns/\(node)/hosts" }
            if let resolver { lines.append("printf %s \(quoted(resolver)) > /etc/netns/\(node)/resolv.conf") }
            return ["mkdir -p /etc/netns/\(node)"] + lines
        }
    }

    static func qdiscArguments(_ qdisc: Qdisc) -> String {
        switch qdisc {
        case .tbf(let rate, let burst, let limit):
            "tbf rate \(rate.tcText) burst \(burst.bytes) limit \(limit.bytes)"
        case .pfifo(let limit): "pfifo limit \(limit)"
        case .bfifo(let limit): "bfifo limit \(limit.bytes)"
        case .htb(let rate, let limit): "htb rate \(rate.tcText) with pfifo limit \(limit)"
        case .fqCodel: "fq_codel"
        case .netem(let impairments): "netem " + impairments.compactMap(netemArguments).joined(separator: " ")
        }
    }

    static func routeArguments(_ route: Route) -> String {
        var words = route.kind == .unicast ? [] : [route.kind.rawValue]
        words.append(route.destinationText)
        if let gateway = route.gateway { words += ["via", gateway.description] }
        if let device = route.device { words += ["dev", device] }
        if let source = route.source { words += ["src", source.description] }
        if let metric = route.metric { words += ["metric", String(metric)] }
        if let mtu = route.mtu { words += ["mtu"] + (route.isMTULocked ? ["lock"] : []) + [String(mtu)] }
        if let mss = route.advertisedMSS { words += ["advmss", String(mss)] }
        if let window = route.initialCongestionWindow { words += ["initcwnd", String(window)] }
        if let window = route.initialReceiveWindow { words += ["initrwnd", String(window)] }
        if route.quickACK { words += ["quickack", "1"] }
        if route.isOnLink { words.append("onlink") }
        return words.joined(separator: " ")
    }

    /// netem's words for an impairment, or nil for one that netem does not have.
    static func netemArguments(_ impairment: Impairment) -> String? {
        func correlated(_ share: Probability, _ correlation: Probability) -> String {
            correlation.fraction == 0 ? "\(share)" : "\(share) \(correlation)"
        }
        switch impairment {
        case .loss(.random(let share, let correlation)): return "loss \(correlated(share, correlation))"
        case .loss(.gilbertElliott(let p, let r, let bad, let good)):
            return "loss gemodel \(p) \(r) \(bad) \(good)"
        case .loss(.markov(let p13, let p31, let p32, let p23, let p14)):
            return "loss state \(p13) \(p31) \(p32) \(p23) \(p14)"
        case .delay(let model):
            var text = "delay \(model.delay.tcText)"
            guard model.jitter != .zero else { return text }
            text += " \(model.jitter.tcText)"
            if model.correlation.fraction != 0 { text += " \(model.correlation)" }
            return model.distribution == .uniform ? text : "\(text) distribution \(model.distribution)"
        case .reorder(let share, let correlation, let gap):
            return "reorder \(correlated(share, correlation))" + (gap.map { " gap \($0)" } ?? "")
        case .duplicate(let share, let correlation): return "duplicate \(correlated(share, correlation))"
        case .corrupt(let share, let correlation): return "corrupt \(correlated(share, correlation))"
        case .rate(let rate, let limit): return "rate \(rate.tcText) limit \(limit)"
        case .limit(let packets): return "limit \(packets)"
        case .slot(let slot):
            return "slot \(slot.minimum.tcText) \(slot.maximum.tcText)"
                + (slot.packets.map { " packets \($0)" } ?? "")
                + (slot.bytes.map { " bytes \($0.bytes)" } ?? "")
        case .pattern, .emulate: return nil
        }
    }

    private static func linkLines(_ link: Link, _ ends: [InterfaceID: Interface]) -> [String] {
        var lines: [String] = []
        func options(_ id: InterfaceID) -> String {
            guard let interface = ends[id] else { return "" }
            return (interface.mac.map { " address \($0)" } ?? "")
                + (interface.mtu == 1500 ? "" : " mtu \(interface.mtu)")
        }
        func pair(_ left: InterfaceID, _ right: InterfaceID) -> String {
            "ip -n \(left.node) link add \(left.interface)\(options(left)) type veth"
                + " peer name \(right.interface)\(options(right)) netns \(right.node)"
        }
        if link.ends.count == 2, link.driver == .direct {
            lines.append(pair(link.ends[0], link.ends[1]))
        } else {
            let hidden = hiddenNode(of: link)
            lines.append("ip netns add \(hidden)")
            lines.append(
                "ip -n \(hidden) link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0")
            lines.append("ip -n \(hidden) link set dev br0 up")
            for (index, end) in link.ends.enumerated() {
                let port = "p\(index)"
                lines.append(pair(end, InterfaceID(node: hidden, interface: port)))
                lines.append("ip -n \(hidden) link set dev \(port) master br0 up")
            }
            lines += impairmentLines(link)
        }
        return lines
    }

    private static func impairmentLines(_ link: Link) -> [String] {
        let hidden = hiddenNode(of: link)
        var lines: [String] = []
        for (index, end) in link.ends.enumerated() {
            let applied = link.impairments.filter { $0.from == nil || $0.from != end }
            let words = applied.compactMap { $0.match.terms.isEmpty ? netemArguments($0.impairment) : nil }
            if !words.isEmpty {
                lines.append(
                    "tc -n \(hidden) qdisc replace dev p\(index) root netem \(words.joined(separator: " "))")
            }
            for named in applied where words.isEmpty || netemArguments(named.impairment) == nil {
                lines.append("# towards \(end): \(named.text)")
            }
        }
        return lines
    }

    /// Name of the namespace that stands for what is between the ends.
    static func hiddenNode(of link: Link) -> String { "mid-\(link.name)".filter { $0 != "/" && $0 != " " } }

    private static func firewallLines(_ node: String, _ old: Firewall, _ new: Firewall) -> [String] {
        var lines: [String] = []
        for rule in old.iptables where !new.iptables.contains(rule) {
            let arguments = rule.arguments.map { $0 == "-A" || $0 == "-I" ? "-D" : $0 }
            lines.append(inNode(node, ([rule.program] + arguments).joined(separator: " ")))
        }
        if old.rules != new.rules || old.nft != new.nft {
            let text = NftText.script(from: old, to: new)
            lines.append(inNode(node, "nft -f - <<'EOF'\n\(text)EOF"))
        }
        for rule in new.iptables where !old.iptables.contains(rule) {
            lines.append(inNode(node, ([rule.program] + rule.arguments).joined(separator: " ")))
        }
        return lines
    }

    private static func inNode(_ node: String, _ command: String) -> String {
        "ip netns exec \(node) \(command)"
    }

    private static func device(_ id: InterfaceID, _ setting: String) -> String {
        "ip -n \(id.node) link set dev \(id.interface) \(setting)"
    }

    private static func quoted(_ value: String) -> String {
        value.contains(" ") || value.contains("\t") || value.contains("\n") ? "'\(value)'" : value
    }
}

extension Duration {
    /// tc's spelling: no space.
    var tcText: String { text.filter { $0 != " " } }
}
