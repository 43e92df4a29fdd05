extension Change {
    /// The change in words, as a report tells it: `server/eth0: mtu 100`.
    public var text: String {
        switch self {
        case .addNode(let node): "\(node): a network namespace of its own"
        case .addLink(let link, _): "\(link.name): " + link.ends.map(\.description).joined(separator: " — ")
        case .setSysctl(let node, let setting): "\(node): \(setting.name) = \(setting.value)"
        case .resetSysctl(let node, let name): "\(node): \(name) back to its default"
        case .setHostSysctl(let setting): "host: \(setting.name) = \(setting.value)"
        case .resetHostSysctl(let name): "host: \(name) back to what it was"
        case .setMTU(let id, let mtu): "\(id): mtu \(mtu)"
        case .setMAC(let id, let mac): "\(id): address \(mac)"
        case .resetMAC(let id): "\(id): address as it was made with"
        case .setTxQueueLength(let id, let length): "\(id): txqueuelen \(length)"
        case .setOffloads(let id, let features): "\(id): offloads \(Self.featureText(features))"
        case .resetOffloads(let id, let names):
            "\(id): offloads \(names.joined(separator: " ")) back to their defaults"
        case .setQdisc(let id, let qdisc):
            "\(id): qdisc \(qdisc.map(EquivalentCommand.qdiscArguments) ?? "default")"
        case .setRPS(let id, let cpus): "\(id): rps_cpus \(String(cpus, radix: 16))"
        case .setUp(let id, let isUp): "\(id): \(isUp ? "up" : "down")"
        case .setCarrier(let id, _, let has): "\(id): \(has ? "carrier" : "no carrier")"
        case .addAddress(let id, let prefix): "\(id): address \(prefix)"
        case .removeAddress(let id, let prefix): "\(id): no address \(prefix)"
        case .addRoute(let node, let route): "\(node): route \(EquivalentCommand.routeArguments(route))"
        case .removeRoute(let node, let route): "\(node): no route \(route.destinationText)"
        case .addNeighbour(let node, let neighbour):
            "\(node): neighbour \(neighbour.address) is \(neighbour.mac)"
        case .removeNeighbour(let node, let neighbour): "\(node): no entry for neighbour \(neighbour.address)"
        case .setFirewall(let node, let old, let new): "\(node): \(Self.firewallText(old, new))"
        case .setImpairments(_, let link):
            link.impairments.isEmpty
                ? "\(link.name): no impairment"
                : "\(link.name): " + link.impairments.map(\.text).joined(separator: "; ")
        case .setNames(let node, let hosts, let resolver):
            "\(node): names from \(hosts.count) hosts" + (resolver == nil ? "" : " and a resolver of its own")
        }
    }

    /// The change as a record keeps it.
    public var record: ChangeRecord { ChangeRecord(text: text, commands: EquivalentCommand.lines(for: self)) }

    private static func featureText(_ features: [String: Bool]) -> String {
        features.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value ? "on" : "off")" }.joined(
            separator: " ")
    }

    private static func firewallText(_ old: Firewall, _ new: Firewall) -> String {
        let oldRules =
            old.rules.map { ("rule", $0.name, "\($0.hook.rawValue) \($0.match) \($0.action)") }
            + old.iptables.map { ($0.program, $0.name, $0.arguments.joined(separator: " ")) }
        let newRules =
            new.rules.map { ("rule", $0.name, "\($0.hook.rawValue) \($0.match) \($0.action)") }
            + new.iptables.map { ($0.program, $0.name, $0.arguments.joined(separator: " ")) }
        var parts: [String] = []
        for (kind, name, text) in newRules where !oldRules.contains(where: { $0 == (kind, name, text) }) {
            parts.append("\(kind) \(name): \(text)")
        }
        for (kind, name, _) in oldRules where !newRules.contains(where: { $0.0 == kind && $0.1 == name }) {
            parts.append("no \(kind) \(name)")
        }
        if old.nft != new.nft { parts.append(new.nft == nil ? "no nft text" : "nft text") }
        return parts.isEmpty ? "firewall" : parts.joined(separator: "; ")
    }
}

extension Route {
    /// `default`, or the destination with its length.
    public var destinationText: String { destination.length == 0 ? "default" : destination.description }
}

extension NamedImpairment {
    /// `lossy: loss 30% of tcp data from client/eth0`.
    public var text: String {
        let what = impairment.text
        let which = match.terms.isEmpty ? "" : " of \(match)"
        return "\(name): \(what)\(which)" + (from.map { " from \($0)" } ?? "")
    }
}

extension Impairment {
    /// The impairment in netem's words where it has them.
    public var text: String {
        switch self {
        case .loss(.random(let share, let correlation)): "loss \(share)\(Self.correlated(correlation))"
        case .loss(.gilbertElliott(let p, let r, let bad, let good)):
            "loss gemodel p \(p) r \(r), \(bad) lost when bad, \(good) when good"
        case .loss(.markov(let p13, let p31, let p32, let p23, let p14)):
            "loss state \(p13) \(p31) \(p32) \(p23) \(p14)"
        case .delay(let model):
            "delay \(model.delay.text)"
                + (model.jitter == .zero ? "" : " ± \(model.jitter.text) \(model.distribution)")
                + (model.keepsOrder ? ", in order" : "")
        case .reorder(let share, let correlation, let gap):
            "reorder \(share)\(Self.correlated(correlation))" + (gap.map { " gap \($0)" } ?? "")
        case .duplicate(let share, let correlation): "duplicate \(share)\(Self.correlated(correlation))"
        case .corrupt(let share, let correlation): "corrupt \(share)\(Self.correlated(correlation))"
        case .rate(let rate, let limit): "rate \(rate), queue of \(limit) packets"
        case .limit(let packets): "limit \(packets) packets"
        case .slot(let slot): "slots of \(slot.minimum.text) to \(slot.maximum.text)"
        case .pattern(let pattern): "\(pattern.action.text) \(pattern.selection.text)"
        case .emulate(let emulation): "emulate \(emulation.rawValue)"
        }
    }

    private static func correlated(_ correlation: Probability) -> String {
        correlation.fraction == 0 ? "" : " correlation \(correlation)"
    }
}

extension PacketPattern.Action {
    var text: String {
        switch self {
        case .drop: "drop"
        case .delay(let time): "delay by \(time.text)"
        case .duplicate: "duplicate"
        case .corrupt: "corrupt"
        case .holdUntil(let packets): "hold until \(packets) more have passed:"
        }
    }
}

extension PacketPattern.Selection {
    var text: String {
        switch self {
        case .all: "every packet"
        case .first(let count): "the first \(count)"
        case .every(let n): "every \(n)th"
        case .numbers(let numbers): "number " + numbers.map(String.init).joined(separator: ", ")
        }
    }
}
