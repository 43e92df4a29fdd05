import NetlabModel

/// Results as TAP version 14: a test point for each scenario, with its phases and their expectations as subtests.
///
/// Inconclusive is `not ok`, since nothing was shown; unsupported is skipped.
public enum TAPReport {
    public static func render(_ entries: [SuiteEntry]) -> String {
        var lines = ["TAP version 14", "1..\(entries.count)"]
        for (index, entry) in entries.enumerated() {
            lines += scenario(entry, number: index + 1)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func scenario(_ entry: SuiteEntry, number: Int) -> [String] {
        let verdict = entry.verdict
        var inner: [String] = []
        var points = 0
        if !verdict.causes.isEmpty, verdict.outcome != .unsupported {
            points += 1
            inner += point(
                points, "the run as a whole", verdict.outcome,
                message: verdict.causes.joined(separator: "; "))
        }
        for phase in verdict.phases {
            points += 1
            inner += subtest(phase.name, expectations(phase))
            inner += point(points, phase.name, phase.outcome, message: phase.causes.joined(separator: "; "))
        }
        var fields = [
            ("duration_ms", "\(entry.time.nanoseconds / 1_000_000)"),
            ("kernel", quoted(entry.record.host.kernel)),
        ]
        if entry.tries > 1 { fields.append(("tries", "\(entry.tries)")) }
        let outer = points == 0 ? [] : subtest(entry.name, ["1..\(points)"] + inner)
        return outer
            + point(number, entry.name, verdict.outcome, message: entry.cause ?? "", fields: fields)
    }

    private static func expectations(_ phase: PhaseVerdict) -> [String] {
        if phase.expectations.isEmpty { return ["1..0 # SKIP nothing is expected"] }
        var lines = ["1..\(phase.expectations.count)"]
        for (index, expectation) in phase.expectations.enumerated() {
            var fields: [(String, String)] = []
            if expectation.outcome != .passed, let because = expectation.because {
                fields.append(("because", quoted(because)))
            }
            lines += point(
                index + 1, expectation.text, expectation.outcome, message: expectation.finding, fields: fields
            )
        }
        return lines
    }

    private static func subtest(_ name: String, _ lines: [String]) -> [String] {
        (["# Subtest: \(escaped(name))"] + lines).map { "    \($0)" }
    }

    private static func point(
        _ number: Int, _ name: String, _ outcome: Outcome, message: String, fields: [(String, String)] = []
    ) -> [String] {
        let isOK = outcome == .passed || outcome == .unsupported
        let skip = outcome == .unsupported ? " # SKIP \(oneLine(message))" : ""
        var lines = ["\(isOK ? "ok" : "not ok") \(number) - \(escaped(name))\(skip)"]
        var fields = fields
        if !isOK { fields = [("outcome", outcome.rawValue), ("message", quoted(message))] + fields }
        if !fields.isEmpty {
            lines += ["  ---"] + fields.map { "  \($0.0): \($0.1)" } + ["  ..."]
        }
        return lines
    }

    /// A description may hold no bare `#`, which begins a directive, and no bare backslash.
    private static func escaped(_ text: String) -> String {
        oneLine(text).replacing("\\", with: "\\\\").replacing("#", with: "\\#")
    }

    private static func oneLine(_ text: String) -> String {
        text.replacing("\n", with: " ").replacing("\r", with: " ")
    }

    /// A double-quoted scalar of YAML 1.2.
    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
            "\n", with: "\\n")
        return "\"\(escaped)\""
    }
}
