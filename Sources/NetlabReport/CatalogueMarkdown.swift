import NetlabModel

/// The catalogue as a page of Markdown: docs/catalogue.md.
public enum CatalogueMarkdown {
    /// A table of the scenarios, and for each the counters its fault phases speak of.
    ///
    /// - Parameter plans: in the order of the page.
    public static func render(_ plans: [Plan]) -> String {
        var page = """
            # The catalogue

            Written by `netlab list --markdown`; do not edit. Each of these runs with `netlab run NAME`, and
            `netlab show NAME` tells its lesson.

            | scenario | what breaks | tags |
            | --- | --- | --- |

            """
        for plan in plans {
            page +=
                "| [\(plan.name)](#\(plan.name)) | \(cell(plan.title)) | \(plan.tags.joined(separator: ", ")) |\n"
        }
        for plan in plans {
            page += "\n## \(plan.name)\n\n\(plan.title).\n"
            if !plan.lesson.symptom.isEmpty { page += "\n\(line(plan.lesson.symptom))\n" }
            for phase in plan.phases where phase.role == .fault {
                let counters = phase.expectations.filter(speaksOfCounter)
                page += "\nIn phase `\(phase.name)`"
                if !phase.patchText.isEmpty {
                    page += " (" + phase.patchText.map { "`\(line($0))`" }.joined(separator: ", ") + ")"
                }
                page += counters.isEmpty ? " no counter is expected to move.\n" : ":\n\n"
                for expectation in counters { page += "- `\(expectation.text)`\n" }
            }
        }
        return page
    }

    private static func speaksOfCounter(_ expectation: Expectation) -> Bool {
        expectation.predicate.quantities.flatMap(\.leaves).contains {
            if case .counter = $0 { true } else { false }
        }
    }

    private static func cell(_ text: String) -> String { line(text).replacing("|", with: "\\|") }

    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
