import NetlabModel

/// The value of a quantity in one phase, with what it was computed from and how to speak of it.
struct Reading {
    var value: Double
    var unit: Unit
    var evidence: [Evidence]

    enum Unit {
        case count, nanoseconds, bytes, bitsPerSecond
    }

    /// `20`, `41.2 ms`, `4 KiB`.
    var text: String { Self.text(value, unit) }

    static func text(_ value: Double, _ unit: Unit) -> String {
        switch unit {
        case .count: DecimalText.short(value)
        case .nanoseconds: time(value)
        case .bytes: ByteCount(Int(clamping(value))).description
        case .bitsPerSecond: rate(value)
        }
    }

    /// At least three digits that count, at most five: `41.2 ms`, `235.1 us`.
    private static func time(_ nanoseconds: Double) -> String {
        let units: [(Double, String)] = [(1e9, "s"), (1e6, "ms"), (1e3, "us")]
        guard let (scale, unit) = units.first(where: { nanoseconds.magnitude >= $0.0 }) else {
            return Duration.nanoseconds(Int64(clamping(nanoseconds))).text
        }
        let scaled = nanoseconds / scale
        let decimals = scaled.magnitude >= 100 ? 1 : scaled.magnitude >= 10 ? 2 : 3
        return "\(DecimalText.short(scaled, decimals: decimals)) \(unit)"
    }

    /// `1.85 mbit`.
    private static func rate(_ bitsPerSecond: Double) -> String {
        let units: [(Double, String)] = [(1e9, "gbit"), (1e6, "mbit"), (1e3, "kbit")]
        let (scale, unit) = units.first { bitsPerSecond.magnitude >= $0.0 } ?? (1, "bit")
        return "\(DecimalText.short(bitsPerSecond / scale, decimals: 2)) \(unit)"
    }

    private static func clamping(_ value: Double) -> Double {
        value.isFinite ? min(max(value.rounded(), -9e18), 9e18) : 0
    }

    /// The unit of a flow's figure, by its name.
    static func unit(ofMetric metric: String) -> Unit {
        let head = metric.prefix { $0 != "." }
        switch head {
        case "latency", "connect", "delay", "pacing", "duration", "send_duration", "jitter", "setup":
            return .nanoseconds
        case "bytes_sent", "bytes_received", "max_rss": return .bytes
        case "throughput": return .bitsPerSecond
        case "server": return metric.hasPrefix("server.bytes_") ? .bytes : .count
        default: return .count
        }
    }
}
