import NetlabModel

/// The results of a suite as a table.
public enum SuiteText {
    /// One line for a scenario that has just finished: mark, name, time, and the cause if it did not pass.
    public static func line(_ entry: SuiteEntry, style: ReportStyle = ReportStyle()) -> String {
        var page = TextPage(style)
        let outcome = entry.verdict.outcome
        page.add(
            outcome.mark + " " + StyledText(entry.name, .name)
                + StyledText("  \(FlowText.time(entry.time.nanoseconds))", .faint)
                + (entry.isFlaky ? "  " : "") + flaky(entry))
        if let cause = entry.cause { page.paragraph("    ", cause, outcome.ink) }
        return page.render()
    }

    /// All scenarios, those that did not pass last with their causes, and the totals.
    ///
    /// - Parameter time: wall time of the whole suite.
    public static func summary(
        _ entries: [SuiteEntry], time: Duration, style: ReportStyle = ReportStyle()
    ) -> String {
        var table = TextTable([
            .init(""), .init("scenario"), .init("outcome"), .init("time", .right),
            .init("expectations", .right),
            .init("", isFlexible: true),
        ])
        for entry in entries {
            let outcome = entry.verdict.outcome
            let expectations = entry.verdict.phases.flatMap(\.expectations)
            let held = expectations.count { $0.outcome == .passed }
            table.add([
                outcome.mark, StyledText(entry.name, .name), StyledText(outcome.rawValue, outcome.ink),
                StyledText(FlowText.time(entry.time.nanoseconds), .faint),
                StyledText(expectations.isEmpty ? "" : "\(held)/\(expectations.count)"),
                flaky(entry) + StyledText(entry.cause ?? "", outcome.ink),
            ])
        }
        return page(table, totalsOf: entries, time, style)
    }

    /// Repeated scenarios: of each how often it passed, its times, and the causes of those that did not pass.
    ///
    /// - Parameters:
    ///   - entries: the repetitions of one scenario next to each other.
    ///   - time: wall time of the whole series.
    public static func series(
        _ entries: [SuiteEntry], time: Duration, style: ReportStyle = ReportStyle()
    ) -> String {
        var table = TextTable([
            .init(""), .init("scenario"), .init("passed", .right), .init("median", .right),
            .init("slowest", .right),
            .init("", isFlexible: true),
        ])
        var series: [[SuiteEntry]] = []
        for entry in entries {
            if series.last?.last?.plan.name == entry.plan.name {
                series[series.count - 1].append(entry)
            } else {
                series.append([entry])
            }
        }
        for runs in series {
            let outcome = Outcome.merged(runs.map(\.verdict.outcome))
            let times = runs.map(\.time).sorted()
            let spoiled = runs.filter { $0.verdict.outcome != .passed }
            table.add([
                outcome.mark, StyledText(runs[0].plan.name, .name),
                StyledText("\(runs.count - spoiled.count)/\(runs.count)", outcome.ink),
                StyledText(FlowText.time(times[times.count / 2].nanoseconds), .faint),
                StyledText(FlowText.time(times[times.count - 1].nanoseconds), .faint),
                StyledText(causes(spoiled), outcome.ink),
            ])
        }
        return page(table, totalsOf: entries, time, style)
    }

    private static func page(
        _ table: TextTable, totalsOf entries: [SuiteEntry], _ time: Duration, _ style: ReportStyle
    ) -> String {
        var page = TextPage(style)
        page.add(table.lines(width: style.width))
        page.gap()
        let worst = Outcome.merged(entries.map(\.verdict.outcome))
        page.add(
            worst.mark + " " + StyledText(totals(entries), .strong)
                + StyledText(" in \(FlowText.time(time.nanoseconds))", .faint))
        return page.render()
    }

    /// Each cause once, with how often it was met.
    private static func causes(_ entries: [SuiteEntry]) -> String {
        var counts: [(cause: String, count: Int)] = []
        for cause in entries.compactMap(\.cause) {
            if let index = counts.firstIndex(where: { $0.cause == cause }) {
                counts[index].count += 1
            } else {
                counts.append((cause, 1))
            }
        }
        return counts.map { $0.count == 1 ? $0.cause : "\($0.count) × \($0.cause)" }.joined(separator: "; ")
    }

    /// `12 scenarios: 10 passed (1 flaky), 1 failed, 1 unsupported`.
    public static func totals(_ entries: [SuiteEntry]) -> String {
        let flaky = entries.count { $0.isFlaky }
        let parts = [Outcome.passed, .failed, .inconclusive, .unsupported].compactMap { outcome -> String? in
            let count = entries.count { $0.verdict.outcome == outcome }
            if count == 0 { return nil }
            let note = outcome == .passed && flaky > 0 ? " (\(flaky) flaky)" : ""
            return "\(count) \(outcome.rawValue)\(note)"
        }
        let noun =
            (entries.contains { $0.round != nil } ? "run" : "scenario") + (entries.count == 1 ? "" : "s")
        return "\(entries.count) \(noun)" + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
    }

    private static func flaky(_ entry: SuiteEntry) -> StyledText {
        entry.isFlaky ? StyledText("flaky: passed at try \(entry.tries)", .doubtful) : StyledText()
    }
}
