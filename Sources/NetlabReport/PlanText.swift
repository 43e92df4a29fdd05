import NetlabModel

/// A plan as the commands that a person would type, with the rest as comments: a shell script to read, and to try by
/// hand as root on a machine that one may break.
public enum PlanText {
    public static func render(_ plan: Plan, style: ReportStyle = ReportStyle()) -> String {
        var page = TextPage(style)
        comment("\(plan.name): \(plan.title)", &page, .strong)
        if !plan.needs.isEmpty {
            comment("needs " + plan.needs.sorted().map(\.description).joined(separator: ", "), &page)
        }
        var last = LabState()
        for (index, phase) in plan.phases.enumerated() {
            page.gap()
            heading(phase, &page)
            if phase.isFresh, index > 0 {
                comment("a new lab: take the old one down first", &page)
                takeDown(last, &page)
                last = LabState()
            }
            commands(Change.between(last, phase.state), &page)
            last = phase.state
            for flow in phase.flows { comment("traffic \(flow.name): \(FlowText.plan(flow))", &page) }
            for step in phase.steps {
                comment("\(step.at.text) after the start of the traffic:", &page)
                commands(Change.between(last, step.state), &page)
                last = step.state
            }
            for expectation in phase.expectations { comment("expect \(expectation.text)", &page) }
        }
        page.gap()
        comment("take the lab down", &page)
        takeDown(last, &page)
        return page.render()
    }

    private static func takeDown(_ state: LabState, _ page: inout TextPage) {
        let middles = state.links.filter(EquivalentCommand.hasMiddle).map(EquivalentCommand.hiddenNode)
        for name in state.nodes.map(\.name) + middles { page.add(StyledText("ip netns del \(name)")) }
    }

    private static func heading(_ phase: PhasePlan, _ page: inout TextPage) {
        let role = phase.role.rawValue == phase.name ? "" : " (\(phase.role.rawValue))"
        comment("phase \(phase.name)\(role)", &page, .strong)
    }

    private static func commands(_ changes: [Change], _ page: inout TextPage) {
        for line in changes.flatMap(EquivalentCommand.lines) {
            page.add(StyledText(line, line.hasPrefix("#") ? .faint : .plain))
        }
    }

    private static func comment(_ text: String, _ page: inout TextPage, _ ink: Ink = .faint) {
        for line in text.wrapped(to: max(page.style.width - 2, 40)) { page.add(StyledText("# \(line)", ink)) }
    }
}
