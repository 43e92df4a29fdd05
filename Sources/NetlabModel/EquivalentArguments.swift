/// What stands behind a command's own words: settings of a qdisc, a route, netem.
extension EquivalentCommand {
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
        // `default` alone stands for that of IPv4.
        let isIPv6Default = route.destination.length == 0 && route.destination.address.isIPv6
        words.append(isIPv6Default ? "::/0" : route.destinationText)
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
}

extension Duration {
    /// tc's spelling: no space.
    var tcText: String { text.filter { $0 != " " } }
}
