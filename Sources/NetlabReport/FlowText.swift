import NetlabModel

/// One line about what a flow's applications saw.
enum FlowText {
    /// `10 attempts · 10 connected · 10 timed out · latency p50 312 us, p99 1.2 ms`.
    static func outcome(_ outcome: FlowOutcome) -> String {
        if let failure = outcome.failure { return "never ran: \(failure)" }
        var parts: [String] = []
        // Failures whose kind is told need not be told twice.
        let explained = ["timed_out", "refused", "reset", "unreachable"].reduce(0) {
            $0 + (outcome.values[$1] ?? 0)
        }
        for (metric, words) in counts {
            guard let value = outcome.values[metric] else { continue }
            if metric == "failed", value <= explained { continue }
            let isAlwaysTold = ["attempted", "sent", "received", "exit_code"].contains(metric)
            // A request that succeeded was answered.
            if metric == "answered", outcome.values["succeeded"] != nil { continue }
            if value != 0 || isAlwaysTold {
                parts.append("\(value) \(value == 1 && metric == "attempted" ? "attempt" : words)")
            }
        }
        for (metric, value) in outcome.values.sorted(by: { $0.key < $1.key })
        where metric.hasPrefix("errno.") && value != 0 && !toldOtherwise.contains(metric) {
            parts.append("\(metric.dropFirst("errno.".count)) \(value)")
        }
        for name in ["connect", "latency", "delay"] {
            let quantiles = ["p50", "p99"].compactMap { quantile in
                outcome.values["\(name).\(quantile)"].map {
                    "\(quantile)\u{a0}\(time($0).replacing(" ", with: "\u{a0}"))"
                }
            }
            if let only = quantiles.first, only.dropFirst(3) == quantiles.last?.dropFirst(3) {
                parts.append("\(name)\u{a0}\(only.dropFirst(4))")
            } else if !quantiles.isEmpty {
                parts.append("\(name)\u{a0}" + quantiles.joined(separator: ", "))
            }
        }
        return parts.isEmpty ? "nothing was seen" : parts.joined(separator: " · ")
    }

    private static let toldOtherwise: Set = ["errno.ETIMEDOUT", "errno.ECONNREFUSED", "errno.ECONNRESET"]

    private static let counts: [(String, String)] = [
        ("attempted", "attempts"), ("sent", "sent"), ("received", "received"), ("answered", "answered"),
        ("connected", "connected"), ("succeeded", "succeeded"), ("failed", "failed"),
        ("timed_out", "timed out"), ("refused", "refused"), ("reset", "reset"),
        ("unreachable", "unreachable"), ("lost", "lost"), ("duplicated", "duplicated"),
        ("reordered", "out of order"), ("corrupted", "corrupted"), ("exit_code", "exit code"),
        ("signal", "signal"),
    ]

    /// Three significant digits are more than a latency on a shared machine deserves.
    static func time(_ nanoseconds: Int64) -> String {
        let value = Double(nanoseconds)
        let (scale, unit) =
            switch nanoseconds.magnitude {
            case 1_000_000_000...: (1e9, "s")
            case 1_000_000...: (1e6, "ms")
            case 1_000...: (1e3, "us")
            default: (1.0, "ns")
            }
        let scaled = value / scale
        let decimals = scaled.magnitude >= 100 ? 0 : scaled.magnitude >= 10 ? 1 : 2
        return "\(DecimalText.short(scaled, decimals: decimals)) \(unit)"
    }

    /// What a flow does, for a plan or a picture: `tcp-request client → server:80, 10 × 200 B, answers of 4 KiB`.
    static func plan(_ flow: Flow) -> String {
        let target =
            (flow.to.node ?? flow.to.address.description) + (flow.to.port > 0 ? ":\(flow.to.port)" : "")
        let path: String
        if case .exec(let program) = flow.kind {
            return "exec in \(flow.from): \(program.command.joined(separator: " "))"
        }
        path = "\(flow.kind.word) \(flow.from) → \(target)"
        return path + ", " + load(flow.kind)
    }

    private static func load(_ kind: FlowKind) -> String {
        switch kind {
        case .tcpRequest(let flow), .udpRequest(let flow):
            "\(flow.count) × \(flow.request), answers of \(flow.response)\(at(flow.rate, flow.concurrency))"
        case .tcpConnect(let flow): "\(flow.count) connections\(at(flow.rate, flow.concurrency))"
        case .tcpStream(let flow):
            switch flow.amount {
            case .bytes(let bytes): "\(bytes) in \(flow.connections) connections"
            case .time(let time): "\(time.text) in \(flow.connections) connections"
            case .writes(let count): "\(count) writes of \(flow.writeSize)"
            }
        case .udpStream(let flow):
            "\(flow.count) × \(flow.sizes?.description ?? flow.size.description)"
                + (flow.bitRate.map { " at \($0)" } ?? at(flow.rate, 1))
        case .ping(let flow):
            flow.isTraceroute ? "at most \(flow.maximumHops) hops" : "\(flow.count) × \(flow.size)"
        case .forge(let flow): "\(flow.count) packets\(at(flow.rate, 1))"
        case .exec(let flow): flow.command.joined(separator: " ")
        }
    }

    private static func at(_ rate: EventRate?, _ concurrency: Int) -> String {
        if let rate { return " at \(rate)" }
        return concurrency > 1 ? ", \(concurrency) at once" : ""
    }
}
