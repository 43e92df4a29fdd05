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
        page.rule(StyledText("coverage", .strong))
        page.add(totals(coverage).lines(width: style.width))
        page.gap()
        let moved = coverage.families.reduce(0) { $0 + $1.moved.count }
        let count = coverage.families.reduce(0) { $0 + $1.count }
        page.paragraph(
            "",
            "\(moved) of \(count) counters and drop reasons of kernel \(coverage.kernel) move in at least one of "
                + "\(coverage.scenarios.count) scenarios", .strong)
        for (name, cause) in coverage.absent.sorted(by: { $0.key < $1.key }) {
            page.paragraph(StyledText("not run: \(name): ", .doubtful), cause)
        }
        return page.render()
    }

    private static func totals(_ coverage: CounterCoverage) -> TextTable {
        var table = TextTable([
            .init("family"), .init("moved", .right), .init("of", .right), .init("share", .right), .init(""),
        ])
        for family in coverage.families {
            let share = family.count == 0 ? 0 : 100 * family.moved.count / family.count
            table.add([
                StyledText(family.name, .name), StyledText("\(family.moved.count)"),
                StyledText("\(family.count)"), StyledText("\(share)%"),
                StyledText(family.isHostWide ? "the whole machine moves them" : "", .faint),
            ])
        }
        return table
    }
}
