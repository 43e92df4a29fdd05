import NetlabModel

/// The part of a report that tells one phase.
struct PhaseSection {
    let verdict: PhaseVerdict
    let plan: PhasePlan?
    let record: PhaseRecord?
    let isFirst: Bool
    let isWithheld: Bool
    /// What the phase would change on another kernel.
    var leftOut: [LeftOutSetting] = []
    /// The kernel that ran.
    var kernel = ""

    /// Width of the column of labels, with the blank behind it.
    private var labelWidth: Int {
        let names = (plan?.flows.map(\.name) ?? []) + impairedLinks.map(\.key)
        return min(max(names.map(\.columns).max() ?? 0, leftOut.isEmpty ? 7 : 8), 16) + 2
    }

    /// Links that are more than a veth pair, with how they were made.
    private var impairedLinks: [(key: String, value: String)] {
        (record?.drivers ?? [:]).filter { !$0.value.hasPrefix("direct") }.sorted { $0.key < $1.key }
    }

    func write(_ page: inout TextPage) {
        heading(&page)
        for cause in verdict.causes {
            page.paragraph("  " + verdict.outcome.mark + " ", cause, verdict.outcome.ink)
        }
        if page.style.detail != .brief {
            changes(&page)
            leftOutSettings(&page)
            traffic(&page)
            steps(&page)
        }
        let column = expectationColumn(page.style)
        for expectation in verdict.expectations
        where page.style.detail != .brief || expectation.outcome != .passed {
            ExpectationLines(expectation: expectation, column: column).write(&page)
        }
        if page.style.detail != .brief {
            unmentioned(&page)
            BooksText.write(verdict.books, label: label("books"), &page)
            uncountedDrops(&page)
            machineDrops(&page)
        }
    }

    /// That drop reasons may be short, and by how much.
    private func uncountedDrops(_ page: inout TextPage) {
        guard let count = record?.uncountedDrops else { return }
        page.paragraph(label("drops"), "at most \(count) of this machine's are in no counter", .doubtful)
    }

    /// What the whole machine dropped, where nothing better can be had.
    private func machineDrops(_ page: inout TextPage) {
        guard let drops = record?.machineDrops, !drops.isEmpty else { return }
        let largest = drops.sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }.prefix(6)
        page.paragraph(
            label("host"),
            "dropped on the whole machine, by other programs too: "
                + largest.map { "\($0.reason) in \($0.location) \($0.count)" }.joined(separator: ", "),
            .faint)
    }

    private func label(_ text: String) -> StyledText {
        "  " + StyledText(text, .faint).padded(to: labelWidth)
    }

    private func heading(_ page: inout TextPage) {
        var title = StyledText(verdict.name, .strong)
        if let role = plan?.role, role.rawValue != verdict.name {
            title += StyledText(" (\(role.rawValue))", .faint)
        }
        if isWithheld { title += StyledText(" – its change withheld", .doubtful) }
        let words =
            switch verdict.outcome {
            case .passed: verdict.expectations.isEmpty ? "nothing expected" : "as expected"
            case .failed: "not as expected"
            case .inconclusive: "inconclusive"
            case .unsupported: "not supported here"
            }
        page.rule(title, right: verdict.outcome.mark + " " + StyledText(words, verdict.outcome.ink))
    }

    private func changes(_ page: inout TextPage) {
        guard let record else { return }
        // What built the lab is the picture's business.
        let builds = isFirst || plan?.isFresh == true
        if builds, page.style.detail != .full {
            if isFirst { return }
            let patch = patch
            page.paragraph(
                label("changed"),
                "a new lab" + (patch.isEmpty ? "" : " with " + patch.joined(separator: "; ")),
                .strong)
            return
        }
        let limit = page.style.detail == .full ? record.changes.count : 6
        for (index, change) in record.changes.prefix(limit).enumerated() {
            page.paragraph(label(index == 0 ? (builds ? "built" : "changed") : ""), change.text, .strong)
            if page.style.detail == .full {
                for command in change.commands { page.add(label("") + StyledText("  \(command)", .faint)) }
            }
        }
        if record.changes.count > limit {
            page.paragraph(label(""), "and \(record.changes.count - limit) more changes", .faint)
        }
        // A patch of traffic changes no kernel setting; the author's words tell it.
        if record.changes.isEmpty {
            for (index, text) in patch.enumerated() {
                page.paragraph(label(index == 0 ? "changed" : ""), text, .strong)
            }
        }
    }

    private func leftOutSettings(_ page: inout TextPage) {
        // The first phase only says how things are.
        for left in leftOut where !isFirst {
            let range = left.setting.kernel.map { "\($0)" } ?? ""
            page.paragraph(
                label("left out"),
                "\(left.subject): \(left.setting.name) = \(left.setting.value), which is for kernels \(range); this is \(kernel)",
                .doubtful)
            if plan?.role == .fault, let otherwise = left.setting.otherwise {
                page.paragraph(label(""), otherwise)
            }
        }
    }

    /// What the author changed, without what was left out on this kernel.
    private var patch: [String] {
        (plan?.patchText ?? []).filter { line in
            !leftOut.contains { line.contains($0.setting.name + " ") }
        }
    }

    private func traffic(_ page: inout TextPage) {
        guard let record else { return }
        for (link, driver) in impairedLinks {
            page.paragraph(label(link), driver, .faint)
        }
        let order = plan?.flows.map(\.name) ?? []
        let others = record.flows.keys.filter { !order.contains($0) }.sorted()
        for name in order + others {
            guard let outcome = record.flows[name] else { continue }
            page.paragraph(
                label(name), FlowText.outcome(outcome), outcome.failure == nil ? .plain : .doubtful)
        }
    }

    /// What was changed while the traffic ran, and how late where that matters.
    private func steps(_ page: inout TextPage) {
        for step in record?.steps ?? [] {
            let late = step.lateness < .milliseconds(50) ? "" : " (\(step.lateness.text) late)"
            let time = "\(Duration.nanoseconds(step.at).text) into the traffic\(late): "
            page.paragraph(label("changed"), time + step.changes.map(\.text).joined(separator: "; "), .strong)
        }
    }

    /// Where the figures begin, so that they stand below one another where the texts allow it.
    private func expectationColumn(_ style: ReportStyle) -> Int {
        let longest =
            verdict.expectations.map(\.text.columns).filter { $0 <= style.width / 2 }.max() ?? 0
        return longest + 6
    }

    private func unmentioned(_ page: inout TextPage) {
        let isFull = page.style.detail == .full
        let telling = verdict.unmentioned.filter { isFull || !$0.isOrdinary }
        let shown = isFull ? telling : Array(telling.prefix(10))
        let ordinary = verdict.unmentioned.count - telling.count
        if shown.isEmpty { return }
        var parts: [String] = []
        var subject = ""
        for counter in shown {
            let sign = counter.delta > 0 ? "+" : ""
            let scope = CounterID(counter.id)?.isHostWide == true ? "\u{a0}(whole\u{a0}machine)" : ""
            let text = "\(counter.id.replacing(" ", with: "\u{a0}"))\u{a0}\(sign)\(counter.delta)\(scope)"
            parts.append(counter.subject == subject ? text : "\(counter.subject):\u{a0}\(text)")
            subject = counter.subject
        }
        var tail: [String] = []
        if telling.count > shown.count { tail.append("\(telling.count - shown.count) more") }
        if ordinary > 0 { tail.append("\(ordinary) that any traffic moves") }
        let text =
            parts.joined(separator: ", ") + (tail.isEmpty ? "" : "; and \(tail.joined(separator: ", "))")
        page.paragraph(label("moved"), text, .faint)
    }
}

/// One expectation with its figures and its reason.
struct ExpectationLines {
    let expectation: ExpectationVerdict
    let column: Int

    func write(_ page: inout TextPage) {
        let outcome = expectation.outcome
        let head =
            "  " + outcome.mark + " "
            + StyledText(expectation.text, outcome == .passed ? .plain : .strong)
        let ink: Ink = outcome == .passed ? .plain : outcome.ink
        if head.width <= column, column + figures.columns <= page.style.width {
            page.paragraph(head.padded(to: column), figures, ink)
        } else {
            page.paragraph(
                "  " + outcome.mark + " ", expectation.text, outcome == .passed ? .plain : .strong)
            page.paragraph("      ", figures, ink)
        }
        let wantsEvidence = outcome != .passed || page.style.detail == .full
        if wantsEvidence, expectation.evidence.count > 1 {
            for sample in expectation.evidence { page.paragraph("      ", text(of: sample), .faint) }
        }
        if let because = expectation.because { page.paragraph("      ", because, .faint) }
    }

    private var figures: String {
        guard expectation.evidence.count == 1, let sample = expectation.evidence.first,
            let before = sample.before, let after = sample.after
        else { return expectation.finding }
        return "\(before) → \(after), \(expectation.finding)\(scope(of: sample))"
    }

    /// Told where a counter does not belong to the place that it was read at.
    private func scope(of sample: Evidence) -> String {
        let id = sample.quantity.drop { $0 != " " }.dropFirst()
        return CounterID(String(id))?.isHostWide == true ? " (whole machine)" : ""
    }

    private func text(of sample: Evidence) -> String {
        if let before = sample.before, let after = sample.after {
            return "\(sample.quantity)  \(before) → \(after)\(scope(of: sample))"
        }
        return "\(sample.quantity)  \(sample.value)"
    }
}
