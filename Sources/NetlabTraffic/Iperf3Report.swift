import LinuxSystem

/// The JSON that `iperf3 --json` prints, as a flow's figures.
enum Iperf3Report {
    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    /// `bytes_sent`, `bytes_received`, `throughput` (bits per second at the receiver), `tcpi.total_retrans`; for UDP
    /// also `sent`, `lost`, `received`, `reordered` and `jitter` in nanoseconds.
    ///
    /// - Throws: `Problem` if it is no such report, or with iperf3's own words if it says that it failed.
    static func values(_ text: String) throws(Problem) -> [String: Int64] {
        let report: JSONValue
        do {
            report = try JSONValue(parsing: text)
        } catch {
            throw Problem(description: "its output is no JSON: \(error); add --json to the command")
        }
        if let words = report["error"]?.string { throw Problem(description: words) }
        guard let end = report["end"] else { throw Problem(description: "its report has no \"end\"") }
        var values: [String: Int64] = [:]
        let sent = end["sum_sent"] ?? end["sum"]
        let received = end["sum_received"] ?? end["sum"]
        values["bytes_sent"] = integer(sent?["bytes"])
        values["bytes_received"] = integer(received?["bytes"])
        values["throughput"] = integer(received?["bits_per_second"])
        values["tcpi.total_retrans"] = integer(end["sum_sent"]?["retransmits"])
        if let sum = end["sum"], let packets = integer(sum["packets"]) {
            let lost = integer(sum["lost_packets"]) ?? 0
            values["sent"] = packets
            values["lost"] = lost
            values["received"] = packets - lost
            values["reordered"] = integer(end["streams"]?.array?.first?["udp"]?["out_of_order"])
            values["jitter"] = number(sum["jitter_ms"]).map { Int64($0 * 1e6) }
        }
        return values
    }

    private static func number(_ value: JSONValue?) -> Double? {
        guard case .number(let text) = value else { return nil }
        return Double(text)
    }

    private static func integer(_ value: JSONValue?) -> Int64? {
        number(value).map { Int64($0) }
    }
}
