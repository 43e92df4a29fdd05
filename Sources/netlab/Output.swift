import NetlabModel
import NetlabReport

/// How the command shows a verdict.
enum Output {
    /// What this terminal can show.
    static var style: ReportStyle {
        ReportStyle(isColoured: Terminal.wantsColour, isUnicode: Terminal.isUTF8, width: Terminal.width)
    }

    /// Prints a verdict to standard output: as text, as JSON, or the outcome alone.
    static func show(
        _ record: RunRecord, _ verdict: Verdict, _ plan: Plan, json: Bool, quiet: Bool, path: String
    ) throws {
        if json {
            Terminal.say(String(decoding: try RecordJSON.encode(verdict), as: UTF8.self))
        } else if quiet {
            Terminal.say("\(plan.name): \(verdict.outcome.rawValue)")
        } else {
            Terminal.say(TextReport.render(record, verdict, plan: plan, style: style))
            Terminal.say("record: \(path)")
            if let capture = record.capture { Terminal.say("capture: \(capture)") }
        }
    }
}
