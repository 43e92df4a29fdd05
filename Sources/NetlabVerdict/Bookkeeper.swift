import NetlabModel

/// Adds up where the packets of a phase went, from counters alone.
struct Bookkeeper {
    let plan: PhasePlan
    let phase: PhaseRecord

    /// Cables and impaired links first, then nodes; places without traffic are left out.
    func entries() -> [BookEntry] {
        (plan.state.links.flatMap(linkEntries)
            + plan.state.nodes.flatMap { node in
                var books = NodeBooks(self, node)
                return books.entries()
            })
            .filter { $0.sent != 0 || $0.arrived != 0 || !$0.dropped.isEmpty || !$0.reasons.isEmpty }
    }

    /// What a counter rose by; nil if it was not read, or was made anew.
    func delta(_ subject: String, _ id: String) -> Int64? {
        guard let after = phase.after.readings[subject]?[id] else { return nil }
        let before = phase.before.readings[subject]?[id]
        guard before != nil || CounterID(id)?.beginsAtZero == true else { return nil }
        let change = after - (before ?? 0)
        return change < 0 ? nil : change
    }

    func sum(_ subject: String, _ ids: [String]) -> Int64 {
        ids.reduce(0) { $0 + (delta(subject, $1) ?? 0) }
    }

    func drops(_ place: String, _ ids: [String]) -> [BookedDrop] {
        ids.compactMap { id in
            guard let count = delta(place, id), count > 0 else { return nil }
            return BookedDrop(place: place, counter: id, count: count)
        }.sorted { $0.count > $1.count }
    }

    // MARK: Links

    private func linkEntries(_ link: Link) -> [BookEntry] {
        let kept = (phase.after.accounts ?? []).filter { $0.link == link.name }.compactMap { after in
            phase.before.accounts?.first { $0.link == after.link && $0.from == after.from }.flatMap {
                after.since($0)
            }
        }
        if !kept.isEmpty { return kept.map(Self.entry) }
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

    /// One direction of a link that keeps its own books.
    private static func entry(_ account: LinkAccount) -> BookEntry {
        let dropped = account.dropped.map { drop in
            BookedDrop(
                place: drop.place == account.link ? account.place : drop.place, counter: drop.counter,
                count: drop.amount.packets)
        }
        let bytes = ByteAccount(
            sent: account.offered.bytes, copied: account.copied.bytes, arrived: account.delivered.bytes,
            dropped: account.droppedTotal.bytes, inFlight: account.inFlight.bytes)
        return BookEntry(
            scope: .link, place: account.place, sent: account.offered.packets,
            copied: account.copied.packets, arrived: account.delivered.packets,
            dropped: dropped.sorted { $0.count > $1.count }, inFlight: account.inFlight.packets, bytes: bytes)
    }

    /// A link of a record that has no such books.
    private func impaired(_ link: Link, _ offered: Int64, _ delivered: Int64) -> BookEntry {
        let total = delta(link.name, "impair:dropped") ?? 0
        var named = drops(
            link.name, link.impairments.filter { dropsPackets($0.impairment) }.map { "impair:\($0.name)" }
        )
        // The link's own total is the more certain figure: what the names leave open is told as a drop of the link.
        let open = total - named.reduce(0) { $0 + $1.count }
        if open < 0 { named = [BookedDrop(place: link.name, counter: "impair:dropped", count: total)] }
        if open > 0 {
            named.append(BookedDrop(place: link.name, counter: "impair:dropped", count: open))
        }
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
        guard let passed = delta(sender, "link:tx_packets"),
            let arrived = delta(receiver, "link:rx_packets")
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

    /// Packets that flows of this phase wrote with headers of their own from a node: each fragment is one.
    func forged(by node: String) -> Int64 {
        plan.flows.filter { flow in
            if case .forge = flow.kind { flow.from == node } else { false }
        }.reduce(0) { $0 + (phase.flows[$1.name]?.values["packets"] ?? 0) }
    }

    // MARK: Reasons

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
    func located(_ dropped: [BookedDrop], by reasons: [BookedDrop]) -> [BookedDrop] {
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

    /// What the kernel freed in a node, by reason and function if they are known, largest first.
    func reasons(of node: String) -> [BookedDrop] {
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
