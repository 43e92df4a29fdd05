import NetlabModel

/// Scenarios against kernels as one page that needs nothing else: no script, no font, no picture from elsewhere.
public enum MatrixHTML {
    /// - Parameter generated: when and by what, for the foot of the page.
    public static func render(_ matrix: KernelMatrix, generated: String) -> String {
        let title = "netlab: \(matrix.rows.count) scenarios on \(matrix.columns.count) kernels"
        var lines = [
            "<!DOCTYPE html>", #"<html lang="en">"#, "<head>", #"<meta charset="utf-8">"#,
            #"<meta name="viewport" content="width=device-width, initial-scale=1">"#,
            "<title>\(XMLText.content(title))</title>", "<style>\(style)</style>", "</head>", "<body>",
            "<h1>\(XMLText.content(title))</h1>",
        ]
        lines += summary(matrix)
        lines += table(matrix)
        lines += differences(matrix)
        lines += ["<footer>\(XMLText.content(generated))</footer>", "</body>", "</html>"]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func summary(_ matrix: KernelMatrix) -> [String] {
        let items = matrix.columns.enumerated().map { index, column in
            "<li><b>\(XMLText.content(MatrixText.label(column)))</b>: "
                + "\(XMLText.content(MatrixText.totals(matrix, column: index)))</li>"
        }
        return ["<ul class=\"totals\">"] + items + ["</ul>"]
    }

    private static func table(_ matrix: KernelMatrix) -> [String] {
        let heads = matrix.columns.map { column in
            "<th scope=\"col\">\(XMLText.content(column.name))"
                + (column.release.map { "<small>\(XMLText.content($0))</small>" } ?? "") + "</th>"
        }
        var lines = [
            "<table class=\"matrix\">",
            "<thead><tr><th scope=\"col\">scenario</th>\(heads.joined())</tr></thead>", "<tbody>",
        ]
        for row in matrix.rows {
            lines.append(
                "<tr\(row.isDivided ? " class=\"divided\"" : "")>"
                    + "<th scope=\"row\">\(XMLText.content(row.scenario))"
                    + "<small>\(XMLText.content(row.title))</small></th>"
                    + row.cells.map(cell).joined() + "</tr>")
        }
        return lines + ["</tbody>", "</table>"]
    }

    private static func cell(_ cell: KernelMatrix.Cell?) -> String {
        guard let cell else { return "<td class=\"none\">not run</td>" }
        let note = cell.isFlaky ? " <em>flaky: passed at try \(cell.tries)</em>" : ""
        let time = "<small>\(FlowText.time(cell.time))</small>"
        let word = "<span>\(cell.outcome.mark.plain) \(cell.outcome.rawValue)</span>\(note) \(time)"
        guard let cause = cell.cause else { return "<td class=\"\(cell.outcome.rawValue)\">\(word)</td>" }
        return "<td class=\"\(cell.outcome.rawValue)\"><details><summary>\(word)</summary>"
            + "<p>\(XMLText.content(cause))</p></details></td>"
    }

    private static func differences(_ matrix: KernelMatrix) -> [String] {
        guard matrix.rows.contains(where: { !$0.differences.isEmpty }) else { return [] }
        let heads = matrix.columns.map { "<th scope=\"col\">\(XMLText.content($0.name))</th>" }.joined()
        var lines = [
            "<h2>Counters that moved on one kernel and not on another</h2>",
            "<p>Bold: an expectation speaks of it. Faint: ordinary traffic moves it. “none”: the kernel has no such counter.</p>",
        ]
        for row in matrix.rows where !row.differences.isEmpty {
            let telling = row.differences.count { !$0.isOrdinary || $0.isExpected }
            lines += [
                "<details\(telling > 0 ? " open" : "")><summary>\(XMLText.content(row.scenario)): \(telling)"
                    + (row.differences.count > telling
                        ? " (\(row.differences.count) with ordinary ones)" : "")
                    + "</summary>",
                "<table><thead><tr><th scope=\"col\">phase</th><th scope=\"col\">counter</th>\(heads)</tr></thead><tbody>",
            ]
            for difference in row.differences {
                let kind = difference.isExpected ? "expected" : difference.isOrdinary ? "ordinary" : "telling"
                lines.append(
                    "<tr class=\"\(kind)\"><td>\(XMLText.content(difference.phase))</td>"
                        + "<td>\(XMLText.content("\(difference.subject) \(difference.id)"))</td>"
                        + difference.readings.map { "<td class=\"number\">\(MatrixText.word($0))</td>" }
                        .joined()
                        + "</tr>")
            }
            lines += ["</tbody></table></details>"]
        }
        return lines
    }

    private static let style = """
        :root{color-scheme:light dark}
        body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}
        table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
        th,td{border-bottom:1px solid #8884;padding:.35rem .6rem;text-align:left;vertical-align:top}
        thead th{position:sticky;top:0;background:Canvas}
        small{color:GrayText;display:block;font-weight:normal}
        td small{display:inline}
        .matrix tbody th{font-family:ui-monospace,monospace;font-weight:600}
        .passed span{color:#1a7f37}.failed span{color:#cf222e;font-weight:600}
        .inconclusive span{color:#9a6700}.unsupported span,.none{color:GrayText}
        .divided th{box-shadow:inset 3px 0 #9a6700}
        .expected td{font-weight:600}.ordinary td{color:GrayText}
        .number{text-align:right;font-variant-numeric:tabular-nums}
        summary{cursor:pointer}footer{color:GrayText;margin-top:2rem}
        @media(prefers-color-scheme:dark){.passed span{color:#3fb950}.failed span{color:#f85149}.inconclusive span{color:#d29922}}
        """
}
