import NetlabExplain
import NetlabModel

/// Reads counters and gauges out of the snapshots of one phase.
struct CounterReader {
    let phase: PhaseRecord
    /// Whether this phase's change was withheld on purpose: then the rules and impairments it would have
    /// brought are absent, and matched nothing.
    let isWithheld: Bool

    /// What a counter rose by, from before the traffic to after it.
    func delta(of id: CounterID, at subject: String) throws(Unjudgeable) -> Evidence {
        try refuseUnreadable(id, at: subject, in: [phase.before, phase.after])
        let before = phase.before.value(id, at: subject)
        guard let after = phase.after.value(id, at: subject) else {
            if before != nil {
                throw .inconclusive("\(subject) \(id) was there before the traffic and is gone after it")
            }
            guard isZeroWhenAbsent(id), isWithheld || phase.after.readings[subject] != nil else {
                throw absent(id, at: subject, in: phase.after)
            }
            return evidence(id, subject, 0, 0, 0)
        }
        if before == nil, !id.beginsAtZero {
            throw .inconclusive("\(subject) \(id) was not read before the traffic")
        }
        let change = after - (before ?? 0)
        if change < 0 {
            throw .inconclusive(
                "\(subject) \(id) fell from \(before ?? 0) to \(after): it was made anew during the phase")
        }
        return evidence(id, subject, before ?? 0, after, change)
    }

    /// What a gauge showed while the sockets were still open.
    func gauge(_ id: CounterID, at subject: String) throws(Unjudgeable) -> Evidence {
        try refuseUnreadable(id, at: subject, in: [phase.held])
        let before = phase.before.value(id, at: subject)
        guard let held = phase.held.value(id, at: subject) else {
            guard isCountOfRows(id), phase.held.readings[subject] != nil else {
                throw absent(id, at: subject, in: phase.held)
            }
            return evidence(id, subject, before, 0, 0)
        }
        return evidence(id, subject, before, held, held)
    }

    private func evidence(
        _ id: CounterID, _ subject: String, _ before: Int64?, _ after: Int64, _ value: Int64
    ) -> Evidence {
        Evidence(quantity: "\(subject) \(id)", before: before, after: after, value: value)
    }

    private func refuseUnreadable(
        _ id: CounterID, at subject: String, in snapshots: [Snapshot]
    ) throws(Unjudgeable) {
        let keys = [id.description, id.family.rawValue]
        for snapshot in snapshots {
            // Rules have two sources: what iptables tells stands where the kernel has no nftables.
            let wasRead = id.family == .rule && snapshot.value(id, at: subject) != nil
            for key in wasRead ? [id.description] : keys {
                if let reason = snapshot.unsupported[key] { throw .unsupported("\(id): \(reason)") }
            }
        }
        for snapshot in snapshots {
            for key in keys {
                if let error = snapshot.errors[key] { throw .inconclusive("reading \(id) failed: \(error)") }
            }
        }
    }

    private func absent(_ id: CounterID, at subject: String, in snapshot: Snapshot) -> Unjudgeable {
        guard let readings = snapshot.readings[subject] else {
            return .inconclusive("nothing was read at \(subject)")
        }
        switch id.family {
        case .rule: return .inconclusive("\(subject) has no rule named \(id.selector)")
        case .impair: return .inconclusive("link \(subject) has no impairment named \(id.selector)")
        case .listen: return .inconclusive("nobody listens on port \(id.selector) of \(subject)")
        case .socketMemory: return .inconclusive("no UDP socket of \(subject) has port \(id.selector)")
        case .mtu: return .inconclusive("\(subject) holds no path MTU for \(id.selector)")
        case .tcpMetrics: return .inconclusive("\(subject) holds no TCP metrics for \(id.selector)")
        case .trafficClass: return .inconclusive("\(subject) has no class \(id.selector)")
        case .filter: return .inconclusive("\(subject) has no filter at \(id.selector)")
        case .set: return .inconclusive("\(subject) has no set named \(id.selector)")
        case .packet: return .inconclusive("no \(id.selector) packet was seen at \(subject)")
        default:
            break
        }
        // A family of which other rows were read has no such row here; one without any was not read at all.
        let prefix = id.family.rawValue + (id.family.isMIB ? "." : ":")
        let wasRead = readings.keys.contains { $0.hasPrefix(prefix) }
        if wasRead || id.family.isMIB { return .unsupported(Self.lacks(id)) }
        return .inconclusive("no \(id.family.rawValue) counters were read at \(subject)")
    }

    /// That the kernel lacks a counter, and which versions have it.
    private static func lacks(_ id: CounterID) -> String {
        let text = "this kernel has no counter \(id)"
        guard let since = Explanations.explanation(for: id)?.since else { return text }
        // `4.6`, `by 5.10`, `after 6.1, by 6.12`.
        return text + "; Linux got it " + (since.first?.isNumber == true ? "in \(since)" : since)
    }

    /// Families whose rows come into being when something happens for the first time, and rules and impairments
    /// that nobody brought: an absent row is a zero.
    private func isZeroWhenAbsent(_ id: CounterID) -> Bool {
        switch id.family {
        case .rule, .impair: isWithheld
        default: id.beginsAtZero
        }
    }

    /// Gauges that say how many rows of a table are of a kind: none is a zero.
    private func isCountOfRows(_ id: CounterID) -> Bool {
        id.family == .sockets || id.family == .neighbour
    }
}

extension CounterID {
    /// Whether a row of this family may come into being during a phase, and then began at zero.
    var beginsAtZero: Bool {
        switch family {
        case .drop, .icmpMsg, .log, .rule, .impair: true
        default:
            false
        }
    }
}
