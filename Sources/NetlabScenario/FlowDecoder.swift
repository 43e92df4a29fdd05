import NetlabModel

/// Reads one flow in the state of one phase.
struct FlowDecoder {
    let complaints: Complaints
    let state: LabState
    let flowNames: [String]

    func flow(_ entry: YAMLTree.Entry) -> Flow? {
        guard
            let reader = NodeReader(
                entry.value, "a flow", complaints,
                hint: "write \(entry.key): { kind: tcp-request, from: client, to: \"server:80\" }")
        else { return nil }
        guard let kindTree = reader.required("kind"), let word = complaints.text(kindTree, "kind") else {
            return nil
        }
        guard FlowKind.words.contains(word) else {
            complaints.error(
                "\"\(word.shortened)\" is not a kind of traffic", at: kindTree.position,
                hint: NearestWord.hintOrList(for: word, among: FlowKind.words))
            return nil
        }
        reader.what = "a \(word) flow"
        let from = reader.required("from", hint: "the node of the client").flatMap(node)
        let kind = FlowKindDecoder(complaints: complaints, flowNames: flowNames).kind(word, reader)
        let server = reader.value("server")
        let target = target(word, reader, from: from, server: server)
        let timeout = reader.duration("timeout")
        let start = reader.duration("start")
        let samples = word.hasPrefix("tcp-") ? reader.duration("samples") : nil
        if let samples, samples < .milliseconds(1) {
            complaints.error(
                "samples is \(samples.text), and 1 ms is the least", at: reader.keyPosition("samples"))
        }
        var after: String?
        if let tree = reader.value("after") {
            after = complaints.name(tree, "flow", among: flowNames)
            if after == entry.key {
                complaints.error("\(entry.key) cannot start after itself", at: tree.position)
            }
        }
        let behaviour = BehaviourDecoder(complaints: complaints)
        var client = SocketBehaviour()
        let clientTree = reader.value("client")
        if let tree = clientTree, let keys = NodeReader(tree, "client", complaints) {
            client = behaviour.socket(keys)
            refuse(UnusedKeys.client(of: word), in: tree, of: word)
            keys.finish(synonyms: BehaviourDecoder.synonyms)
        }
        let serving = server.map(behaviour.server)
        if let server { refuse(UnusedKeys.server(of: word), in: server, of: word) }
        if timeout == .zero {
            complaints.error(
                "timeout is zero: no attempt could succeed", at: reader.keyPosition("timeout"))
        }
        reader.finish(synonyms: FlowKindDecoder.synonyms)
        // Everything has been read by now: what is wrong elsewhere has been told.
        guard let from, let kind, let target else { return nil }
        var flow = Flow(name: entry.key, from: from, to: target, kind: kind)
        flow.timeout = timeout ?? flow.timeout
        flow.start = start ?? flow.start
        flow.samples = samples
        flow.after = after
        flow.client = client
        flow.server = serving ?? flow.server
        checkDeath(flow, client: clientTree, server: server)
        return flow
    }

    /// Only TCP and the answering end of udp-request notice that a process has gone.
    private func checkDeath(_ flow: Flow, client: YAMLTree?, server: YAMLTree?) {
        let ends = [(flow.client.dies, client, "client"), (flow.server.socket.dies, server, "server")]
        for case (.some, let tree, let end) in ends {
            switch (flow.kind, end) {
            case (.tcpRequest, _), (.tcpConnect, _), (.tcpStream, _), (.udpRequest, "server"): continue
            default:
                complaints.error(
                    "the \(end) of a \(flow.kind.word) flow cannot die",
                    at: tree?["dies"]?.position ?? SourcePosition(line: 1, column: 1),
                    hint: "dies is for both ends of TCP, and for the server of udp-request")
            }
        }
    }

    /// What a kind has no use for would be ignored otherwise.
    private func refuse(_ keys: Set<String>, in tree: YAMLTree, of word: String) {
        for entry in tree.entries ?? [] where keys.contains(entry.key) {
            complaints.error("a \(word) flow has no use for \(entry.key)", at: entry.keyPosition)
        }
    }

    private func node(_ tree: YAMLTree) -> String? {
        complaints.name(tree, "node", among: state.nodes.map(\.name))
    }

    // MARK: The far end

    private func target(
        _ kind: String, _ reader: NodeReader, from: String?, server: YAMLTree?
    ) -> FlowTarget? {
        let wantsIPv6 = reader.word("family", ["ipv4": false, "ipv6": true])
        let nobody = reader.boolean("nobody") ?? false
        if kind == "exec" {
            // The program finds its own way; `to` is where it is said to go.
            guard reader.has("to") else {
                return FlowTarget(node: nil, address: IPAddress(bytes: [0, 0, 0, 0]), port: 0)
            }
        }
        let hasPort = !["ping", "traceroute", "exec"].contains(kind)
        guard
            let tree = reader.required("to", hint: hasPort ? "write to: \"server:80\"" : "write to: server"),
            let text = complaints.text(tree, "to")
        else { return nil }
        guard let (host, port) = split(text, hasPort: hasPort, kind: kind, tree) else { return nil }
        let serverNode = self.serverNode(server)
        let isAbsent = server?.text == "none"
        // A node's own hosts file comes first, as it does for its programs.
        if let address = IPAddress(host) ?? from.flatMap({ state.node($0)?.hosts[host] }) {
            let owner = state.nodes.first { $0.owns(address) }?.name
            if owner == nil, !nobody, !liesInLab(address) {
                complaints.error(
                    "\(address) is an address of no node, and in no subnet of the lab", at: tree.position,
                    hint: "traffic stays in the lab; if nobody shall answer, write nobody: true")
                return nil
            }
            return FlowTarget(node: isAbsent ? nil : serverNode ?? owner, address: address, port: port)
        }
        guard let address = address(of: host, from: from, wantsIPv6: wantsIPv6, tree) else { return nil }
        let node = host.split(separator: "/").first.map(String.init) ?? host
        return FlowTarget(node: isAbsent ? nil : serverNode ?? node, address: address, port: port)
    }

    /// `server:80` → (`server`, 80); `[fd00::1]:80`; without a port for kinds that have none.
    private func split(_ text: String, hasPort: Bool, kind: String, _ tree: YAMLTree) -> (String, Int)? {
        var host = text
        var portText: String?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            portText = rest.hasPrefix(":") ? String(rest.dropFirst()) : rest.isEmpty ? nil : String(rest)
        } else if text.count(where: { $0 == ":" }) == 1, let mark = text.firstIndex(of: ":") {
            host = String(text[..<mark])
            portText = String(text[text.index(after: mark)...])
        }
        let needsPort = hasPort && kind != "forge"
        guard let portText else {
            if !needsPort { return (host, 0) }
            complaints.error(
                "\"\(text.shortened)\" has no port", at: tree.position,
                hint: IPAddress(text)?.isIPv6 == true ? "write \"[\(text)]:80\"" : "write \"\(host):80\"")
            return nil
        }
        guard hasPort else {
            complaints.error("\(kind) has no port", at: tree.position, hint: "write to: \(host)")
            return nil
        }
        guard let port = Int(portText), String(port) == portText, (1...65535).contains(port) else {
            complaints.error(
                "\"\(portText.shortened)\" is not a port", at: tree.position,
                hint: "a port is between 1 and 65535")
            return nil
        }
        return (host, port)
    }

    private func serverNode(_ server: YAMLTree?) -> String? {
        server?["node"].flatMap { complaints.name($0, "node", among: state.nodes.map(\.name)) }
    }

    private func liesInLab(_ address: IPAddress) -> Bool {
        state.nodes.contains { node in
            node.interfaces.contains { $0.addresses.contains { $0.contains(address) } }
        }
    }

    /// The address a node's name stands for: on a subnet shared with `from`, else the first of its family.
    private func address(
        of host: String, from: String?, wantsIPv6: Bool?, _ tree: YAMLTree
    ) -> IPAddress? {
        let parts = host.split(separator: "/", maxSplits: 1).map(String.init)
        let names = state.nodes.map(\.name)
        guard let name = parts.first, let node = state.node(name) else {
            complaints.error(
                "there is no node \"\(host.shortened)\"", at: tree.position,
                hint: NearestWord.hintOrList(for: host, among: names))
            return nil
        }
        var interfaces = node.interfaces
        if parts.count == 2 {
            interfaces = interfaces.filter { $0.name == parts[1] }
            if interfaces.isEmpty {
                complaints.error(
                    "\(name) has no interface \"\(parts[1].shortened)\"", at: tree.position,
                    hint: NearestWord.hintOrList(for: parts[1], among: node.interfaces.map(\.name)))
                return nil
            }
        }
        let candidates = interfaces.flatMap(\.addresses).filter {
            wantsIPv6 == nil || $0.address.isIPv6 == wantsIPv6
        }
        let own = from.flatMap { state.node($0) }?.interfaces.flatMap(\.addresses) ?? []
        let global = candidates.filter { !$0.address.isLinkLocal }
        // IPv4 first, so that a second family changes no scenario by its mere presence.
        let ordered = global.filter { !$0.address.isIPv6 } + global.filter { $0.address.isIPv6 }
        if let shared = ordered.first(where: { candidate in own.contains { $0.contains(candidate.address) } })
        {
            return shared.address
        }
        if let first = ordered.first { return first.address }
        let family = wantsIPv6.map { $0 ? " IPv6" : " IPv4" } ?? ""
        complaints.error("\(host) has no\(family) address to go to", at: tree.position)
        return nil
    }
}

extension Node {
    func owns(_ address: IPAddress) -> Bool {
        interfaces.contains { $0.addresses.contains { $0.address == address } }
    }
}

extension IPAddress {
    var isLinkLocal: Bool {
        isIPv6 ? bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80 : bytes[0] == 169 && bytes[1] == 254
    }
}
