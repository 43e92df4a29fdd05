import NetlabModel

/// Counters that tell a fault from its absence, ready to paste into a scenario.
public enum DiscoveryText {
    /// One `expect:` block for each fault phase. What an expectation already mentions is a comment.
    ///
    /// - Parameters:
    ///   - found: ranked, phase by phase.
    ///   - runs: how many runs they were found in.
    public static func render(
        _ found: [DiscoveredCounter], phases: [String], runs: Int, style: ReportStyle = ReportStyle()
    ) -> String {
        var page = TextPage(style)
        for phase in phases {
            let here = found.filter { $0.phase == phase }
            page.gap()
            let count = "\(runs) run\(runs == 1 ? "" : "s")"
            page.add(StyledText("  - name: \(phase)", .strong))
            if here.isEmpty {
                page.add(
                    StyledText(
                        "    # no counter moved here in all of \(count) and never in a control phase",
                        .doubtful))
                continue
            }
            page.add("    expect:")
            let width = here.filter { !$0.isMentioned }.map(\.expectation.columns).max() ?? 0
            for counter in here where !counter.isMentioned {
                page.add(
                    StyledText("      - \(counter.expectation)").padded(to: width + 10)
                        + StyledText(note(counter, count), .faint))
            }
            for counter in here where counter.isMentioned {
                page.add(StyledText("      # expected already: \(counter.expectation)", .faint))
            }
        }
        return page.render()
    }

    private static func note(_ counter: DiscoveredCounter, _ count: String) -> String {
        if counter.isSteady { return "# the same in \(count)" }
        return "# varied: " + counter.deltas.map { "\($0)" }.joined(separator: ", ")
    }
}
