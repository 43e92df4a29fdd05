import NetlabModel

/// Adds up where the packets of a phase went, from counters alone.
struct Bookkeeper {
    let plan: PhasePlan
    let phase: PhaseRecord

    /// Cables and impaired links first, then nodes; places without traffic are left out.
    func entries() -> [BookEntry] {
        (plan.state.links.flatMap(linkEntries)
            + plan.state.nodes.flatMap { [nodeEntry($0), sendingEntry($0)].compactMap { $0 } })
            .filter { $0.sent != 0 || $0.arrived != 0 || !$0.dropped.isEmpty || !$0.reasons.isEmpty }
    }

    /// What a counter rose by; nil if it was not read, or was made anew.
    private func delta(_ subject: String, _ id: String) -> Int64? {
        guard let after = phase.after.readings[subject]?[id] else { return nil }
        let before = phase.before.readings[subject]?[id]
        guard before != nil || CounterID(id)?.beginsAtZero == true else { return nil }
        let change = after - (before ?? 0)
        return change < 0 ? nil : change
    }

    private func sum(_ subject: String, _ ids: [String]) -> Int64 {
        ids.reduce(0) { $0 + (delta(subject, $1) ?? 0) }
    }

    private func drops(_ place: String, _ ids: [String]) -> [BookedDrop] {
        ids.compactMap { id in
            guard let count = delta(place, id), count > 0 else { return nil }
            return BookedDrop(place: place, counter: id, count: count)
        }.sorted { $0.count > $1.count }
    }

    // MARK: Links

    private func linkEntries(_ link: Link) -> [BookEntry] {
        if let offered = delta(link.name, "impair:offered"),
            let delivered = delta(link.name, "impair:delivered")
        {
            return [
                link.ends.count > 2
                    ? switched(link, offered, delivered) : impaired(link, offered, delivered)
            ]
        }
        guard link.ends.count == 2, link.impairments.isEmpty else { return [] }
        return [cable(link.ends[0], link.ends[1]), cable(link.ends[1], link.ends[0])].compactMap { $0 }
    }

    private func impaired(_ link: Link, _ offered: Int64, _ delivered: Int64) -> BookEntry {
        let total = delta(link.name, "impair:dropped") ?? 0
        var named = drops(
            link.name, link.impairments.filter { dropsPackets($0.impairment) }.map { "impair:\($0.name)" })
        // The link's own total is the more certain figure: what the names leave open is told as a drop of the link.
        let open = total - named.reduce(0) { $0 + $1.count }
        if open < 0 { named = [BookedDrop(place: link.name, counter: "impair:dropped", count: total)] }
        if open > 0 { named.append(BookedDrop(place: link.name, counter: "impair:dropped", count: open)) }
        var copied = delta(link.name, "impair:duplicated") ?? 0
        if copied == 0, link.impairments.contains(where: { makesCopies($0.impairment) }) {
            // netem counts no copies: they are what came out beyond what went in.
            copied = max(0, delivered + total - offered)
        }
        return BookEntry(
            scope: .link, place: link.name, sent: offered, copied: copied, arrived: delivered,
            dropped: named.sorted { $0.count > $1.count })
    }

    /// A bridge between three or more ends. Broadcasts, and frames for a station that it has not heard yet, leave by every
    /// port but one; nobody counts them, so copies are what came out beyond what went in.
    private func switched(_ link: Link, _ offered: Int64, _ delivered: Int64) -> BookEntry {
        var (sent, arrived) = (Int64(0), Int64(0))
        var dropped: [BookedDrop] = []
        for end in link.ends.map(\.description) {
            let atSender = drops(end, ["link:tx_dropped"])
            sent += sum(end, ["link:tx_packets", "link:tx_dropped"])
            arrived += sum(end, ["link:rx_packets"])
            dropped += atSender + drops(end, ["link:rx_dropped"])
        }
        let refused = delta(link.name, "impair:dropped") ?? 0
        return BookEntry(
            scope: .switch, place: link.name, sent: sent, copied: max(0, delivered + refused - offered),
            arrived: arrived, dropped: dropped.sorted { $0.count > $1.count })
    }

    private func makesCopies(_ impairment: Impairment) -> Bool {
        switch impairment {
        case .duplicate: true
        case .pattern(let pattern): pattern.action == .duplicate
        case .loss, .delay, .reorder, .corrupt, .rate, .limit, .slot, .emulate: false
        }
    }

    private func dropsPackets(_ impairment: Impairment) -> Bool {
        switch impairment {
        case .loss, .limit, .emulate: true
        case .pattern(let pattern): pattern.action == .drop
        case .delay, .reorder, .duplicate, .corrupt, .rate, .slot: false
        }
    }

    /// One direction of a veth pair. A frame that the receiving end refuses is counted twice, as the sender's tx_dropped
    /// and as the receiver's rx_dropped, and never as tx_packets.
    private func cable(_ from: InterfaceID, _ to: InterfaceID) -> BookEntry? {
        let (sender, receiver) = (from.description, to.description)
        guard let passed = delta(sender, "link:tx_packets"), let arrived = delta(receiver, "link:rx_packets")
        else { return nil }
        let refused = delta(receiver, "link:rx_dropped") ?? 0
        let lost = delta(sender, "link:tx_dropped") ?? 0
        var dropped: [BookedDrop] = []
        if refused > 0 {
            dropped.append(BookedDrop(place: receiver, counter: "link:rx_dropped", count: refused))
        }
        if lost > refused {
            dropped.append(BookedDrop(place: sender, counter: "link:tx_dropped", count: lost - refused))
        }
        return BookEntry(
            scope: .cable, place: "\(sender) → \(receiver)", sent: passed + max(lost, refused),
            arrived: arrived,
            dropped: dropped)
    }

    // MARK: Nodes

    /// Reception of one node: what came in was taken in by a protocol, passed on, or dropped by IP or above it.
    private func nodeEntry(_ node: Node) -> BookEntry? {
        guard let received = delta(node.name, "Ip.InReceives") else { return nil }
        let families = ["Ip", "Ip6"]
        let total = received + sum(node.name, ["Ip6.InReceives"])
        let forwarded = sum(node.name, ["Ip.ForwDatagrams", "Ip6.OutForwDatagrams"])
        let delivered = sum(node.name, families.map { "\($0).InDelivers" })
        let joined = families.reduce(0) { $0 + fragmentsJoined(node.name, $1) }
        var dropped = drops(node.name, families.flatMap { family in Self.refusals.map { "\(family).\($0)" } })
        let reasons = reasons(of: node.name)
        let byRule = drops(
            node.name,
            fatalRules(of: node, hooks: Self.inbound, chains: Self.inboundChains).map { "rule:\($0)" })
        dropped += byRule
        // ForwDatagrams of newer kernels also has what the forward hook then drops; older ones count behind it.
        let atForward = drops(
            node.name, fatalRules(of: node, hooks: [.forward], chains: ["FORWARD"]).map { "rule:\($0)" }
        ).reduce(0) { $0 + $1.count }
        let surplus = delivered + forwarded + joined + dropped.reduce(0) { $0 + $1.count } - total
        let passedOn = forwarded - max(0, min(atForward, surplus))
        var rest = total - delivered - passedOn - joined - dropped.reduce(0) { $0 + $1.count }
        for reason in reasons where rest > 0 && Self.isSilent(reason) {
            var part = reason
            // The packets that a named rule dropped are among those with netfilter's reason.
            let booked = reason.counter == "drop:NETFILTER_DROP" ? byRule.reduce(0) { $0 + $1.count } : 0
            part.count = min(rest, reason.count - booked)
            if part.count <= 0 { continue }
            rest -= part.count
            dropped.append(part)
        }
        // What a protocol refused was delivered as far as IP knows.
        let refused = drops(node.name, Self.protocolRefusals)
        dropped += refused
        let taken = delivered + passedOn + joined - refused.reduce(0) { $0 + $1.count }
        return BookEntry(
            scope: .node, place: node.name, sent: total, arrived: taken,
            dropped: located(dropped, by: reasons).sorted { $0.count > $1.count }, reasons: reasons)
    }

    /// Counters of packets that IP received and gave to nobody.
    private static let refusals = [
        "InHdrErrors", "InAddrErrors", "InUnknownProtos", "InDiscards", "InNoRoutes", "InTruncatedPkts",
        "ReasmFails",
    ]

    /// Reasons between reception and delivery for which no counter of IP stands.
    private static let silentReasons: Set = [
        "drop:NETFILTER_DROP", "drop:IP_RPFILTER", "drop:IP_LOCALNET", "drop:IP_LOCAL_SOURCE",
        "drop:IP_INVALID_SOURCE", "drop:IP_INVALID_DEST", "drop:IP_TUNNEL_ECN", "drop:PKT_TOO_BIG",
    ]

    /// Routes of the types unreachable, prohibit and blackhole end in ip_error(), which has a counter for none of them.
    private static func isSilent(_ reason: BookedDrop) -> Bool {
        silentReasons.contains(reason.counter)
            || reason.counter == "drop:NOT_SPECIFIED" && reason.function == "ip_error"
    }

    /// Fragments that went into datagrams, beyond the one that each datagram then counts as.
    private func fragmentsJoined(_ node: String, _ family: String) -> Int64 {
        let wanted = sum(node, ["\(family).ReasmReqds"])
        return max(0, wanted - sum(node, ["\(family).ReasmOKs", "\(family).ReasmFails"]))
    }

    /// Counters of packets that a protocol received from IP and gave to no socket. Each packet is in one of them at
    /// most: ListenDrops holds ListenOverflows and TCPReqQFullDrop, InErrs holds InCsumErrors.
    private static let protocolRefusals = [
        "Udp.RcvbufErrors", "Udp.InCsumErrors", "Udp.NoPorts", "Udp.MemErrors", "Udp6.RcvbufErrors",
        "Udp6.InCsumErrors", "Udp6.NoPorts", "Udp6.MemErrors", "UdpLite.RcvbufErrors", "UdpLite.NoPorts",
        "Tcp.InErrs", "TcpExt.ListenDrops", "TcpExt.TCPBacklogDrop", "TcpExt.TCPRcvQDrop", "TcpExt.PAWSEstab",
    ]

    /// Sending of one node's IP layer: what it was asked to send or to pass on was handed to a device, or dropped. nil if
    /// nothing was dropped, or if this kernel does not count what is handed to devices (Ip.OutTransmits).
    private func sendingEntry(_ node: Node) -> BookEntry? {
        guard let handed = delta(node.name, "Ip.OutTransmits"), let asked = delta(node.name, "Ip.OutRequests")
        else { return nil }
        let pieces = sum(node.name, ["Ip.FragCreates"]) - sum(node.name, ["Ip.FragOKs"])
        let freed = reasons(of: node.name)
        var dropped = drops(
            node.name,
            fatalRules(of: node, hooks: Self.outbound, chains: Self.outboundChains).map { "rule:\($0)" })
        // IP has handed these to the neighbour layer or to a queue, which gave them up.
        let givenUp = freed.filter { Self.behindIP.contains($0.counter) }
        dropped += givenUp
        // UDP's own drops in the output hooks count as discards, too.
        let byRule = dropped.filter { $0.counter.hasPrefix("rule:") }.reduce(0) { $0 + $1.count }
        var discards = drops(node.name, ["Ip.OutDiscards", "Ip.OutNoRoutes", "Ip.FragFails"])
        for index in discards.indices where discards[index].counter == "Ip.OutDiscards" {
            discards[index].count -= min(byRule, discards[index].count)
        }
        dropped += discards.filter { $0.count > 0 }
        if dropped.isEmpty { return nil }
        // IP counts a request once it has found a route for it.
        let homeless = sum(node.name, ["Ip.OutNoRoutes"])
        return BookEntry(
            scope: .sending, place: node.name,
            sent: asked + homeless + sum(node.name, ["Ip.ForwDatagrams"]),
            arrived: handed - pieces - givenUp.reduce(0) { $0 + $1.count },
            dropped: located(dropped, by: freed).sorted { $0.count > $1.count })
    }

    /// Reasons between IP's output and a device.
    private static let behindIP: Set = [
        "drop:NEIGH_FAILED", "drop:NEIGH_QUEUEFULL", "drop:NEIGH_CREATEFAIL", "drop:NEIGH_DEAD",
        "drop:QDISC_DROP", "drop:QDISC_OVERLIMIT", "drop:QDISC_CONGESTED", "drop:TC_EGRESS",
    ]

    // MARK: Rules and reasons

    /// The reason that the kernel gives for what a counter counts.
    private static func reason(behind counter: String) -> String? {
        if counter.hasPrefix("rule:") { return "drop:NETFILTER_DROP" }
        return switch counter {
        case "Udp.RcvbufErrors", "Udp6.RcvbufErrors": "drop:SOCKET_RCVBUFF"
        case "Udp.NoPorts", "Udp6.NoPorts": "drop:NO_SOCKET"
        case "Udp.InCsumErrors", "Udp6.InCsumErrors": "drop:UDP_CSUM"
        case "Tcp.InErrs": "drop:TCP_CSUM"
        case "TcpExt.TCPBacklogDrop": "drop:SOCKET_BACKLOG"
        case "Ip.InHdrErrors": "drop:IP_INHDR"
        case "Ip.InAddrErrors": "drop:IP_INADDRERRORS"
        case "Ip.ReasmFails": "drop:FRAG_REASM_TIMEOUT"
        default: nil
        }
    }

    /// Gives drops the function that freed the packets, where one function freed exactly as many for the reason
    /// that belongs to the counter.
    private func located(_ dropped: [BookedDrop], by reasons: [BookedDrop]) -> [BookedDrop] {
        dropped.map { drop in
            let fitting = reasons.filter { $0.counter == Self.reason(behind: drop.counter) }
            guard drop.function == nil, fitting.count == 1, fitting[0].count == drop.count else {
                return drop
            }
            var located = drop
            located.function = fitting[0].function
            return located
        }
    }

    private static let inbound: Set<FirewallRule.Hook> = [.prerouting, .input, .forward]
    private static let inboundChains: Set = ["PREROUTING", "INPUT", "FORWARD"]
    private static let outbound: Set<FirewallRule.Hook> = [.output, .postrouting]
    private static let outboundChains: Set = ["OUTPUT", "POSTROUTING"]

    private func fatalRules(
        of node: Node, hooks: Set<FirewallRule.Hook>, chains: Set<String>
    ) -> [String] {
        let rules = node.firewall.rules.filter { $0.isFatal && hooks.contains($0.hook) }.map(\.name)
        let lines = node.firewall.iptables.filter { rule in
            rule.isFatal && rule.arguments.contains { chains.contains($0) }
        }
        return rules + lines.map(\.name)
    }

    /// What the kernel freed in a node, by reason and function if they are known, largest first.
    private func reasons(of node: String) -> [BookedDrop] {
        // What is purged from a queue was no packet under way: acknowledged data, or what a closed socket held.
        let known = phase.drops.filter { $0.node == node && $0.reason != "QUEUE_PURGE" }.map {
            BookedDrop(
                place: $0.interface.map { "\(node)/\($0)" } ?? node, counter: "drop:\($0.reason)",
                count: $0.count,
                function: $0.location)
        }
        if !known.isEmpty { return known.sorted { ($1.count, $0.counter) < ($0.count, $1.counter) } }
        let names = (phase.after.readings[node] ?? [:]).keys.filter {
            $0.hasPrefix("drop:") && $0 != "drop:QUEUE_PURGE"
        }
        return drops(node, names.sorted())
    }
}
