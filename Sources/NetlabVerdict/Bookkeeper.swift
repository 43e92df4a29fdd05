import NetlabModel

/// Adds up where the packets of a phase went, from counters alone.
struct Bookkeeper {
    let plan: PhasePlan
    let phase: PhaseRecord

    /// Cables and impaired links first, then nodes; places without traffic are left out.
    func entries() -> [BookEntry] {
        (plan.state.links.flatMap(linkEntries) + plan.state.nodes.compactMap(nodeEntry))
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
            return [impaired(link, offered, delivered)]
        }
        guard link.ends.count == 2, link.impairments.isEmpty else { return [] }
        return [cable(link.ends[0], link.ends[1]), cable(link.ends[1], link.ends[0])].compactMap { $0 }
    }

    private func impaired(_ link: Link, _ offered: Int64, _ delivered: Int64) -> BookEntry {
        var (copied, named): (Int64, [BookedDrop]) = (0, [])
        for impairment in link.impairments {
            let count = delta(link.name, "impair:\(impairment.name)") ?? 0
            if makesCopies(impairment.impairment) { copied += count }
            if dropsPackets(impairment.impairment), count > 0 {
                named.append(
                    BookedDrop(place: link.name, counter: "impair:\(impairment.name)", count: count))
            }
        }
        // The link's own total is the more certain figure; the names are given where they add up to it.
        let total = delta(link.name, "impair:dropped") ?? 0
        if named.reduce(0, { $0 + $1.count }) != total {
            named = total > 0 ? [BookedDrop(place: link.name, counter: "impair:dropped", count: total)] : []
        }
        return BookEntry(
            scope: .link, place: link.name, sent: offered, copied: copied, arrived: delivered,
            dropped: named.sorted { $0.count > $1.count })
    }

    private func makesCopies(_ impairment: Impairment) -> Bool {
        switch impairment {
        case .duplicate: true
        case .pattern(let pattern): pattern.action == .duplicate
        case .loss, .delay, .reorder, .corrupt, .rate, .limit, .slot: false
        }
    }

    private func dropsPackets(_ impairment: Impairment) -> Bool {
        switch impairment {
        case .loss, .limit: true
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

    /// Reception of one node's IP layer: what came in was delivered, passed on, or dropped.
    private func nodeEntry(_ node: Node) -> BookEntry? {
        guard let received = delta(node.name, "Ip.InReceives") else { return nil }
        let families = ["Ip", "Ip6"]
        let total = received + sum(node.name, ["Ip6.InReceives"])
        let forwarded = sum(node.name, ["Ip.ForwDatagrams", "Ip6.OutForwDatagrams"])
        let delivered = sum(node.name, families.map { "\($0).InDelivers" })
        let refused = ["InHdrErrors", "InAddrErrors", "InUnknownProtos", "InDiscards", "InNoRoutes"]
        let inbound = node.firewall.rules.filter {
            $0.isFatal && [.prerouting, .input, .forward].contains($0.hook)
        }
        return BookEntry(
            scope: .node, place: node.name, sent: total, arrived: delivered + forwarded,
            dropped: drops(
                node.name,
                families.flatMap { family in refused.map { "\(family).\($0)" } }
                    + inbound.map { "rule:\($0.name)" }),
            reasons: reasons(of: node.name))
    }

    private func reasons(of node: String) -> [BookedDrop] {
        let names = (phase.after.readings[node] ?? [:]).keys.filter { $0.hasPrefix("drop:") }
        return drops(node, names.sorted())
    }
}
