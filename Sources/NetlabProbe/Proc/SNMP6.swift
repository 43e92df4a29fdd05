import NetlabModel

/// Takes apart /proc/net/snmp6: one counter a line, its group as the beginning of its name.
///
/// Kernel: `snmp6_seq_show()` in net/ipv6/proc.c.
/// Equivalent to: `nstat -az`
enum SNMP6 {
    /// Longest first: `UdpLite6InErrors` is of no other group.
    private static let groups: [CounterFamily] = [.udpLite6, .icmp6, .udp6, .ip6]
    /// ICMPv6 types of RFC 4443, 4861, 2710 and 3810, which read as zero until the kernel lists them.
    private static let icmpTypes = [1, 2, 3, 4, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 143]

    static func parse(_ bytes: [UInt8]) throws(ProbeError) -> Readings {
        let source = "/proc/net/snmp6"
        var readings = Readings()
        var seen: Set<CounterFamily> = []
        for (index, words) in try TextLines(bytes, of: source).lines.enumerated() {
            guard words.count == 2, let value = words[1].decimal else {
                throw ProbeError(source, line: index + 1, "a line is a name and a number")
            }
            guard let family = groups.first(where: { words[0].starts(with: $0.rawValue.utf8) }) else {
                continue
            }
            seen.insert(family)
            readings.add(family, words[0].dropFirst(family.rawValue.utf8.count), value)
        }
        for family in [CounterFamily.ip6, .icmp6, .udp6] where !seen.contains(family) {
            throw ProbeError(source, "no counter of \(family.rawValue): the file was cut off")
        }
        if !seen.contains(.udpLite6) {
            readings.unsupported[CounterFamily.udpLite6.rawValue] = "this kernel has no UDP-Lite"
        }
        for type in icmpTypes {
            readings.addIfAbsent(.icmp6, "InType\(type)", 0)
            readings.addIfAbsent(.icmp6, "OutType\(type)", 0)
        }
        return readings
    }
}
