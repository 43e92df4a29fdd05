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
        var table = TextTable([.init(""), .init(""), .init("", isFlexible: true), .init("")])
        for ability in abilities {
            let outcome: Outcome = ability.isAvailable ? .passed : .unsupported
            table.add([
                ability.isAvailable ? outcome.mark : StyledText("✘", .bad), StyledText(ability.name, .strong),
                StyledText(ability.detail), StyledText(ability.purpose, .faint),
            ])
        }
        var page = TextPage(style)
        page.add(table.lines(width: style.width))
        let cures = abilities.filter { !$0.isAvailable && !$0.cure.isEmpty }
        if !cures.isEmpty { page.gap() }
        for ability in cures { page.paragraph(StyledText("\(ability.name): ", .strong), ability.cure) }
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
