import NetlabModel

/// Workflow commands by which GitHub shows results beside the lines of a scenario file.
public enum GitHubAnnotations {
    /// One line for everything that did not pass; failed and inconclusive are errors, unsupported is a notice, flaky a
    /// warning.
    public static func lines(_ entries: [SuiteEntry]) -> [String] {
        entries.flatMap(lines)
    }

    private static func lines(_ entry: SuiteEntry) -> [String] {
        var lines: [String] = []
        let verdict = entry.verdict
        for cause in verdict.causes {
            lines.append(line(verdict.outcome, entry, nil, "\(entry.name)", cause))
        }
        for phase in verdict.phases where phase.outcome != .passed {
            let plan = entry.plan.phases.first { $0.name == phase.name }
            for cause in phase.causes {
                lines.append(
                    line(phase.outcome, entry, plan?.position, "\(entry.name): \(phase.name)", cause))
            }
            if !phase.causes.isEmpty { continue }
            for (index, expectation) in phase.expectations.enumerated() where expectation.outcome != .passed {
                let expected =
                    plan?.expectations.indices.contains(index) == true ? plan?.expectations[index] : nil
                var message = "\(expectation.text): \(expectation.finding)"
                if let because = expectation.because { message += "\n\(because)" }
                lines.append(
                    line(
                        expectation.outcome, entry, expected?.position, "\(entry.name): \(phase.name)",
                        message))
            }
        }
        if entry.isFlaky {
            lines.append(
                command("warning", entry, nil, entry.name, "flaky: passed at try \(entry.tries)"))
        }
        return lines
    }

    private static func line(
        _ outcome: Outcome, _ entry: SuiteEntry, _ position: SourcePosition?, _ title: String,
        _ message: String
    ) -> String {
        command(outcome == .unsupported ? "notice" : "error", entry, position, title, message)
    }

    private static func command(
        _ name: String, _ entry: SuiteEntry, _ position: SourcePosition?, _ title: String, _ message: String
    ) -> String {
        var properties: [(String, String)] = []
        // A built-in scenario is no file of the user's repository.
        if !entry.plan.source.path.hasPrefix("builtin:") {
            properties.append(("file", entry.plan.source.path))
            if let position {
                properties += [("line", "\(position.line)"), ("col", "\(position.column)")]
            }
        }
        properties.append(("title", title))
        let text = properties.map { "\($0.0)=\(property($0.1))" }.joined(separator: ",")
        return "::\(name) \(text)::\(data(message))"
    }

    private static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
