import NetlabModel

/// Takes apart the files of /proc/net/stat: a line of names, then a line of hexadecimal numbers for every CPU.
///
/// Columns are summed over the CPUs, but for `entries`: it is no count of a CPU, the kernel prints the same number
/// on every line.
///
/// Kernel: `ct_cpu_seq_show()` in net/netfilter/nf_conntrack_standalone.c, `synproxy_cpu_seq_show()`,
/// `neigh_stat_seq_show()`, `rt_cpu_seq_show()`.
/// Equivalent to: `lnstat -f nf_conntrack -c 1`, `conntrack -S`
enum StatTable {
    static func parse(
        _ bytes: [UInt8], of file: ProcNetFile, as family: CounterFamily
    ) throws(ProbeError) -> Readings {
        let source = "/proc/net/\(file.rawValue)"
        let lines = try TextLines(bytes, of: source).lines
        guard let names = lines.first, !names.isEmpty else {
            throw ProbeError(source, line: 1, "the line of names is empty")
        }
        guard lines.count > 1 else { throw ProbeError(source, "no line of numbers: the file was cut off") }
        var sums = [UInt64](repeating: 0, count: names.count)
        for (index, words) in lines.enumerated().dropFirst() {
            guard words.count == names.count else {
                throw ProbeError(source, line: index + 1, "\(names.count) names and \(words.count) numbers")
            }
            for (column, word) in words.enumerated() {
                guard let value = word.hexadecimal else {
                    throw ProbeError(source, line: index + 1, "\"\(word.text)\" is not a hexadecimal number")
                }
                let isSame = names[column].elementsEqual("entries".utf8)
                sums[column] = isSame ? value : sums[column] &+ value
            }
        }
        var readings = Readings()
        for (name, sum) in zip(names, sums) { readings.add(family, name, Int64(truncatingIfNeeded: sum)) }
        return readings
    }
}
