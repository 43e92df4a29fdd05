import NetlabModel

/// A verdict as text that explains itself: the lab, what each phase changed, what was expected and what was seen, where
/// the packets went, and the lesson.
public enum TextReport {
    public static func render(
        _ record: RunRecord, _ verdict: Verdict, plan: Plan, style: ReportStyle = ReportStyle()
    ) -> String {
        var page = TextPage(style)
        if style.detail != .brief {
            head(record, plan, &page)
            picture(plan, &page)
        }
        for (index, phase) in verdict.phases.enumerated() {
            if style.detail == .brief, phase.outcome == .passed { continue }
            let section = PhaseSection(
                verdict: phase, plan: plan.phases.first { $0.name == phase.name },
                record: record.phases.first { $0.name == phase.name },
                isFirst: index == 0, isWithheld: record.withheld == phase.name,
                leftOut: plan.leftOut(of: phase.name, on: record.host.kernel), kernel: record.host.kernel)
            page.gap()
            section.write(&page)
        }
        page.gap()
        conclusion(record, verdict, plan, &page)
        return page.render()
    }

    private static func head(_ record: RunRecord, _ plan: Plan, _ page: inout TextPage) {
        page.paragraph(StyledText(plan.name, .name) + "  ", plan.title, .strong)
        let host = record.host
        let facts = [
            "kernel \(host.kernel)", host.machine, "\(host.cpus) CPUs", host.privilege,
            "netlab \(record.tool)",
            record.startedAt,
        ]
        page.paragraph("", facts.filter { !$0.isEmpty }.joined(separator: " · "), .faint)
        if let virtualHost = record.virtualHost {
            page.paragraph("", VirtualHostText.line(virtualHost), .faint)
        }
        if !record.scenario.parameters.isEmpty {
            let settings = record.scenario.parameters.sorted { $0.key < $1.key }
            page.paragraph(
                StyledText("set  ", .faint), settings.map { "\($0.key)=\($0.value)" }.joined(separator: " "))
        }
    }

    static func picture(_ plan: Plan, _ page: inout TextPage) {
        guard let state = plan.phases.first?.state else { return }
        page.gap()
        page.add(
            TopologyPicture.lines(
                state, first: plan.phases.first?.flows.first?.from, impaired: impairedLinks(plan),
                width: page.style.width))
        let flows = plan.phases.first?.flows ?? []
        let longest = flows.map(\.name.columns).max() ?? 0
        for flow in flows.prefix(6) {
            page.paragraph(
                "  " + StyledText(flow.name, .name).padded(to: longest + 2), FlowText.plan(flow), .faint)
        }
        if flows.count > 6 { page.paragraph("  ", "and \(flows.count - 6) more flows", .faint) }
    }

    /// Names of links that some phase impairs.
    static func impairedLinks(_ plan: Plan) -> Set<String> {
        Set(plan.phases.flatMap(\.state.links).filter { !$0.impairments.isEmpty }.map(\.name))
    }

    private static func conclusion(
        _ record: RunRecord, _ verdict: Verdict, _ plan: Plan, _ page: inout TextPage
    ) {
        page.rule(
            StyledText("verdict", .strong),
            right: StyledText(VirtualHostText.time(of: record), .faint))
        let all = verdict.phases.flatMap(\.expectations)
        page.add(
            "  " + verdict.outcome.mark + " " + StyledText(verdict.outcome.rawValue, verdict.outcome.ink)
                + StyledText("  " + tally(all)))
        for cause in verdict.causes { page.paragraph("    ", cause, verdict.outcome.ink) }
        if let virtualHost = record.virtualHost { VirtualHostText.write(virtualHost, &page) }
        if page.style.detail == .brief { return }
        let lesson = plan.lesson
        if !lesson.cause.isEmpty || !lesson.cure.isEmpty { page.gap() }
        for (label, text) in [("cause", lesson.cause), ("cure", lesson.cure)] where !text.isEmpty {
            page.paragraph("  " + StyledText(label, .faint).padded(to: 8), text)
        }
        page.gap()
        page.paragraph(
            "  " + StyledText("next", .faint).padded(to: 8), "netlab show \(plan.name) tells the whole lesson"
        )
    }

    /// `8 of 8 expectations hold`, `6 of 8 expectations hold, 1 does not, 1 could not be judged`.
    static func tally(_ expectations: [ExpectationVerdict]) -> String {
        func count(_ outcome: Outcome) -> Int { expectations.count { $0.outcome == outcome } }
        var parts = ["\(count(.passed)) of \(expectations.count) expectations hold"]
        if count(.failed) > 0 { parts.append("\(count(.failed)) \(count(.failed) == 1 ? "does" : "do") not") }
        if count(.inconclusive) > 0 { parts.append("\(count(.inconclusive)) could not be judged") }
        if count(.unsupported) > 0 { parts.append("\(count(.unsupported)) not supported here") }
        return expectations.isEmpty ? "nothing was judged" : parts.joined(separator: ", ")
    }
}
