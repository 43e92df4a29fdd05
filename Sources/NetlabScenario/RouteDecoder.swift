import NetlabModel

/// Reads a route, as a mapping or in the words of ip-route(8).
struct RouteDecoder {
    let complaints: Complaints
    let interfaces: [String]

    func route(_ tree: YAMLTree) -> Route? {
        if tree.text != nil { return short(tree) }
        guard let reader = NodeReader(tree, "a route", complaints, hint: "write default via 10.0.0.254")
        else {
            return nil
        }
        let destination = reader.required("to", hint: "write to: default, or to: 10.1.0.0/24")
        let via = reader.address("via")
        guard let destination, let prefix = prefix(destination, isIPv6: via?.isIPv6 ?? false) else {
            return nil
        }
        var route = Route(destination: prefix)
        route.gateway = via
        route.device = reader.value("dev").flatMap { device($0) }
        route.source = reader.address("src")
        route.metric = reader.integer("metric", in: 0...Int(UInt32.max))
        if let tree = reader.value("mtu") {
            let locked = tree.text.flatMap { $0.hasPrefix("lock ") ? String($0.dropFirst(5)) : nil }
            if let locked, let mtu = Int(locked), (68...65535).contains(mtu) {
                route.mtu = mtu
                route.isMTULocked = true
            } else {
                route.mtu = complaints.integer(tree, "mtu", in: 68...65535)
            }
        }
        route.advertisedMSS = reader.integer("advmss", in: 1...65495)
        route.initialCongestionWindow = reader.integer("initcwnd", in: 1...65535)
        route.initialReceiveWindow = reader.integer("initrwnd", in: 1...65535)
        route.quickACK = reader.boolean("quickack") ?? false
        route.isOnLink = reader.boolean("onlink") ?? false
        let kinds = Dictionary(uniqueKeysWithValues: Route.Kind.allCases.map { ($0.rawValue, $0) })
        route.kind = reader.word("type", kinds) ?? .unicast
        reader.finish(synonyms: ["gateway": "via", "device": "dev", "destination": "to", "source": "src"])
        return checked(route, tree)
    }

    /// `default via 10.0.0.254 dev eth0 metric 10`, `blackhole 10.9.0.0/16`.
    private func short(_ tree: YAMLTree) -> Route? {
        let text = tree.text ?? ""
        var words = WordScanner(text)
        var kind = Route.Kind.unicast
        guard var word = words.next() else {
            complaints.error("an empty route", at: tree.position)
            return nil
        }
        if let named = Route.Kind(rawValue: word.text) {
            kind = named
            guard let next = words.next() else {
                complaints.error("a route wants its destination", at: tree.position)
                return nil
            }
            word = next
        }
        let via = words.words.firstIndex { $0.text == "via" }.map { words.words.dropFirst($0 + 1).first }
        let isIPv6 = via??.text.contains(":") ?? false
        guard let destination = prefix(scalar(word, tree), isIPv6: isIPv6) else { return nil }
        var route = Route(destination: destination)
        route.kind = kind
        while let key = words.next() {
            if key.text == "onlink" {
                route.isOnLink = true
                continue
            }
            let known = ["via", "dev", "src", "metric", "mtu", "advmss", "initcwnd", "initrwnd", "quickack"]
            guard known.contains(key.text) else {
                complaints.error(
                    "\"\(key.text.shortened)\" is not a word of a route", at: tree.position(at: key.offset),
                    hint: NearestWord.hintOrList(for: key.text, among: known + ["onlink"]))
                return nil
            }
            guard var value = words.next() else {
                complaints.error(
                    "\(key.text) wants a value", at: tree.position(at: text.unicodeScalars.count))
                return nil
            }
            if key.text == "mtu", value.text == "lock", let next = words.next() {
                route.isMTULocked = true
                value = next
            }
            guard read(key.text, scalar(value, tree), into: &route) else { return nil }
        }
        return checked(route, tree)
    }

    private func read(_ key: String, _ value: YAMLTree, into route: inout Route) -> Bool {
        switch key {
        case "via": route.gateway = complaints.address(value, key)
        case "src": route.source = complaints.address(value, key)
        case "dev": route.device = device(value)
        case "metric": route.metric = complaints.integer(value, key, in: 0...Int(UInt32.max))
        case "mtu": route.mtu = complaints.integer(value, key, in: 68...65535)
        case "advmss": route.advertisedMSS = complaints.integer(value, key, in: 1...65495)
        case "initcwnd": route.initialCongestionWindow = complaints.integer(value, key, in: 1...65535)
        case "initrwnd": route.initialReceiveWindow = complaints.integer(value, key, in: 1...65535)
        default:
            guard let number = complaints.integer(value, key, in: 0...1) else { return false }
            route.quickACK = number == 1
        }
        return true
    }

    private func scalar(_ word: WordScanner.Word, _ tree: YAMLTree) -> YAMLTree {
        YAMLTree(
            position: tree.position(at: word.offset),
            content: .scalar(.init(text: word.text, isPlain: false, origin: .unknown)))
    }

    private func prefix(_ tree: YAMLTree, isIPv6: Bool) -> IPPrefix? {
        guard let text = complaints.text(tree, "to") else { return nil }
        if text == "default" {
            return IPPrefix(
                address: IPAddress(bytes: [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)), length: 0)
        }
        guard let prefix = IPPrefix(text) else {
            complaints.error(
                "\"\(text.shortened)\" is not a destination", at: tree.position,
                hint: "write default, or 10.1.0.0/24, or fd00:1::/64")
            return nil
        }
        guard prefix.network == prefix else {
            complaints.error(
                "\(prefix) has bits behind its prefix length", at: tree.position,
                hint: "write \(prefix.network)")
            return nil
        }
        return prefix
    }

    private func device(_ tree: YAMLTree) -> String? {
        guard let name = complaints.text(tree, "dev") else { return nil }
        let known = interfaces + ["lo"]
        guard known.contains(name) else {
            complaints.error(
                "the node has no interface \"\(name.shortened)\"", at: tree.position,
                hint: NearestWord.hintOrList(for: name, among: known))
            return nil
        }
        return name
    }

    private func checked(_ route: Route, _ tree: YAMLTree) -> Route? {
        if let gateway = route.gateway, gateway.isIPv6 != route.destination.address.isIPv6 {
            complaints.error(
                "the route to \(route.destination) and its next hop \(gateway) are of different families",
                at: tree.position)
            return nil
        }
        if route.kind != .unicast, let gateway = route.gateway {
            complaints.error("a \(route.kind.rawValue) route has no next hop \(gateway)", at: tree.position)
            return nil
        }
        return route
    }
}
