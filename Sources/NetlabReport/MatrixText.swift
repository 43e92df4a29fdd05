import NetlabModel

/// Scenarios against kernels as a table for a terminal.
public enum MatrixText {
    /// The table, what did not pass with its causes, counters that tell the kernels apart, and totals.
    ///
    /// Differences that ordinary traffic explains are told with the detail `full` only.
    public static func render(_ matrix: KernelMatrix, style: ReportStyle = ReportStyle()) -> String {
        var page = TextPage(style)
        page.add(table(matrix).lines(width: style.width))
        addCauses(matrix, to: &page)
        addDifferences(matrix, to: &page)
        page.gap()
        for (index, column) in matrix.columns.enumerated() {
            page.add(StyledText(label(column), .strong) + StyledText(": \(totals(matrix, column: index))"))
        }
        page.add(
            matrix.outcome.mark + " "
                + StyledText("\(matrix.rows.count) scenarios on \(matrix.columns.count) kernels", .strong)
                + StyledText(" in \(FlowText.time(matrix.time))", .faint))
        return page.render()
    }

    /// `12 passed (1 flaky), 1 unsupported`.
    static func totals(_ matrix: KernelMatrix, column index: Int) -> String {
        let flaky = matrix.rows.count { $0.cells.indices.contains(index) && $0.cells[index]?.isFlaky == true }
        let parts = [Outcome.passed, .failed, .inconclusive, .unsupported].compactMap { outcome -> String? in
            let count = matrix.count(outcome, inColumn: index)
            if count == 0 { return nil }
            return "\(count) \(outcome.rawValue)"
                + (outcome == .passed && flaky > 0 ? " (\(flaky) flaky)" : "")
        }
        return parts.isEmpty ? "nothing was run" : parts.joined(separator: ", ")
    }

    /// `debian-6.1-cloud (6.1.0-56-cloud-amd64)`.
    static func label(_ column: KernelMatrix.Column) -> String {
        guard let release = column.release, release != column.name else { return column.name }
        return "\(column.name) (\(release))"
    }

    /// What a reading says: `+3`, `0`, `none` where the kernel has no such counter, `?` where the phase did not run.
    static func word(_ reading: KernelMatrix.Reading) -> String {
        switch reading {
        case .rose(0): "0"
        case .rose(let count): "+\(count)"
        case .absent: "none"
        case .unknown: "?"
        }
    }

    private static func table(_ matrix: KernelMatrix) -> TextTable {
        var table = TextTable(
            [.init("scenario")] + matrix.columns.map { .init($0.name) } + [.init("differing", .right)])
        for row in matrix.rows {
            let cells = row.cells.map { cell -> StyledText in
                guard let cell else { return StyledText("not run", .faint) }
                let note = cell.isFlaky ? StyledText(" flaky", .doubtful) : StyledText()
                return cell.outcome.mark + " " + StyledText(cell.outcome.rawValue, cell.outcome.ink) + note
                    + StyledText("  \(FlowText.time(cell.time))", .faint)
            }
            let telling = row.differences.count { !$0.isOrdinary || $0.isExpected }
            table.add(
                [StyledText(row.scenario, .name)] + cells
                    + [StyledText(telling == 0 ? "" : "\(telling)", row.isDivided ? .doubtful : .plain)])
        }
        return table
    }

    private static func addCauses(_ matrix: KernelMatrix, to page: inout TextPage) {
        var isFirst = true
        for row in matrix.rows {
            for (column, cell) in zip(matrix.columns, row.cells) {
                guard let cell, let cause = cell.cause else { continue }
                if isFirst { page.gap() }
                isFirst = false
                page.paragraph(
                    cell.outcome.mark + " " + StyledText(row.scenario, .name)
                        + StyledText(" on \(column.name)  ", .faint), cause, cell.outcome.ink)
            }
        }
    }

    private static func addDifferences(_ matrix: KernelMatrix, to page: inout TextPage) {
        var table = TextTable(
            [.init("scenario"), .init("phase"), .init("counter")]
                + matrix.columns.map { .init($0.name, .right) })
        for row in matrix.rows {
            for difference in row.differences
            where page.style.detail == .full || difference.isExpected || !difference.isOrdinary {
                table.add(
                    [
                        StyledText(row.scenario, .name), StyledText(difference.phase, .faint),
                        StyledText(
                            "\(difference.subject) \(difference.id)", difference.isExpected ? .strong : .plain
                        ),
                    ] + difference.readings.map { StyledText(word($0), $0 == .unknown ? .faint : .plain) })
            }
        }
        guard !table.rows.isEmpty else { return }
        page.gap()
        page.add(StyledText("counters that moved on one kernel and not on another", .strong))
        page.add(table.lines(width: page.style.width))
    }
}
