import NetlabModel

/// What a host can do, as a table, with the cure for what it cannot.
public enum DoctorText {
    /// - Parameters:
    ///   - abilities: what was examined.
    ///   - runnable: names of the scenarios that this host can run.
    ///   - blocked: names of the others, with what each lacks.
    public static func render(
        _ abilities: [Ability], runnable: [String] = [],
        blocked: [(name: String, missing: [MissingNeed])] = [],
        style: ReportStyle = ReportStyle()
    ) -> String {
        var table = TextTable([.init(""), .init(""), .init("", isFlexible: true)])
        for ability in abilities {
            let mark = ability.isAvailable ? Outcome.passed.mark : StyledText("✘", .bad)
            let isPlain = ability.isAvailable && ability.detail == "works"
            table.add([
                mark, StyledText(ability.name, .strong),
                isPlain
                    ? StyledText(ability.purpose, .faint)
                    : StyledText(ability.isAvailable ? ability.detail : ability.purpose),
            ])
        }
        var page = TextPage(style)
        page.add(table.lines(width: style.width))
        for ability in abilities where !ability.isAvailable {
            page.gap()
            page.paragraph(StyledText("\(ability.name)  ", .strong), ability.detail)
            if !ability.cure.isEmpty { page.paragraph("  cure  ", ability.cure) }
        }
        if runnable.isEmpty, blocked.isEmpty { return page.render() }
        page.gap()
        page.paragraph(
            "",
            "\(runnable.count) of \(runnable.count + blocked.count) scenarios of the catalogue can run here",
            .strong
        )
        for (name, missing) in blocked {
            let text = missing.map { "\($0.need): \($0.reason)" }.joined(separator: "; ")
            page.paragraph("  " + StyledText(name, .name) + "  ", text)
        }
        return page.render()
    }
}
