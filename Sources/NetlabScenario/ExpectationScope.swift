import NetlabModel

/// What an expectation of one phase can be about.
struct ExpectationScope {
    /// Node → its interfaces.
    var nodes: [String: [String]] = [:]
    /// Link → names of its impairments, in any phase.
    var links: [String: Set<String>] = [:]
    /// Node → names of its firewall rules, in any phase.
    var rules: [String: Set<String>] = [:]
    var flows: [String: FlowKind] = [:]
    /// The flows that run in each phase up to this one; the last is this phase itself.
    var phases: [(name: String, running: Set<String>)] = []

    var subjects: [String] {
        nodes.flatMap { node, interfaces in [node] + interfaces.map { "\(node)/\($0)" } } + links.keys
    }

    func place(of subject: String) -> CounterFamily.Place? {
        if links[subject] != nil { return .link }
        if nodes[subject] != nil { return .node }
        if let id = InterfaceID(subject), nodes[id.node]?.contains(id.interface) == true { return .interface }
        return nil
    }
}

/// The figures that a flow of each kind yields.
enum FlowMetrics {
    /// What a figure is measured in.
    enum Dimension {
        case count, time, bytes
    }

    private static let percentiles = ["min", "p50", "p90", "p99", "p999", "max"]

    static func names(of kind: FlowKind) -> Set<String> {
        let ends = [
            "attempted", "connected", "succeeded", "failed", "timed_out", "refused", "reset", "unreachable",
            "duration",
        ]
        let bytes = ["bytes_sent", "bytes_received"]
        let connect = percentiles.map { "connect.\($0)" }
        let latency = percentiles.map { "latency.\($0)" }
        let delay = percentiles.map { "delay.\($0)" }
        switch kind {
        case .tcpRequest: return Set(ends + bytes + connect + latency)
        case .tcpConnect: return Set(ends + connect)
        case .tcpStream: return Set(ends + bytes + connect)
        case .udpStream:
            return Set(
                [
                    "sent", "received", "lost", "duplicated", "reordered", "corrupted", "failed", "jitter",
                    "duration",
                ]
                    + bytes + delay)
        case .udpRequest:
            return Set(
                [
                    "attempted", "sent", "answered", "received", "succeeded", "failed", "timed_out",
                    "refused",
                    "unreachable", "duration", "duplicated", "corrupted",
                ] + bytes + latency)
        case .ping:
            return Set(
                [
                    "attempted", "sent", "received", "answered", "succeeded", "failed", "lost", "timed_out",
                    "duplicated", "unreachable", "duration", "hops",
                ] + latency)
        case .forge: return ["sent", "failed", "bytes_sent", "duration"]
        case .exec:
            return Set(["exit_code", "signal", "duration", "timed_out", "succeeded", "failed"] + bytes)
        }
    }

    /// Whether a figure can be asked for: by its name, any errno, any field of tcp_info.
    static func yields(_ kind: FlowKind, _ metric: String) -> Bool {
        if metric.hasPrefix("errno.E"), metric.dropFirst(7).allSatisfy({ $0.isUppercase || $0.isNumber }) {
            return true
        }
        if metric.hasPrefix("tcpi."), metric.count > 5 {
            switch kind {
            case .tcpRequest, .tcpConnect, .tcpStream: return true
            case .udpStream, .udpRequest, .ping, .forge, .exec: return false
            }
        }
        return names(of: kind).contains(metric)
    }

    static func dimension(of metric: String) -> Dimension {
        if metric == "duration" || metric == "jitter" { return .time }
        if metric.hasPrefix("bytes_") { return .bytes }
        return ["connect.", "latency.", "delay."].contains { metric.hasPrefix($0) } ? .time : .count
    }
}
