import NetlabModel

/// Scenarios against kernels in JUnit's XML: a suite for each kernel, a case for each scenario.
public enum MatrixJUnit {
    public static func render(_ matrix: KernelMatrix) -> String {
        let cells = matrix.rows.flatMap { $0.cells.compactMap { $0 } }
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
        lines.append(
            "<testsuites"
                + attributes([
                    ("name", "netlab"), ("tests", "\(cells.count)"),
                    ("failures", "\(cells.count { $0.outcome == .failed })"),
                    ("errors", "\(cells.count { $0.outcome == .inconclusive })"),
                    ("time", SuiteEntry.seconds(matrix.time)),
                ]) + ">")
        for index in matrix.columns.indices { lines += suite(matrix, column: index) }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func suite(_ matrix: KernelMatrix, column index: Int) -> [String] {
        let column = matrix.columns[index]
        let cases = matrix.rows.compactMap { row in
            row.cells.indices.contains(index) ? row.cells[index].map { (row, $0) } : nil
        }
        func count(_ outcome: Outcome) -> String { "\(matrix.count(outcome, inColumn: index))" }
        var lines = [
            "  <testsuite"
                + attributes([
                    ("name", column.name), ("tests", "\(cases.count)"), ("failures", count(.failed)),
                    ("errors", count(.inconclusive)), ("skipped", count(.unsupported)),
                    ("time", SuiteEntry.seconds(cases.reduce(0) { $0 + $1.1.time })), ("id", "\(index)"),
                    ("package", "netlab"),
                ]) + ">",
            "    <properties>",
            "      <property\(attributes([("name", "kernel"), ("value", column.release ?? "unknown")]))/>",
            "    </properties>",
        ]
        for (row, cell) in cases {
            let head =
                "    <testcase"
                + attributes([
                    ("name", row.scenario), ("classname", "netlab.\(column.name)"),
                    ("time", SuiteEntry.seconds(cell.time)),
                ])
            guard let element = element(for: cell.outcome) else {
                lines.append(head + "/>")
                continue
            }
            let message = attributes([("type", cell.outcome.rawValue), ("message", cell.cause ?? "")])
            let details = row.differences.filter { !$0.isOrdinary || $0.isExpected }.map { difference in
                "\(difference.phase): \(difference.subject) \(difference.id): "
                    + zip(matrix.columns, difference.readings).map { "\($0.name) \(MatrixText.word($1))" }
                    .joined(separator: ", ")
            }
            lines += [
                head + ">",
                "      <\(element)\(message)>\(XMLText.content(details.joined(separator: "\n")))</\(element)>",
                "    </testcase>",
            ]
        }
        return lines + ["  </testsuite>"]
    }

    private static func element(for outcome: Outcome) -> String? {
        switch outcome {
        case .passed: nil
        case .failed: "failure"
        case .inconclusive: "error"
        case .unsupported: "skipped"
        }
    }

    private static func attributes(_ pairs: [(String, String)]) -> String {
        pairs.map { " \($0.0)=\"\(XMLText.attribute($0.1))\"" }.joined()
    }
}
