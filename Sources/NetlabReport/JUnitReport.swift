import NetlabModel

/// Results in the XML that Jenkins and GitLab read: a suite for each scenario, a case for each expectation.
///
/// Failed is a failure, inconclusive an error, unsupported is skipped. Elements and attributes are those of the schema
/// junit-10.xsd of Jenkins' xunit plugin.
public enum JUnitReport {
    /// - Parameter time: wall time of the whole suite.
    public static func render(_ entries: [SuiteEntry], time: Duration) -> String {
        let suites = entries.map(Suite.init)
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
        let all = suites.flatMap(\.cases)
        lines.append(
            "<testsuites"
                + attributes([
                    ("name", "netlab"), ("tests", "\(all.count)"),
                    ("failures", "\(all.count { $0.outcome == .failed })"),
                    ("errors", "\(all.count { $0.outcome == .inconclusive })"),
                    ("time", SuiteEntry.seconds(time.nanoseconds)),
                ]) + ">")
        for (index, suite) in suites.enumerated() { lines += suite.lines(number: index) }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    fileprivate static func attributes(_ pairs: [(String, String)]) -> String {
        pairs.map { " \($0.0)=\"\(XMLText.attribute($0.1))\"" }.joined()
    }
}

/// One scenario.
private struct Suite {
    struct Case {
        var phase: String
        var name: String
        var outcome: Outcome
        var message: String
        var details: String
        var nanoseconds: Int64
    }

    let entry: SuiteEntry
    var cases: [Case] = []

    init(_ entry: SuiteEntry) {
        self.entry = entry
        let verdict = entry.verdict
        if !verdict.causes.isEmpty {
            let message = verdict.causes.joined(separator: "\n")
            cases.append(
                Case(
                    phase: "run", name: "the run as a whole", outcome: verdict.outcome, message: message,
                    details: "", nanoseconds: 0))
        }
        for phase in verdict.phases { addCases(of: phase) }
    }

    private mutating func addCases(of phase: PhaseVerdict) {
        let record = entry.record.phases.first { $0.name == phase.name }
        let time = record.map { max(0, $0.after.takenAt - $0.before.takenAt) } ?? 0
        let cause = phase.causes.joined(separator: "\n")
        if phase.expectations.isEmpty, !cause.isEmpty {
            cases.append(
                Case(
                    phase: phase.name, name: "phase \(phase.name)", outcome: phase.outcome, message: cause,
                    details: "", nanoseconds: time))
        }
        for expectation in phase.expectations {
            let message = expectation.outcome == .inconclusive && !cause.isEmpty ? cause : expectation.finding
            var details = [expectation.text, expectation.finding]
            if let because = expectation.because { details.append("because: \(because)") }
            details += expectation.evidence.map { sample in
                guard let before = sample.before, let after = sample.after else {
                    return "\(sample.quantity): \(sample.value)"
                }
                return "\(sample.quantity): \(before) → \(after)"
            }
            // All expectations of a phase are judged on the same stretch of time; each gets its share of it.
            cases.append(
                Case(
                    phase: phase.name, name: expectation.text, outcome: expectation.outcome, message: message,
                    details: details.joined(separator: "\n"),
                    nanoseconds: time / Int64(phase.expectations.count)))
        }
    }

    func lines(number: Int) -> [String] {
        let attributes = JUnitReport.attributes([
            ("name", entry.name), ("tests", "\(cases.count)"), ("failures", "\(count(.failed))"),
            ("errors", "\(count(.inconclusive))"), ("skipped", "\(count(.unsupported))"),
            ("time", SuiteEntry.seconds(entry.time.nanoseconds)),
            ("timestamp", entry.record.startedAt.replacing("Z", with: "")), ("id", "\(number)"),
            ("package", "netlab"),
        ])
        var lines = ["  <testsuite\(attributes)>", "    <properties>"]
        for (name, value) in properties {
            lines.append("      <property\(JUnitReport.attributes([("name", name), ("value", value)]))/>")
        }
        lines.append("    </properties>")
        for item in cases { lines += self.lines(of: item) }
        let text = TextReport.render(entry.record, entry.verdict, plan: entry.plan)
        lines.append("    <system-out>\(XMLText.content(text))</system-out>")
        lines.append("  </testsuite>")
        return lines
    }

    private func count(_ outcome: Outcome) -> Int { cases.count { $0.outcome == outcome } }

    private var properties: [(String, String)] {
        let record = entry.record
        var properties = [
            ("title", entry.plan.title), ("tags", entry.plan.tags.joined(separator: " ")),
            ("kernel", record.host.kernel), ("machine", record.host.machine),
            ("privilege", record.host.privilege), ("netlab", record.tool), ("plan", record.planHash),
        ]
        properties += record.scenario.parameters.sorted { $0.key < $1.key }.map {
            ("set \($0.key)", $0.value)
        }
        if entry.tries > 1 { properties.append(("tries", "\(entry.tries)")) }
        if entry.isFlaky { properties.append(("flaky", "true")) }
        return properties
    }

    private func lines(of item: Case) -> [String] {
        let head =
            "    <testcase"
            + JUnitReport.attributes([
                ("name", item.name), ("classname", "netlab.\(entry.name).\(item.phase)"),
                ("time", SuiteEntry.seconds(item.nanoseconds)),
            ])
        let element: String
        switch item.outcome {
        case .passed: return [head + "/>"]
        case .failed: element = "failure"
        case .inconclusive: element = "error"
        case .unsupported: element = "skipped"
        }
        let attributes = JUnitReport.attributes([("type", item.outcome.rawValue), ("message", item.message)])
        return [
            head + ">", "      <\(element)\(attributes)>\(XMLText.content(item.details))</\(element)>",
            "    </testcase>",
        ]
    }
}

/// Escaping for XML 1.0.
enum XMLText {
    static func content(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{fffd}")
            }
        }
        return result
    }

    /// As content, with quotation marks and with line breaks that survive attribute normalisation.
    static func attribute(_ text: String) -> String {
        content(text).replacing("\"", with: "&quot;").replacing("\n", with: "&#10;").replacing(
            "\t", with: "&#9;")
    }

    /// The production Char of XML 1.0, section 2.2.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xa, 0xd, 0x20...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: true
        default: false
        }
    }
}
