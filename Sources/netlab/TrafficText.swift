import NetlabModel
import NetlabTraffic

/// What the traffic commands say to people.
enum TrafficText {
    /// `  0.00 -  1.00 s  4.12 GiB  35.4 gbit  0 retransmits, cwnd 137, rtt 41 us`
    static func line(_ interval: StandaloneClient.Interval) -> String {
        var text = "\(seconds(interval.start)) - \(seconds(interval.end)) s"
        text += "  \(bytes(interval.bytes))  \(bits(interval.bitsPerSecond))"
        if interval.events > 0 { text += "  \(interval.events) done" }
        if let retransmits = interval.retransmits, let window = interval.congestionWindow,
            let roundTrip = interval.roundTripMicroseconds
        {
            text += "  \(retransmits) retransmits, cwnd \(window), rtt \(roundTrip) us"
        }
        return text
    }

    /// The figures that are not zero, distributions on a line of their own.
    static func summary(_ outcome: FlowOutcome) -> String {
        var lines: [String] = []
        let distributions = ["connect", "latency", "delay", "pacing"]
        for name in outcome.values.keys.sorted() {
            let family = name.split(separator: ".").first.map(String.init) ?? ""
            guard !distributions.contains(family), family != "tcpi" else { continue }
            guard let value = outcome.values[name], value != 0 || !name.contains(".") else { continue }
            switch name {
            case "duration", "send_duration", "jitter":
                lines.append("\(name): \(Duration.nanoseconds(value).text)")
            case "throughput": lines.append("\(name): \(bits(Double(value)))")
            default: lines.append("\(name): \(value)")
            }
        }
        for family in distributions {
            let parts = ["min", "p50", "p90", "p99", "p999", "max"].compactMap { part in
                outcome.values["\(family).\(part)"].map { "\(part) \(Duration.nanoseconds($0).text)" }
            }
            if !parts.isEmpty { lines.append("\(family): \(parts.joined(separator: ", "))") }
        }
        if !outcome.log.isEmpty { lines.append(outcome.log) }
        return lines.joined(separator: "\n")
    }

    private static func seconds(_ nanoseconds: Int64) -> String {
        let text = DecimalText.short(Double(nanoseconds) / 1e9, decimals: 2)
        return String(repeating: " ", count: max(0, 6 - text.count)) + text
    }

    private static func bytes(_ count: Int64) -> String {
        let value = Double(count)
        switch value {
        case 1_073_741_824...: return "\(DecimalText.short(value / 1_073_741_824, decimals: 2)) GiB"
        case 1_048_576...: return "\(DecimalText.short(value / 1_048_576, decimals: 2)) MiB"
        case 1024...: return "\(DecimalText.short(value / 1024, decimals: 2)) KiB"
        default: return "\(count) B"
        }
    }

    private static func bits(_ rate: Double) -> String {
        switch rate {
        case 1e9...: "\(DecimalText.short(rate / 1e9, decimals: 2)) gbit/s"
        case 1e6...: "\(DecimalText.short(rate / 1e6, decimals: 2)) mbit/s"
        case 1e3...: "\(DecimalText.short(rate / 1e3, decimals: 2)) kbit/s"
        default: "\(DecimalText.short(rate)) bit/s"
        }
    }
}
