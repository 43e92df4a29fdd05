import NetlabModel

/// What the catalogue covers of a kernel's counters: totals by family, then what moves, then what does not.
public enum CoverageText {
    public static func render(_ coverage: CounterCoverage, style: ReportStyle = ReportStyle()) -> String {
        var page = TextPage(style)
        for family in coverage.families where !family.moved.isEmpty {
            page.rule(StyledText("\(family.name): moved", .strong))
            var table = TextTable([.init(""), .init("", isFlexible: true)])
            for (id, scenarios) in family.moved.sorted(by: { $0.key < $1.key }) {
                table.add([StyledText(id, .name), StyledText(scenarios.joined(separator: ", "))])
            }
            page.add(table.lines(width: style.width))
            page.gap()
        }
        for family in coverage.families where !family.still.isEmpty {
            page.rule(StyledText("\(family.name): no scenario moves these", .strong))
            page.paragraph("", family.still.joined(separator: " "), .faint)
            page.gap()
        }
        let immovable = coverage.families.flatMap(\.immovable)
        if !immovable.isEmpty {
            page.rule(StyledText("cannot move on this kernel", .strong))
            for (reason, ids) in Dictionary(grouping: immovable, by: \.value).sorted(by: { $0.key < $1.key })
            {
                page.paragraph(
                    StyledText("\(reason): "), ids.map(\.key).sorted().joined(separator: " "), .faint)
            }
            page.gap()
        }
        page.rule(StyledText("coverage", .strong))
        page.add(totals(coverage).lines(width: style.width))
        page.gap()
        aims(coverage, &page)
        let moved = coverage.families.reduce(0) { $0 + $1.moved.count }
        let count = coverage.families.reduce(0) { $0 + $1.count }
        page.paragraph(
            "",
            "\(moved) of \(count) counters and drop reasons that can move on kernel \(coverage.kernel) move in at "
                + "least one of \(coverage.scenarios.count) scenarios"
                + (coverage.passes > 1 ? ", \(coverage.passes) runs of each" : ""), .strong)
        for (name, cause) in coverage.absent.sorted(by: { $0.key < $1.key }) {
            page.paragraph(StyledText("not run: \(name): ", .doubtful), cause)
        }
        return page.render()
    }

    /// What the catalogue is to reach, and whether it does; only what moved in every pass counts.
    private static func aims(_ coverage: CounterCoverage, _ page: inout TextPage) {
        for aim in CounterCoverage.aims {
            let (moved, count, isReached) = coverage.reach(aim)
            if count == 0 { continue }
            let outcome: Outcome = isReached ? .passed : .failed
            let wanted = aim.isPercentage ? "\(aim.count) %" : "\(aim.count)"
            let percent = aim.isPercentage ? " (\(moved * 100 / count) %)" : ""
            page.paragraph(
                "  " + outcome.mark + " ",
                "\(aim.families.joined(separator: ", ")): \(moved) of \(count)\(percent), wanted \(wanted)",
                isReached ? .plain : outcome.ink)
        }
        page.gap()
    }

    private static func totals(_ coverage: CounterCoverage) -> TextTable {
        var table = TextTable([
            .init("family"), .init("moved", .right), .init("in every pass", .right), .init("of", .right),
            .init("share", .right), .init("", isFlexible: true),
        ])
        for family in coverage.families {
            let share = family.count == 0 ? 0 : 100 * family.moved.count / family.count
            var remarks: [String] = []
            if family.isHostWide { remarks.append("the whole machine moves them") }
            if !family.immovable.isEmpty { remarks.append("\(family.immovable.count) more cannot move") }
            table.add([
                StyledText(family.name, .name), StyledText("\(family.moved.count)"),
                StyledText("\(family.steadyCount)"), StyledText("\(family.count)"), StyledText("\(share)%"),
                StyledText(remarks.joined(separator: "; "), .faint),
            ])
        }
        return table
    }
}
