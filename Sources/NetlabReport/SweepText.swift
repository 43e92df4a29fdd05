import NetlabModel

/// What a scenario did at each value of a parameter.
public enum SweepText {
    /// One value and what came of it.
    public struct Row: Hashable, Sendable {
        /// With its unit: `248`, `200 B`.
        public var value: String
        /// Nil where the scenario is not valid with that value, so that nothing was run.
        public var outcome: Outcome?
        /// The first thing that kept the run from passing; nil if it passed.
        public var cause: String?

        public init(value: String, outcome: Outcome?, cause: String?) {
            self.value = value
            self.outcome = outcome
            self.cause = cause
        }
    }

    /// A change of the outcome from one value to the next.
    public struct Flip: Hashable, Sendable {
        public var before: Row
        public var after: Row

        /// Whether the scenario was run on both sides, so that it is the kernel's answer that changed.
        public var isVerdict: Bool { before.outcome != nil && after.outcome != nil }

        public init(before: Row, after: Row) {
            self.before = before
            self.after = after
        }
    }

    /// The table and the plot under it.
    ///
    /// - Parameter rows: in order of value.
    public static func render(_ rows: [Row], parameter: String, style: ReportStyle = ReportStyle()) -> String
    {
        var table = TextTable([
            .init(parameter, .right), .init("outcome"),
            .init("first thing that did not hold", isFlexible: true),
        ])
        for row in rows {
            table.add([
                StyledText(row.value, .name),
                mark(row.outcome) + StyledText(" " + word(row.outcome), ink(row.outcome)),
                StyledText(row.cause ?? ""),
            ])
        }
        var page = TextPage(style)
        page.add(table.lines(width: style.width))
        page.gap()
        page.add(plot(rows, width: style.width))
        return page.render()
    }

    /// One lane for each outcome that occurred, in it one mark for each value, in order of value and not to scale;
    /// under it the first and the last value. Continued below where the width does not do.
    static func plot(_ rows: [Row], width: Int) -> [StyledText] {
        let lanes = [Outcome.passed, .failed, .inconclusive, .unsupported, nil].filter { outcome in
            rows.contains { $0.outcome == outcome }
        }
        let head = (lanes.map { word($0).count }.max() ?? 0) + 1
        let room = max(width - head - 1, 10)
        var lines: [StyledText] = []
        for start in stride(from: 0, to: rows.count, by: room) {
            let part = rows[start..<min(start + room, rows.count)]
            for lane in lanes {
                var line = StyledText(word(lane), ink(lane)).padded(to: head) + StyledText("│", .faint)
                for row in part { line += row.outcome == lane ? mark(lane) : " " }
                lines.append(line)
            }
            lines.append(
                StyledText(String(repeating: " ", count: head))
                    + StyledText("└" + String(repeating: "─", count: part.count), .faint))
            lines.append(axis(part, indent: head + 1))
        }
        return lines
    }

    /// Where the outcome changes, in words.
    ///
    /// - Parameters:
    ///   - flips: every change, in order.
    ///   - probes: how many values were run.
    ///   - range: `60..300`, for the sentence about no change.
    public static func thresholds(
        _ flips: [Flip], rows: [Row], parameter: String, range: String, style: ReportStyle = ReportStyle()
    ) -> String {
        var page = TextPage(style)
        let verdicts = flips.filter(\.isVerdict)
        if verdicts.isEmpty {
            let outcome = word(rows.first { $0.outcome != nil }?.outcome)
            page.paragraph(
                "",
                "no threshold: the outcome is \(outcome) at every value probed in \(parameter)=\(range)",
                .doubtful)
        }
        for flip in flips {
            page.paragraph(
                StyledText(flip.isVerdict ? "threshold  " : "limit      ", .strong),
                "\(parameter)=\(flip.before.value) is \(word(flip.before.outcome)), "
                    + "\(parameter)=\(flip.after.value) is \(word(flip.after.outcome))", .strong)
            for row in [flip.before, flip.after] {
                guard let cause = row.cause else { continue }
                page.paragraph(StyledText("           at \(row.value): "), cause, .faint)
            }
        }
        if verdicts.count > 1 {
            page.paragraph(
                "",
                "not monotonic: the outcome changes \(verdicts.count) times, and may change more often between the "
                    + "\(rows.count) values probed", .doubtful)
        }
        return page.render()
    }

    private static func word(_ outcome: Outcome?) -> String { outcome?.rawValue ?? "not valid" }

    private static func ink(_ outcome: Outcome?) -> Ink { outcome?.ink ?? .faint }

    private static func mark(_ outcome: Outcome?) -> StyledText { outcome?.mark ?? StyledText("·", .faint) }

    private static func axis(_ part: ArraySlice<Row>, indent: Int) -> StyledText {
        guard let first = part.first?.value, let last = part.last?.value, part.count > 1 else {
            return StyledText(String(repeating: " ", count: indent) + (part.first?.value ?? ""), .faint)
        }
        let gap = max(part.count - first.columns - last.columns, 1)
        return StyledText(
            String(repeating: " ", count: indent) + first + String(repeating: " ", count: gap) + last, .faint)
    }
}
