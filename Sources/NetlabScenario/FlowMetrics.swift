import NetlabModel

/// The figures that a flow of each kind yields.
enum FlowMetrics {
    /// What a figure is measured in.
    enum Dimension {
        case count, time, bytes
    }

    private static let percentiles = ["min", "p50", "p90", "p99", "p999", "max"]

    static func names(of kind: FlowKind) -> Set<String> {
        let ends = [
            "attempted", "connected", "failed", "timed_out", "refused", "reset", "unreachable", "duration",
            "peer_closed", "peer_reset", "server.accepted", "server.bytes_received", "server.peer_closed",
        ]
        let bytes = ["bytes_sent", "bytes_received"]
        switch kind {
        case .tcpRequest:
            return Set(
                ends + bytes + distributions("connect", "latency") + [
                    "succeeded", "answered", "corrupted", "server.requests", "server.bytes_sent",
                    "server.corrupted",
                ])
        case .tcpConnect: return Set(ends + distributions("connect") + ["succeeded", "bytes_received"])
        case .tcpStream:
            return Set(ends + bytes + distributions("connect", "latency") + ["succeeded", "corrupted"])
        case .udpStream:
            return Set(
                bytes + distributions("delay") + [
                    "attempted", "sent", "received", "lost", "unread", "duplicated", "reordered",
                    "reorder_extent", "corrupted", "failed", "jitter", "duration", "send_duration",
                ])
        case .udpRequest:
            return Set(
                bytes + distributions("latency") + [
                    "attempted", "sent", "answered", "received", "succeeded", "failed", "timed_out",
                    "refused",
                    "unreachable", "duration", "duplicated", "corrupted", "server.requests",
                    "server.bytes_received", "server.bytes_sent",
                ])
        case .ping:
            return Set(
                distributions("latency") + [
                    "attempted", "sent", "received", "answered", "succeeded", "failed", "lost", "timed_out",
                    "duplicated", "corrupted", "unreachable", "duration", "hops",
                ])
        case .forge: return ["attempted", "sent", "failed", "bytes_sent", "duration"]
        case .exec:
            return Set(bytes + ["exit_code", "signal", "duration", "timed_out", "succeeded", "failed"])
        }
    }

    private static func distributions(_ names: String...) -> [String] {
        names.flatMap { name in percentiles.map { "\(name).\($0)" } }
    }

    /// Whether a figure can be asked for: by its name, any errno, any field of tcp_info.
    static func yields(_ kind: FlowKind, _ metric: String) -> Bool {
        for prefix in ["errno.E", "server.errno.E"] where metric.hasPrefix(prefix) {
            let rest = metric.dropFirst(prefix.count)
            return !rest.isEmpty && rest.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
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
        let name = metric.hasPrefix("server.") ? String(metric.dropFirst(7)) : metric
        if ["duration", "send_duration", "jitter"].contains(name) { return .time }
        if name.hasPrefix("bytes_") { return .bytes }
        return ["connect.", "latency.", "delay."].contains { name.hasPrefix($0) } ? .time : .count
    }
}
