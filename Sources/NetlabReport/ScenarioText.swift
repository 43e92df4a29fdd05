import NetlabModel

/// What can be told of a scenario before it has run.
public enum ScenarioText {
    /// The catalogue as a table: name, title, tags.
    public static func list(
        _ scenarios: [(name: String, title: String, tags: [String])], style: ReportStyle = ReportStyle()
    ) -> String {
        var table = TextTable([.init(""), .init("", isFlexible: true), .init("")])
        for scenario in scenarios {
            table.add([
                StyledText(scenario.name, .name), StyledText(scenario.title),
                StyledText(scenario.tags.joined(separator: " "), .faint),
            ])
        }
        var page = TextPage(style)
        page.add(table.lines(width: style.width))
        return page.render()
    }

    /// How much of a lesson is told.
    public enum Reveal: Hashable, Sendable {
        /// The symptom, and this many hints.
        case hints(Int)
        case everything
    }

    /// A scenario as a lesson: the lab, the traffic, the phases, the symptom, and the solution if it may be told.
    public static func lesson(
        _ plan: Plan, reveal: Reveal = .everything, style: ReportStyle = ReportStyle()
    ) -> String {
        var page = TextPage(style)
        page.paragraph(StyledText(plan.name, .name) + "  ", plan.title, .strong)
        if !plan.tags.isEmpty { page.paragraph("", plan.tags.joined(separator: " · "), .faint) }
        page.gap()
        TextReport.picture(plan, &page)
        let lesson = plan.lesson
        entry("symptom", lesson.symptom, &page)
        entry("look", lesson.look, &page)
        switch reveal {
        case .hints(let count):
            hints(lesson.hints.prefix(count), &page)
            let rest = lesson.hints.count - min(count, lesson.hints.count)
            if rest > 0 { entry("", "\(rest) more hint\(rest == 1 ? "" : "s")", &page) }
        case .everything:
            phases(plan, &page)
            hints(lesson.hints[...], &page)
            entry("cause", lesson.cause, &page)
            entry("cure", lesson.cure, &page)
            entry("formerly", lesson.formerly, &page)
            entry("sources", lesson.sources.joined(separator: "\n"), &page)
        }
        if !plan.needs.isEmpty {
            entry("needs", plan.needs.sorted().map(\.description).joined(separator: ", "), &page)
        }
        page.gap()
        page.paragraph(label("run"), "netlab run \(plan.name)")
        return page.render()
    }

    private static func label(_ text: String) -> StyledText { StyledText(text, .faint).padded(to: 10) }

    private static func entry(_ title: String, _ text: String, _ page: inout TextPage) {
        if text.isEmpty { return }
        page.gap()
        page.paragraph(label(title), text)
    }

    private static func hints(_ hints: ArraySlice<String>, _ page: inout TextPage) {
        if hints.isEmpty { return }
        page.gap()
        for (index, hint) in hints.enumerated() {
            page.paragraph(label(index == 0 ? "hints" : "") + StyledText("\(index + 1). ", .faint), hint)
        }
    }

    private static func phases(_ plan: Plan, _ page: inout TextPage) {
        for phase in plan.phases {
            page.gap()
            var title = StyledText(phase.name, .strong)
            if phase.role.rawValue != phase.name { title += StyledText(" (\(phase.role.rawValue))", .faint) }
            if phase.isFresh { title += StyledText(", in a new lab", .faint) }
            page.add(label("phase") + title)
            for patch in phase.patchText { page.paragraph(label("") + StyledText("set ", .faint), patch) }
            for expectation in phase.expectations {
                page.paragraph(label("") + StyledText("– ", .faint), expectation.text)
                if let because = expectation.because { page.paragraph(label("") + "    ", because, .faint) }
            }
        }
    }
}
