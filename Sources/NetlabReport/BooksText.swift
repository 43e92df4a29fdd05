import NetlabModel

/// Where the packets went: a row for each link and node that lost something, with its place and its reason.
enum BooksText {
    /// More rows than these are left to the full report, if nothing was lost in them.
    private static let quietRows = 6

    static func write(_ entries: [BookEntry], label: StyledText, _ page: inout TextPage) {
        let isFull = page.style.detail == .full
        let told = entries.filter {
            isFull || $0.scope == .link || !$0.dropped.isEmpty || $0.unexplained != 0
                || $0.bytes?.unexplained ?? 0 != 0
        }
        let quiet = entries.filter {
            ($0.scope == .cable || $0.scope == .switch) && $0.dropped.isEmpty && $0.unexplained == 0
        }
        if told.isEmpty {
            let packets = quiet.reduce(0) { $0 + $1.sent }
            if !quiet.isEmpty {
                page.paragraph(label, "all \(packets) packets on the wire arrived", .faint)
            }
            return
        }
        // What arrived whole belongs to the picture as long as it does not crowd it.
        let shown = entries.filter { entry in
            told.contains(entry) || quiet.count <= quietRows && quiet.contains(entry)
        }
        var head = label
        func next() -> StyledText {
            defer { head = StyledText("").padded(to: label.width) }
            return head
        }
        let lines = table(shown).lines(width: page.style.width - label.width)
        if lines.allSatisfy({ label.width + $0.width <= page.style.width }) {
            for line in lines { page.add(next() + line) }
        } else {
            for entry in shown {
                page.paragraph(next(), sentence(entry), ink(entry))
            }
        }
    }

    /// One account where there is no room for a table.
    private static func sentence(_ entry: BookEntry) -> String {
        let lost = entry.dropped.reduce(0) { $0 + $1.count }
        let why = why(entry)
        return "\(place(entry)): \(entry.sent) in, \(entry.arrived) out, \(lost) dropped"
            + (why.isEmpty ? "" : ": \(why)")
    }

    static func table(_ entries: [BookEntry]) -> TextTable {
        var table = TextTable([
            .init("where"), .init("in", .right), .init("out", .right), .init("dropped", .right),
            .init("why", isFlexible: true),
        ])
        for entry in entries {
            let lost = entry.dropped.reduce(0) { $0 + $1.count }
            table.add([
                StyledText(place(entry), .name), StyledText("\(entry.sent)"), StyledText("\(entry.arrived)"),
                StyledText(lost == 0 ? "" : "\(lost)", .strong), StyledText(why(entry), ink(entry)),
            ])
        }
        return table
    }

    private static func ink(_ entry: BookEntry) -> Ink {
        entry.unexplained == 0 && entry.bytes?.unexplained ?? 0 == 0 ? .plain : .doubtful
    }

    private static func place(_ entry: BookEntry) -> String {
        switch entry.scope {
        case .cable, .link, .switch: entry.place
        case .node: "\(entry.place), receiving"
        case .sending: "\(entry.place), sending"
        }
    }

    /// What was dropped where and for what reason, what was copied, and what nobody can explain.
    static func why(_ entry: BookEntry) -> String {
        var parts = entry.dropped.map { drop in
            let place = drop.place == entry.place ? "" : "\(drop.place) "
            let count = entry.dropped.count > 1 ? "\(drop.count) " : ""
            return "\(count)\(place)\(drop.counter)\(function(drop))"
        }
        if entry.copied > 0 { parts.append("\(entry.copied) copied") }
        if entry.inFlight != 0 { parts.append("\(entry.inFlight) more under way than before") }
        if entry.unexplained > 0 { parts.append("\(entry.unexplained) unexplained") }
        if entry.unexplained < 0 { parts.append("\(-entry.unexplained) more came out than went in") }
        if let bytes = entry.bytes, bytes.sent > 0 {
            var text = "bytes: \(bytes.sent) in, \(bytes.arrived) out, \(bytes.dropped) dropped"
            if bytes.unexplained != 0 { text += ", \(bytes.unexplained) unexplained" }
            parts.append(text)
        }
        var text = parts.joined(separator: ", ")
        let told = entry.reasons.filter { reason in
            !entry.dropped.contains { drop in
                drop.count == reason.count
                    && (drop.counter == reason.counter
                        || drop.function != nil && drop.function == reason.function)
            }
        }
        let reasons = told.map { "\($0.counter)\(function($0)) \($0.count)" }
        if !reasons.isEmpty {
            text += (text.isEmpty ? "" : "; ") + "freed besides: " + reasons.joined(separator: ", ")
        }
        return text
    }

    private static func function(_ drop: BookedDrop) -> String {
        drop.function.map { " in \($0)" } ?? ""
    }
}
