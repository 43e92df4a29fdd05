import NetlabModel

/// What a list of scenarios shows of each: read without validating the rest.
public struct ScenarioSummary: Hashable, Sendable {
    /// Empty if the file has none, or is no YAML.
    public var title: String
    public var tags: [String]

    public init(title: String, tags: [String]) {
        self.title = title
        self.tags = tags
    }

    /// Reads title and tags from the lines that begin with `title:` and `tags:`, whatever else is in the file;
    /// forms that take more than one line are left to the parser, and read as empty here.
    public static func read(_ source: ScenarioSource) -> ScenarioSummary {
        var summary = ScenarioSummary(title: "", tags: [])
        var found = 0
        var rest = source.text[...]
        while !rest.isEmpty {
            // Line by line, as both stand at the top of nearly every file.
            let line = rest.prefix { !$0.isNewline }
            rest = rest[line.endIndex...].dropFirst()
            if line.hasPrefix("title:") {
                summary.title = plain(line.dropFirst(6))
                found += 1
            } else if line.hasPrefix("tags:") {
                let list = plain(line.dropFirst(5)).drop { $0 == "[" }.prefix { $0 != "]" }
                summary.tags = list.split(separator: ",").map { plain($0) }.filter { !$0.isEmpty }
                found += 1
            }
            if found == 2 { break }
        }
        return summary
    }

    /// Without blanks around it, quotes, and a comment behind it.
    private static func plain(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        if let quote = text.first, quote == "\"" || quote == "'" {
            return String(text.dropFirst().prefix { $0 != quote })
        }
        if let comment = text.firstRange(of: " #") { text = text[..<comment.lowerBound] }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
