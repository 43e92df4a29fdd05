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

            | scenario | what breaks | what moves | time | kernels |
            | --- | --- | --- | --- | --- |

            """
        for plan in plans {
            let columns = [
                "[\(plan.name)](#\(plan.name))", cell(plan.title), moving(plan).joined(separator: ", "),
                plan.takes.map { FlowText.time($0.nanoseconds) } ?? "", kernels(plan),
            ]
            page += "| " + columns.joined(separator: " | ") + " |\n"
        }
        for plan in plans {
            page += "\n## \(plan.name)\n\n\(plan.title).\n"
            if !plan.tags.isEmpty { page += "\nTags: \(plan.tags.joined(separator: ", ")).\n" }
            if !plan.lesson.symptom.isEmpty { page += "\n\(line(plan.lesson.symptom))\n" }
            for phase in plan.phases where phase.role == .fault {
                let counters = phase.expectations.filter(speaksOfCounter)
                page += "\nIn phase `\(phase.name)`"
                if !phase.patchText.isEmpty {
                    page += " (" + phase.patchText.map { "`\(line($0))`" }.joined(separator: ", ") + ")"
                }
                page += counters.isEmpty ? " no counter is expected to move.\n" : ":\n\n"
                for expectation in counters {
                    let kernels = expectation.kernel.map { " (kernels \($0))" } ?? ""
                    page += "- `\(expectation.text)`\(kernels)\n"
                }
            }
        }
        return page
    }

    /// The counters that the fault phases expect to move, without their places: the first few.
    private static func moving(_ plan: Plan) -> [String] {
        var names: [String] = []
        for phase in plan.phases where phase.role == .fault {
            for expectation in phase.expectations {
                guard case .counter(_, let id)? = risingQuantity(expectation.predicate)?.leaves.first,
                    id.family != .rule, id.family != .impair, !names.contains("`\(id)`")
                else { continue }
                names.append("`\(id)`")
            }
        }
        return names.count > 5 ? Array(names.prefix(4)) + ["…"] : names
    }

    /// What an expectation says is more than before; nil if it says no such thing.
    private static func risingQuantity(_ predicate: Predicate) -> Quantity? {
        switch predicate {
        case .rises(let value, _), .share(let value, _, _), .within(let value, _, _): value
        case .compare(_, .equal, .number(0, _)), .stays: nil
        case .compare(let value, .equal, _), .compare(let value, .greater, _),
            .compare(let value, .greaterOrEqual, _):
            value
        case .compare: nil
        }
    }

    /// Which kernels it runs on, and what else it wants of the host.
    private static func kernels(_ plan: Plan) -> String {
        var words: [String] = []
        for need in plan.needs.sorted() {
            switch need {
            case .kernel(let least, let below):
                if !least.isEmpty { words.append("from \(least)") }
                if !below.isEmpty { words.append("before \(below)") }
            case .hostChange(let name):
                let settings = plan.phases.flatMap(\.state.host).filter { $0.name == name }
                let ranges = Set(settings.map(\.kernel))
                let range = ranges.count == 1 ? ranges.first?.map { " on kernels \($0)" } : nil
                words.append("`--allow-host-changes` for \(name)\(range ?? "")")
            case .virtualTime(let length):
                words.append("any, in a virtual machine: \(length) of virtual time")
            default: continue
            }
        }
        return words.isEmpty ? "any" : cell(words.joined(separator: ", "))
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
