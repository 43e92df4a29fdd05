import NetlabModel

/// Takes apart /proc/net/xfrm_stat: one counter of IPsec a line.
///
/// The file repeats the family in every name; the ID has it once: `XfrmInNoStates` is `Xfrm.InNoStates`.
///
/// Kernel: `xfrm_statistics_seq_show()` in net/xfrm/xfrm_proc.c.
/// Equivalent to: `cat /proc/net/xfrm_stat`
enum TransformStatistics {
    static func parse(_ bytes: [UInt8]) throws(ProbeError) -> Readings {
        let source = "/proc/net/xfrm_stat"
        let prefix = CounterFamily.xfrm.rawValue.utf8
        var readings = Readings()
        for (index, words) in try TextLines(bytes, of: source).lines.enumerated() {
            guard words.count == 2, let value = words[1].decimal else {
                throw ProbeError(source, line: index + 1, "a line is a name and a number")
            }
            guard words[0].starts(with: prefix) else { continue }
            readings.add(.xfrm, words[0].dropFirst(prefix.count), value)
        }
        return readings
    }
}
