/// The texts, one table for a family or a part of it.
///
/// A table is a text of entries. Each begins in the first column with a name and a colon; lines that follow it are
/// indented by two spaces and a word (`with`, `at`, `at6`, `since`), or by four and go on with the line before.
enum ExplanationTables {
    /// One entry as it stands in a table.
    struct Entry: Hashable {
        var name: String
        var text: String
        var movesWith: [String] = []
        var raisedAt: [String] = []
        /// For tables that serve IPv4 and IPv6: where it is raised for IPv6.
        var raisedAtIPv6: [String] = []
        var since: String?
    }

    /// Takes a table apart.
    static func entries(_ table: String) -> [Entry] {
        var entries: [Entry] = []
        var fields: [(key: Substring, value: String)] = []
        func finish() {
            guard let head = fields.first else { return }
            var entry = Entry(name: String(head.key), text: head.value)
            for (key, value) in fields.dropFirst() {
                switch key {
                case "with": entry.movesWith = parts(value, ",")
                case "at": entry.raisedAt = places(value)
                case "at6": entry.raisedAtIPv6 = places(value)
                case "since": entry.since = value
                default: continue
                }
            }
            entries.append(entry)
        }
        for line in table.split(separator: "\n") {
            if line.hasPrefix("    "), !fields.isEmpty {
                fields[fields.count - 1].value += " " + trimmed(line)
                continue
            }
            guard let colon = line.firstRange(of: ": ") else { continue }
            if !line.hasPrefix("  ") {
                finish()
                fields = []
            }
            fields.append((trimmed(line[..<colon.lowerBound]), String(line[colon.upperBound...])))
        }
        finish()
        return entries
    }

    /// `a.c: f, g; b.c: h` as one place for each function.
    private static func places(_ text: String) -> [String] {
        parts(text, ";").flatMap { part -> [String] in
            guard let colon = part.firstRange(of: ": ") else { return [part] }
            return parts(String(part[colon.upperBound...]), ",").map { "\(part[..<colon.lowerBound]): \($0)" }
        }
    }

    private static func parts(_ text: String, _ separator: Character) -> [String] {
        text.split(separator: separator).map { String(trimmed($0)) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
