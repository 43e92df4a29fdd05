import NetlabModel

/// Binds the name of a counter to something that a probe can read at the place named.
struct CounterBinder {
    let scope: ExpectationScope

    private static let states: Set<String> = [
        "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT",
        "LAST_ACK", "LISTEN", "CLOSING", "BOUND_INACTIVE", "ORPHAN",
    ]
    private static let neighbourStates: Set<String> = [
        "INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT",
    ]
    /// What every impaired link counts, whatever its impairments are called.
    static let bookkeeping: Set<String> = [
        "offered", "delivered", "dropped", "duplicated", "corrupted", "delayed", "reordered",
    ]
    /// Names that a family's probe reads, where the kernel's own list is no MIB.
    private static let names: [CounterFamily: Set<String>] = [
        .listen: ["recv_q", "send_q", "drops"],
        .socketMemory: ["rmem", "rcvbuf", "drops"],
        .link: [
            "rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_errors", "tx_errors", "rx_dropped",
            "tx_dropped", "multicast", "collisions", "rx_length_errors", "rx_over_errors", "rx_crc_errors",
            "rx_frame_errors", "rx_fifo_errors", "rx_missed_errors", "tx_aborted_errors",
            "tx_carrier_errors", "tx_fifo_errors", "tx_heartbeat_errors", "tx_window_errors",
            "rx_compressed", "tx_compressed", "rx_nohandler", "rx_otherhost_dropped", "mtu", "carrier", "up",
            "carrier_changes",
        ],
        .softnet: [
            "processed", "dropped", "time_squeeze", "received_rps", "flow_limit_count", "backlog_len",
            "input_qlen", "process_qlen",
        ],
        .conntrack: [
            "entries", "max", "clashres", "found", "invalid", "ignore", "insert", "insert_failed", "drop",
            "early_drop", "icmp_error", "expect_new", "expect_create", "expect_delete", "search_restart",
            "new",
            "delete", "chainlength",
        ],
        .packet: PacketField.names,
        .qdisc: ["bytes", "packets", "dropped", "overlimits", "requeues", "backlog", "qlen"],
        .trafficClass: ["bytes", "packets", "dropped", "overlimits", "requeues", "backlog", "qlen"],
        .filter: ["bytes", "packets", "dropped", "overlimits"],
        .set: ["elements", "packets", "bytes"],
    ]

    /// - Parameter words: at most two words that follow the subject.
    /// - Returns: the counter and how many of the words name it.
    func counter(
        subject: ExpectationToken, words: [ExpectationToken], end: Int, _ complaints: Complaints,
        _ tree: YAMLTree
    ) throws(ExpectationError) -> (CounterID, Int) {
        guard let place = scope.place(of: subject.text) else { throw unknown(subject) }
        guard let word = words.first else {
            throw ExpectationError(
                message: "which counter of \(subject.text)?", offset: end,
                hint: "write \(subject.text) \(Self.example(place))")
        }
        guard let mark = word.text.firstIndex(where: { $0 == "." || $0 == ":" }) else {
            throw ExpectationError(
                message: "\"\(word.text.shortened)\" is not a counter", offset: word.offset,
                hint: "a counter has its family before it, as in \(Self.example(place))")
        }
        let familyText = String(word.text[..<mark])
        guard let family = CounterFamily(rawValue: familyText) else {
            throw ExpectationError(
                message: "\"\(familyText.shortened)\" is not a family of counters", offset: word.offset,
                hint: NearestWord.hintOrList(for: familyText, among: CounterFamily.allCases.map(\.rawValue))
                    ?? "families: \(CounterFamily.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard family.isMIB == (word.text[mark] == ".") else {
            let right = familyText + (family.isMIB ? "." : ":") + word.text[word.text.index(after: mark)...]
            throw ExpectationError(
                message: "\"\(word.text.shortened)\" is not a counter", offset: word.offset,
                hint: "write \(right)")
        }
        guard family.place == place else { throw misplaced(subject, place, word, family) }
        let nameOffset = word.offset + familyText.unicodeScalars.count + 1
        let isPair = family.shape == .selectorAndName
        let text = isPair && words.count > 1 ? "\(word.text) \(words[1].text)" : word.text
        if isPair, !(words.count > 1 && words[1].text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" })
        {
            throw ExpectationError(
                message: "which figure of \(word.text.shortened)?",
                offset: words.count > 1 ? words[1].offset : end, hint: "write \(Self.form(of: family))")
        }
        guard let id = CounterID(text) else {
            throw ExpectationError(
                message: "\"\(text.shortened)\" is not a counter", offset: word.offset,
                hint: "write \(Self.form(of: family))")
        }
        let fieldOffset = isPair ? words[1].offset : nameOffset
        try checkSelector(id, subject.text, at: nameOffset)
        try checkName(id, at: fieldOffset, complaints, tree)
        return (id, isPair ? 2 : 1)
    }

    // MARK: Names

    private func checkName(
        _ id: CounterID, at offset: Int, _ complaints: Complaints, _ tree: YAMLTree
    ) throws(ExpectationError) {
        if id.family == .drop {
            if !KnownDropReasons.names.contains(id.name) {
                complaints.warning(
                    "no drop reason \"\(id.name.shortened)\" is known", at: tree.position(at: offset),
                    hint: NearestWord.hint(for: id.name, among: KnownDropReasons.names))
            }
            return
        }
        guard let known = KnownCounters.names(of: id.family) ?? Self.names[id.family],
            !known.contains(id.name)
        else { return }
        // /proc/net/snmp6 and IcmpMsg have one counter for each type that was ever seen.
        if id.family == .icmp6, ["InType", "OutType"].contains(where: { isNumbered(id.name, $0) }) { return }
        throw ExpectationError(
            message: "\(id.family.rawValue) has no counter \"\(id.name.shortened)\"", offset: offset,
            hint: NearestWord.hintOrList(for: id.name, among: known))
    }

    private func isNumbered(_ name: String, _ prefix: String) -> Bool {
        name.hasPrefix(prefix) && UInt8(name.dropFirst(prefix.count)) != nil
    }

    private func checkSelector(
        _ id: CounterID, _ subject: String, at offset: Int
    ) throws(ExpectationError) {
        let known: Set<String>
        let what: String
        switch id.family {
        case .listen, .socketMemory:
            guard let port = Int(id.selector), (1...65535).contains(port) else {
                throw ExpectationError(
                    message: "\"\(id.selector.shortened)\" is not a port", offset: offset,
                    hint: "write \(Self.form(of: id.family))")
            }
            return
        case .mtu, .tcpMetrics:
            guard IPAddress(id.selector) != nil else {
                throw ExpectationError(
                    message: "\"\(id.selector.shortened)\" is not an address", offset: offset,
                    hint: "write \(Self.form(of: id.family))")
            }
            return
        case .icmpMsg:
            guard ["InType", "OutType"].contains(where: { isNumbered(id.name, $0) }) else {
                throw ExpectationError(
                    message: "IcmpMsg has no counter \"\(id.name.shortened)\"", offset: offset,
                    hint: "write IcmpMsg.InType3")
            }
            return
        case .log: (known, what) = (Set(KernelLogKind.allCases.map(\.rawValue)), "kind of kernel log line")
        case .packet: (known, what) = (PacketField.kinds, "kind of packets")
        case .sockets: (known, what) = (Self.states, "state of a TCP socket")
        case .neighbour: (known, what) = (Self.neighbourStates, "state of a neighbour")
        case .rule: (known, what) = (scope.rules[subject] ?? [], "rule of \(subject)")
        case .impair:
            (known, what) = (
                (scope.links[subject] ?? []).union(Self.bookkeeping),
                "impairment of \(subject)"
            )
        default:
            return
        }
        guard known.contains(id.selector) else {
            throw ExpectationError(
                message: "there is no \(what) \"\(id.selector.shortened)\"", offset: offset,
                hint: NearestWord.hintOrList(for: id.selector, among: known))
        }
    }

    // MARK: Places

    private func unknown(_ subject: ExpectationToken) -> ExpectationError {
        let text = subject.text
        if let mark = text.firstIndex(where: { $0 == "." || $0 == ":" }),
            CounterFamily(rawValue: String(text[..<mark])) != nil
        {
            let node = scope.nodes.keys.sorted().last ?? "server"
            return ExpectationError(
                message: "\(text.shortened) of which node?", offset: subject.offset,
                hint: "write \(node) \(text.shortened)")
        }
        let flow = text.split(separator: ".").first.map(String.init) ?? text
        if text.contains("."), let near = NearestWord.hint(for: flow, among: scope.flows.keys) {
            return ExpectationError(
                message: "there is no flow \"\(flow.shortened)\"", offset: subject.offset, hint: near)
        }
        return ExpectationError(
            message: "there is no node, interface, link or flow \"\(text.shortened)\"",
            offset: subject.offset,
            hint: NearestWord.hintOrList(for: text, among: scope.subjects + scope.flows.keys))
    }

    private func misplaced(
        _ subject: ExpectationToken, _ place: CounterFamily.Place, _ word: ExpectationToken,
        _ family: CounterFamily
    ) -> ExpectationError {
        var hint: String?
        switch family.place {
        case .interface:
            let node = subject.text.split(separator: "/").first.map(String.init) ?? ""
            hint = scope.nodes[node]?.first.map { "write \(node)/\($0) \(word.text)" }
        case .node:
            if let node = InterfaceID(subject.text)?.node { hint = "write \(node) \(word.text)" }
        case .link:
            hint = scope.links.keys.sorted().first.map { "write \($0) \(word.text)" }
        }
        return ExpectationError(
            message:
                "\(word.text.shortened) is read at \(Self.words(family.place)), and \(subject.text) is \(Self.words(place))",
            offset: subject.offset, hint: hint)
    }

    private static func words(_ place: CounterFamily.Place) -> String {
        switch place {
        case .node: "a node"
        case .interface: "an interface"
        case .link: "a link"
        }
    }

    private static func example(_ place: CounterFamily.Place) -> String {
        switch place {
        case .node: "TcpExt.ListenOverflows"
        case .interface: "link:rx_dropped"
        case .link: "impair:dropped"
        }
    }

    private static func form(of family: CounterFamily) -> String {
        switch family {
        case .listen: return "listen:80 recv_q"
        case .socketMemory: return "skmem:5000 drops"
        case .tcpMetrics: return "metrics:10.0.0.2 rtt"
        case .mtu: return "pmtu:10.0.0.2"
        case .packet: return "packet:synack mss"
        case .trafficClass: return "class:1:10 dropped"
        case .filter: return "filter:ingress/1 packets"
        case .set: return "set:blocked elements"
        case .log: return "log:syn-flooding"
        default:
            return "\(family.rawValue)\(family.isMIB ? "." : ":")NAME"
        }
    }
}
