import NetlabModel

/// The figures that a flow of each kind yields.
enum FlowMetrics {
    /// What a figure is measured in.
    enum Dimension {
        case count, time, bytes, rate
    }

    private static let percentiles = ["min", "p50", "p90", "p99", "p999", "max"]

    /// Counts that every flow of this kind has once it ran, whatever became of it; distributions and what the serving
    /// end saw are there if there was something to see.
    static func names(of kind: FlowKind) -> Set<String> {
        switch kind {
        case .tcpRequest: tcpRequest
        case .tcpConnect: tcpConnect
        case .tcpStream: tcpStream
        case .udpStream: udpStream
        case .udpRequest: udpRequest
        case .ping(let plan): plan.isTraceroute ? traceroute : ping
        case .forge: forge
        case .exec(let plan): plan.parsesIperf3 ? iperf3 : exec
        }
    }

    private static let ends = [
        "attempted", "connected", "failed", "timed_out", "refused", "reset", "unreachable", "duration",
        "server.accepted", "server.bytes_received", "server.bytes_sent", "server.corrupted",
        "server.requests", "server.peer_closed",
    ]
    private static let timestamps = ["timestamps.clocks", "timestamps.offset"]
    private static let bytes = ["bytes_sent", "bytes_received"]

    private static let tcpRequest = Set(
        ends + bytes + distributions("connect", "latency") + [
            "succeeded", "answered", "corrupted", "peer_closed", "peer_reset",
        ] + timestamps)
    private static let tcpConnect = Set(
        ends + distributions("connect") + ["bytes_received", "peer_closed", "peer_reset"] + timestamps)
    private static let tcpStream = Set(
        ends + bytes + distributions("connect") + ["succeeded", "corrupted", "writes", "throughput"])
    private static let udpStream = Set(
        bytes + distributions("delay", "pacing") + [
            "attempted", "sent", "received", "lost", "unread", "duplicated", "reordered",
            "reorder_extent", "corrupted", "failed", "jitter", "duration", "send_duration",
            "throughput",
        ])
    private static let udpRequest = Set(
        bytes + distributions("latency") + [
            "attempted", "sent", "answered", "succeeded", "failed", "timed_out", "refused", "reset",
            "unreachable", "duration", "corrupted", "server.requests", "server.answers",
            "server.bytes_received", "server.bytes_sent",
        ])
    private static let ping = Set(
        distributions("latency") + [
            "attempted", "sent", "received", "succeeded", "failed", "lost", "timed_out",
            "duplicated", "corrupted", "unreachable", "duration", "icmp.time_exceeded",
            "icmp.too_big", "icmp.unreachable", "icmp.other",
        ])
    private static let traceroute = ping.union(["hops"])
    private static let forge: Set = ["attempted", "sent", "packets", "failed", "bytes_sent", "duration"]
    private static let exec: Set = [
        "exit_code", "signal", "duration", "timed_out", "succeeded", "failed", "max_rss",
    ]
    private static let iperf3 = exec.union(bytes).union([
        "throughput", "sent", "received", "lost", "reordered", "jitter", "tcpi.total_retrans",
    ])

    private static func distributions(_ names: String...) -> [String] {
        names.flatMap { name in percentiles.map { "\(name).\($0)" } }
    }

    /// Whether a figure can be asked for: by its name, any errno, any field of tcp_info.
    static func yields(_ kind: FlowKind, _ metric: String) -> Bool {
        for prefix in ["errno.E", "server.errno.E"] where metric.hasPrefix(prefix) {
            let rest = metric.dropFirst(prefix.count)
            return !rest.isEmpty && rest.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
        }
        if case .tcpRequest(let plan) = kind, plan.isHTTP, metric.hasPrefix("http.") {
            return metric.count == 8 && metric.dropFirst(5).allSatisfy { $0.isASCII && $0.isNumber }
        }
        if metric.hasPrefix("tcpi."), metric.count > 5 {
            switch kind {
            case .tcpRequest, .tcpConnect, .tcpStream: return true
            case .exec, .udpStream, .udpRequest, .ping, .forge: break
            }
        }
        return names(of: kind).contains(metric)
    }

    static func dimension(of metric: String) -> Dimension {
        let name = metric.hasPrefix("server.") ? String(metric.dropFirst(7)) : metric
        if ["duration", "send_duration", "jitter"].contains(name) { return .time }
        if name == "throughput" { return .rate }
        if name.hasPrefix("bytes_") || name == "max_rss" { return .bytes }
        return ["connect.", "latency.", "delay.", "pacing."].contains { name.hasPrefix($0) } ? .time : .count
    }
}
