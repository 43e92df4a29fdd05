import NetlabModel

/// Where the packets went, in as few lines as tell it.
enum BooksText {
    static func write(_ entries: [BookEntry], label: StyledText, _ page: inout TextPage) {
        let isFull = page.style.detail == .full
        let told = entries.filter {
            isFull || $0.scope == .link || !$0.dropped.isEmpty || $0.unexplained != 0
        }
        let quiet = entries.filter { $0.scope == .cable && $0.dropped.isEmpty && $0.unexplained == 0 }
        var head = label
        for entry in told {
            page.paragraph(head, line(entry), entry.unexplained == 0 ? .plain : .doubtful)
            head = StyledText("").padded(to: label.width)
        }
        if told.isEmpty, !quiet.isEmpty {
            let packets = quiet.reduce(0) { $0 + $1.sent }
            page.paragraph(head, "all \(packets) packets on the wire arrived", .faint)
        }
    }

    static func line(_ entry: BookEntry) -> String {
        let words =
            switch entry.scope {
            case .cable, .link: ("sent", "arrived")
            case .node: ("received", "taken in or passed on")
            case .sending: ("to send", "handed to a device")
            }
        var parts = ["\(entry.sent) \(words.0)"]
        if entry.copied > 0 { parts.append("\(entry.copied) copied") }
        parts.append("\(entry.arrived) \(words.1)")
        for drop in entry.dropped {
            let place = drop.place == entry.place ? "" : "\(drop.place) "
            parts.append("\(drop.count) dropped (\(place)\(drop.counter)\(function(drop)))")
        }
        if entry.unexplained > 0 { parts.append("\(entry.unexplained) unexplained") }
        if entry.unexplained < 0 { parts.append("\(-entry.unexplained) more than were sent") }
        var text = "\(entry.place): " + parts.joined(separator: ", ")
        if !entry.reasons.isEmpty {
            let told = entry.reasons.filter { reason in
                !entry.dropped.contains { drop in
                    drop.count == reason.count
                        && (drop.counter == reason.counter
                            || drop.function != nil && drop.function == reason.function)
                }
            }
            let reasons = told.map { "\($0.counter)\(function($0)) \($0.count)" }
            if !reasons.isEmpty { text += "; freed besides: " + reasons.joined(separator: ", ") }
        }
        return text
    }

    private static func function(_ drop: BookedDrop) -> String {
        drop.function.map { " in \($0)" } ?? ""
    }
}
