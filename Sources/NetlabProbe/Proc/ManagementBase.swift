import NetlabModel

/// Takes apart /proc/net/snmp and /proc/net/netstat: groups of two lines, one of names and one of values.
///
/// The kernel adds names in the middle and whole groups at will, so nothing is read by position.
///
/// Kernel: `snmp_seq_show()`, `netstat_seq_show()` in net/ipv4/proc.c.
/// Equivalent to: `nstat -az`
enum ManagementBase {
    /// The readings of every group that has a family here; other groups are passed over.
    ///
    /// - Parameters:
    ///   - required: groups that every kernel prints; a file without one of them was cut off.
    ///   - optional: groups that may be left out, with the reason.
    static func parse(
        _ bytes: [UInt8], of file: ProcNetFile, required: [CounterFamily], optional: [CounterFamily: String]
    ) throws(ProbeError) -> Readings {
        let source = "/proc/net/\(file.rawValue)"
        let lines = try TextLines(bytes, of: source).lines
        var readings = Readings()
        var seen: Set<CounterFamily> = []
        var index = 0
        while index < lines.count {
            let names = lines[index]
            guard let title = names.first, title.last == UInt8(ascii: ":") else {
                throw ProbeError(
                    source, line: index + 1, "a line of names starts with the name of its group and \":\"")
            }
            guard index + 1 < lines.count else {
                throw ProbeError(
                    source, line: index + 1, "\(title.text) has names but no values: the file was cut off")
            }
            let values = lines[index + 1]
            guard values.first == title, values.count == names.count else {
                throw ProbeError(
                    source, line: index + 2,
                    "\(title.text) has \(names.count - 1) names and \(max(values.count - 1, 0)) values")
            }
            if let family = CounterFamily(rawValue: title.dropLast().text), file.families.contains(family) {
                seen.insert(family)
                for (name, word) in zip(names, values).dropFirst() {
                    guard let value = word.decimal else {
                        throw ProbeError(source, line: index + 2, "\"\(word.text)\" is not a number")
                    }
                    readings.add(family, name, value)
                }
            }
            index += 2
        }
        for family in required where !seen.contains(family) {
            throw ProbeError(source, "the group \(family.rawValue) is missing: the file was cut off")
        }
        for (family, reason) in optional where !seen.contains(family) {
            readings.unsupported[family.rawValue] = reason
        }
        return readings
    }

    static func parseSNMP(_ bytes: [UInt8]) throws(ProbeError) -> Readings {
        var readings = try parse(
            bytes, of: .snmp, required: [.ip, .icmp, .tcp, .udp],
            optional: [.udpLite: "this kernel has no UDP-Lite"])
        // The kernel prints the types that it counted, and no line at all while there are none.
        for type in Self.icmpTypes {
            readings.addIfAbsent(.icmpMsg, "InType\(type)", 0)
            readings.addIfAbsent(.icmpMsg, "OutType\(type)", 0)
        }
        return readings
    }

    static func parseNetstat(_ bytes: [UInt8]) throws(ProbeError) -> Readings {
        try parse(
            bytes, of: .netstat, required: [.tcpExt, .ipExt],
            optional: [
                .mptcpExt: "this kernel is built without CONFIG_MPTCP, or is older than 5.6, which brought it"
            ])
    }

    /// ICMP types of RFC 792, 950 and 1256, which read as zero until the kernel lists them.
    private static let icmpTypes = [0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 17, 18]
}
