import NetlabModel

/// Takes apart /proc/net/softnet_stat: a line of hexadecimal columns for every CPU that is online.
///
/// The file has no header; the kernel only ever adds columns at the end. Columns that are always zero, and the
/// number of the CPU, are left out. Every figure is the sum over the CPUs, and belongs to the whole machine: a CPU
/// works for all namespaces.
///
/// Kernel: `softnet_seq_show()` in net/core/net-procfs.c.
enum SoftnetTable {
    /// Column, name, and since which version a kernel prints it.
    private static let columns: [(index: Int, name: String, since: String)] = [
        (0, "processed", "2.6"), (1, "dropped", "2.6"), (2, "time_squeeze", "2.6"),
        (9, "received_rps", "2.6.35"),
        (10, "flow_limit_count", "3.10"), (11, "backlog_len", "5.10"), (13, "input_qlen", "6.4"),
        (14, "process_qlen", "6.4"),
    ]

    static func parse(_ bytes: [UInt8]) throws(ProbeError) -> Readings {
        let source = "/proc/net/softnet_stat"
        let lines = try TextLines(bytes, of: source).lines
        guard let width = lines.first?.count, width >= 9 else {
            throw ProbeError(source, line: 1, "fewer columns than any kernel prints")
        }
        var sums = [UInt64](repeating: 0, count: width)
        for (index, words) in lines.enumerated() {
            guard words.count == width else {
                throw ProbeError(
                    source, line: index + 1, "\(words.count) columns, the first CPU has \(width)")
            }
            for (column, word) in words.enumerated() {
                guard let value = word.hexadecimal else {
                    throw ProbeError(source, line: index + 1, "\"\(word.text)\" is not a hexadecimal number")
                }
                sums[column] &+= value
            }
        }
        var readings = Readings()
        for (index, name, since) in columns {
            let id = CounterID(.softnet, name)
            if index < width {
                readings.add(id, Int64(truncatingIfNeeded: sums[index]))
            } else {
                readings.unsupported[id.description] =
                    "/proc/net/softnet_stat has this column since Linux \(since)"
            }
        }
        return readings
    }
}
