/// Links and their middles as commands.
extension EquivalentCommand {
    /// The namespace that stands for what is between the ends.
    public static func hiddenNode(of link: Link) -> String {
        "mid-\(link.name)".filter { $0 != "/" && $0 != " " }
    }

    /// Whether there is a namespace between the ends.
    public static func hasMiddle(_ link: Link) -> Bool { link.ends.count > 2 || link.driver != .direct }

    func linkLines(_ link: Link, _ ends: [InterfaceID: Interface]) -> [String] {
        func options(_ id: InterfaceID) -> String {
            guard let interface = ends[id] else { return "" }
            return (interface.mac.map { " address \($0)" } ?? "")
                + (interface.mtu == 1500 ? "" : " mtu \(interface.mtu)")
        }
        guard Self.hasMiddle(link) else {
            let (left, right) = (link.ends[0], link.ends[1])
            return [
                "\(ip(left.node)) link add \(left.interface)\(options(left)) type veth"
                    + " peer name \(right.interface)\(options(right)) netns \(name(right.node))"
            ]
        }
        let hidden = Self.hiddenNode(of: link)
        var lines = [
            "ip netns add \(name(hidden))",
            "\(ip(hidden)) link set dev lo up",
            inNode(
                hidden, "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1"),
            "\(ip(hidden)) link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
            "\(ip(hidden)) link set dev br0 up",
        ]
        if link.driver == .wire {
            lines.insert("# netlab has a wire in user space here; this comes nearest", at: 0)
        }
        for (index, end) in link.ends.enumerated() {
            let port = "p\(index)"
            // The middle itself limits nothing: it is the end that has the MTU.
            let mtu = link.driver == .direct ? "" : " mtu 65535"
            lines.append(
                "\(ip(end.node)) link add \(end.interface)\(options(end)) type veth"
                    + " peer name \(port)\(mtu) netns \(name(hidden))")
            lines.append("\(ip(hidden)) link set dev \(port) master br0")
            lines.append("\(ip(hidden)) link set dev \(port) up")
            guard link.driver != .direct, !link.allowsSuperPackets else { continue }
            for (node, interface) in [(end.node, end.interface), (hidden, port)] {
                lines.append("\(ip(node)) link set dev \(interface) gso_max_segs 1")
                let features = ["tso": false, "gso": false, "gro": false, "uso": false, "tx": false]
                lines.append(offloads(features, interface, in: node))
            }
        }
        var bare = link
        bare.impairments = []
        return lines + impairmentLines(bare, link)
    }

    /// What leads from the impairments of a link to others: rules for what enters the middle, qdiscs for what leaves.
    func impairmentLines(_ old: Link, _ new: Link) -> [String] {
        let hidden = Self.hiddenNode(of: new)
        var lines: [String] = []
        let rules = MiddleRules(new).script(replacing: MiddleRules(old))
        if !rules.isEmpty { lines.append(nft(rules, in: hidden)) }
        for port in new.ends.indices {
            let before = queue(of: old, at: port)
            let after = queue(of: new, at: port)
            if before != after {
                // A netem that the kernel did not have cannot be taken away either.
                let mayBeAbsent = isScript && before?.hasPrefix("netem ") == true
                let removal = "\(tc(hidden)) qdisc del dev p\(port) root"
                lines.append(after ?? (mayBeAbsent ? removal + " 2>/dev/null || true" : removal))
            }
            for named in MiddleShaping.impairments(of: new, towards: port)
            where !old.impairments.contains(named) {
                guard let obstacle = MiddleShaping.obstacle(to: named) else { continue }
                lines.append("# towards \(new.ends[port]): \(named.text); left out, since \(obstacle)")
            }
        }
        return lines
    }

    /// The line for the qdisc at a port, or nil if none is needed.
    private func queue(of link: Link, at port: Int) -> String? {
        let wanted = MiddleShaping.impairments(of: link, towards: port)
            .filter { MiddleShaping.obstacle(to: $0) == nil }
        guard !wanted.isEmpty else { return nil }
        let hidden = Self.hiddenNode(of: link)
        if let bucket = MiddleShaping.bucket(for: wanted) {
            let qdisc = Qdisc.tbf(rate: bucket.rate, burst: bucket.burst, limit: bucket.limit)
            return "\(tc(hidden)) qdisc replace dev p\(port) root \(Self.qdiscArguments(qdisc))"
        }
        return netem(wanted.compactMap { Self.netemArguments($0.impairment) }, on: "p\(port)", in: hidden)
    }
}
