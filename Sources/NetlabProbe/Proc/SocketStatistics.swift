import NetlabModel

/// Takes apart /proc/net/sockstat and sockstat6: a protocol a line, then names and numbers in turn.
///
/// `used`, `inuse`, `tw` and the fragment figures belong to the namespace; `orphan`, `alloc` and `mem` are kept once
/// for the whole kernel. `sockets used` also counts the sockets that the reader itself holds in the namespace.
///
/// Kernel: `sockstat_seq_show()` in net/ipv4/proc.c, `sockstat6_seq_show()` in net/ipv6/proc.c.
/// Equivalent to: `ss -s`
enum SocketStatistics {
    static func parse(_ bytes: [UInt8], of file: ProcNetFile) throws(ProbeError) -> Readings {
        let source = "/proc/net/\(file.rawValue)"
        var readings = Readings()
        for (index, words) in try TextLines(bytes, of: source).lines.enumerated() {
            guard let title = words.first, title.last == UInt8(ascii: ":"), words.count % 2 == 1 else {
                throw ProbeError(source, line: index + 1, "a line is a protocol, names and numbers")
            }
            for at in stride(from: 1, to: words.count, by: 2) {
                guard let value = words[at + 1].decimal else {
                    throw ProbeError(source, line: index + 1, "\"\(words[at + 1].text)\" is not a number")
                }
                readings.add(
                    CounterID(.sockstat, words[at].text, selector: title.dropLast().text), value)
            }
        }
        return readings
    }
}
