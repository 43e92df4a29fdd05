import NetlabModel

/// The books of one node: what its IP layer received, and what it was to send.
///
/// A packet that passes through a node stands in both: received and passed on, to be sent and handed to a device. Drops
/// for which no counter stands are told by the kernel's reasons; each of them is booked once, on the way in or out.
struct NodeBooks {
    let book: Bookkeeper
    let node: Node
    /// What the kernel freed in the node.
    private let reasons: [BookedDrop]
    /// What of it has not been booked yet.
    private var pool: [BookedDrop]

    init(_ book: Bookkeeper, _ node: Node) {
        self.book = book
        self.node = node
        reasons = book.reasons(of: node.name)
        pool = reasons
    }

    static let families = ["Ip", "Ip6"]

    /// Reception, then sending, if it lost or misses anything.
    mutating func entries() -> [BookEntry] {
        let inbound = book.drops(
            node.name,
            fatalRules(hooks: Self.inbound, chains: Self.inboundChains).map { "rule:\($0)" })
        let outbound = book.drops(
            node.name,
            fatalRules(hooks: Self.outbound, chains: Self.outboundChains).map { "rule:\($0)" })
        // The packets that named rules dropped are among those with netfilter's reason.
        _ = take((inbound + outbound).reduce(0) { $0 + $1.count }) {
            $0.counter == "drop:NETFILTER_DROP"
        }
        var entries: [BookEntry] = []
        var passedOn = book.sum(node.name, ["Ip.ForwDatagrams", "Ip6.OutForwDatagrams"])
        if let received = book.delta(node.name, "Ip.InReceives") {
            let reception = reception(received, forwarded: passedOn, byRule: inbound)
            entries.append(reception.entry)
            passedOn = reception.passedOn
        }
        if let sending = sending(passedOn: passedOn, byRule: outbound) { entries.append(sending) }
        return entries
    }

    /// Takes up to so many drops out of the pool; returns them with their reasons.
    private mutating func take(
        _ count: Int64, where isMeant: (BookedDrop) -> Bool
    ) -> [BookedDrop] {
        var (rest, taken) = (count, [BookedDrop]())
        for index in pool.indices where rest > 0 && pool[index].count > 0 && isMeant(pool[index]) {
            var part = pool[index]
            part.count = min(rest, part.count)
            pool[index].count -= part.count
            rest -= part.count
            taken.append(part)
        }
        return taken
    }

    // MARK: Reception

    /// What came in was taken in by a protocol, passed on, or dropped by IP or above it.
    private mutating func reception(
        _ received: Int64, forwarded: Int64, byRule: [BookedDrop]
    ) -> (entry: BookEntry, passedOn: Int64) {
        let name = node.name
        let total = received + book.sum(name, ["Ip6.InReceives"])
        let delivered = book.sum(name, Self.families.map { "\($0).InDelivers" })
        let joined = Self.families.reduce(0) { $0 + fragmentsJoined($1) }
        var dropped = book.drops(name, Self.refusals) + byRule
        // ForwDatagrams of newer kernels also has what the forward hook then drops; older ones count behind it.
        let atForward = book.drops(
            name, fatalRules(hooks: [.forward], chains: ["FORWARD"]).map { "rule:\($0)" }
        ).reduce(0) { $0 + $1.count }
        let surplus = delivered + forwarded + joined + Self.sum(dropped) - total
        let passedOn = forwarded - max(0, min(atForward, surplus))
        dropped += take(total - delivered - passedOn - joined - Self.sum(dropped), where: Self.isSilent)
        // What a protocol refused was delivered as far as IP knows.
        let refused = book.drops(name, Self.protocolRefusals)
        dropped += refused
        let entry = BookEntry(
            scope: .node, place: name, sent: total,
            arrived: delivered + passedOn + joined - Self.sum(refused),
            dropped: book.located(dropped, by: reasons).sorted { $0.count > $1.count }, reasons: reasons)
        return (entry, passedOn)
    }

    private static func sum(_ drops: [BookedDrop]) -> Int64 { drops.reduce(0) { $0 + $1.count } }

    /// Counters of packets that IP received and gave to nobody.
    private static let refusals =
        families.flatMap { family in
            ["InHdrErrors", "InAddrErrors", "InUnknownProtos", "InDiscards", "ReasmFails"].map {
                "\(family).\($0)"
            }
        } + ["IpExt.InNoRoutes", "IpExt.InTruncatedPkts", "Ip6.InNoRoutes", "Ip6.InTruncatedPkts"]

    /// Reasons between reception and delivery for which no counter of IP stands.
    private static let silentReasons: Set = [
        "drop:NETFILTER_DROP", "drop:IP_RPFILTER", "drop:IP_LOCALNET", "drop:IP_LOCAL_SOURCE",
        "drop:IP_INVALID_SOURCE", "drop:IP_INVALID_DEST", "drop:IP_TUNNEL_ECN", "drop:PKT_TOO_BIG",
        "drop:UNICAST_IN_L2_MULTICAST", "drop:XFRM_POLICY",
    ]

    /// Routes of the types unreachable, prohibit and blackhole end in ip_error(), which has a counter for none of them;
    /// ip6_mc_input() has none for what goes to a group that nobody has joined.
    private static let silentFunctions: Set = ["ip_error", "ip6_mc_input"]

    private static func isSilent(_ reason: BookedDrop) -> Bool {
        silentReasons.contains(reason.counter)
            || reason.counter == "drop:NOT_SPECIFIED" && silentFunctions.contains(reason.function ?? "")
    }

    /// Fragments that went into datagrams, beyond the one that each datagram then counts as.
    private func fragmentsJoined(_ family: String) -> Int64 {
        let wanted = book.sum(node.name, ["\(family).ReasmReqds"])
        return max(0, wanted - book.sum(node.name, ["\(family).ReasmOKs", "\(family).ReasmFails"]))
    }

    /// Counters of packets that a protocol received from IP and gave to no socket. Each packet is in one of them at
    /// most: ListenDrops holds ListenOverflows and TCPReqQFullDrop, InErrs holds InCsumErrors.
    private static let protocolRefusals = [
        "Udp.RcvbufErrors", "Udp.InCsumErrors", "Udp.NoPorts", "Udp.MemErrors", "Udp6.RcvbufErrors",
        "Udp6.InCsumErrors", "Udp6.NoPorts", "Udp6.MemErrors", "UdpLite.RcvbufErrors",
        "UdpLite.NoPorts",
        "Tcp.InErrs", "TcpExt.ListenDrops", "TcpExt.TCPBacklogDrop", "TcpExt.TCPRcvQDrop",
        "TcpExt.PAWSEstab",
    ]

    // MARK: Sending

    /// What IP was asked to send or to pass on was handed to a device, or dropped. nil if all of it was handed on, or if
    /// this kernel does not count that (OutTransmits, since 6.7).
    private mutating func sending(passedOn: Int64, byRule: [BookedDrop]) -> BookEntry? {
        let name = node.name
        guard book.delta(name, "Ip.OutTransmits") != nil, book.delta(name, "Ip.OutRequests") != nil
        else {
            return nil
        }
        // Kernels that count it for IPv4 alone say nothing of IPv6.
        let families = Self.families.filter { book.delta(name, "\($0).OutTransmits") != nil }
        func sum(_ counters: String...) -> Int64 {
            book.sum(name, families.flatMap { family in counters.map { "\(family).\($0)" } })
        }
        let pieces = sum("FragCreates") - sum("FragOKs")
        var dropped = byRule
        // IP has handed these to the neighbour layer or to a queue, which gave them up.
        let givenUp = reasons.filter { Self.behindIP.contains($0.counter) }
        dropped += givenUp
        // UDP counts what the output hooks, a full queue or the device itself refused as discards, too.
        let returned = reasons.filter { Self.deviceFunctions.contains($0.function ?? "") }
        var counted = Self.sum(byRule) + Self.sum(givenUp) + Self.sum(returned)
        var discards = book.drops(
            name, families.flatMap { ["\($0).OutDiscards", "\($0).OutNoRoutes", "\($0).FragFails"] })
        for index in discards.indices where discards[index].counter.hasSuffix(".OutDiscards") {
            let known = min(counted, discards[index].count)
            discards[index].count -= known
            counted -= known
        }
        dropped += discards.filter { $0.count > 0 }
        // IP counts a request once it has found a route for it. What a program writes with headers of its own (raw
        // sockets) is no request either.
        let asked = sum("OutRequests") + sum("OutNoRoutes") + passedOn
        let handed = sum("OutTransmits") - pieces - Self.sum(givenUp)
        let forged = max(0, min(book.forged(by: name), handed + Self.sum(dropped) - asked))
        dropped += take(asked + forged - handed - Self.sum(dropped)) {
            $0.counter == "drop:NETFILTER_DROP" || $0.counter == "drop:IP_OUTNOROUTES"
        }
        let entry = BookEntry(
            scope: .sending, place: name, sent: asked + forged, arrived: handed,
            dropped: book.located(dropped, by: reasons).sorted { $0.count > $1.count })
        return dropped.isEmpty && entry.unexplained == 0 ? nil : entry
    }

    /// Reasons between IP's output and a device.
    private static let behindIP: Set = [
        "drop:NEIGH_FAILED", "drop:NEIGH_QUEUEFULL", "drop:NEIGH_CREATEFAIL", "drop:NEIGH_DEAD",
        "drop:QDISC_DROP", "drop:QDISC_OVERLIMIT", "drop:QDISC_CONGESTED", "drop:TC_EGRESS",
    ]

    /// Where a device frees what it was handed and tells the sender so: veth whose other end is down.
    private static let deviceFunctions: Set = ["veth_xmit", "__dev_forward_skb2"]

    // MARK: Rules

    private static let inbound: Set<FirewallRule.Hook> = [.prerouting, .input, .forward]
    private static let inboundChains: Set = ["PREROUTING", "INPUT", "FORWARD"]
    private static let outbound: Set<FirewallRule.Hook> = [.output, .postrouting]
    private static let outboundChains: Set = ["OUTPUT", "POSTROUTING"]

    private func fatalRules(hooks: Set<FirewallRule.Hook>, chains: Set<String>) -> [String] {
        let rules = node.firewall.rules.filter { $0.isFatal && hooks.contains($0.hook) }.map(\.name)
        let lines = node.firewall.iptables.filter { rule in
            rule.isFatal && rule.arguments.contains { chains.contains($0) }
        }
        return rules + lines.map(\.name)
    }
}
