/// A line of text in which stretches have an ink. Widths are in columns of a terminal.
public struct StyledText: Hashable, Sendable, ExpressibleByStringLiteral {
    struct Span: Hashable, Sendable {
        var text: String
        var ink: Ink
    }

    var spans: [Span]

    public init(_ text: String = "", _ ink: Ink = .plain) {
        spans = text.isEmpty ? [] : [Span(text: text, ink: ink)]
    }

    public init(stringLiteral text: String) { self.init(text) }

    public static func + (left: StyledText, right: StyledText) -> StyledText {
        var sum = left
        sum.spans += right.spans
        return sum
    }

    public static func += (left: inout StyledText, right: StyledText) { left.spans += right.spans }

    /// Without its inks.
    public var plain: String { spans.map(\.text).joined() }

    public var width: Int { spans.reduce(0) { $0 + $1.text.columns } }

    /// Filled with blanks on the right up to a width.
    public func padded(to width: Int) -> StyledText {
        self + StyledText(String(repeating: " ", count: max(0, width - self.width)))
    }

    /// The line as a terminal gets it, without blanks at its end.
    public func rendered(_ style: ReportStyle) -> String {
        var spans = self.spans
        while let last = spans.last, last.text.allSatisfy({ $0 == " " }) { spans.removeLast() }
        if let last = spans.indices.last {
            while spans[last].text.hasSuffix(" ") { spans[last].text.removeLast() }
        }
        return spans.map { span in
            let spaced = span.text.replacing("\u{a0}", with: " ")
            let text = style.isUnicode ? spaced : spaced.inASCII
            guard style.isColoured, let code = span.ink.code else { return text }
            return "\u{1b}[\(code)m\(text)\u{1b}[0m"
        }.joined()
    }
}

extension String {
    /// Columns on a terminal: wide East Asian characters and emoji take two, combining marks none.
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// The text in ASCII: what has an equivalent is replaced, the rest becomes a question mark.
    var inASCII: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return self }
        return map { character in
            if character.isASCII { return String(character) }
            return asciiEquivalents[character] ?? String(repeating: "?", count: character.columns)
        }.joined()
    }

    /// Words as long as they fit into `width` columns; a longer word stands alone in its line. Line breaks are kept.
    func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        for paragraph in split(separator: "\n", omittingEmptySubsequences: false) {
            var (line, length) = ("", 0)
            for word in paragraph.split(separator: " ") {
                let columns = String(word).columns
                if length > 0, length + 1 + columns > width {
                    lines.append(line)
                    (line, length) = ("", 0)
                }
                line += (length > 0 ? " " : "") + word
                length += (length > 0 ? 1 : 0) + columns
            }
            lines.append(line)
        }
        while let last = lines.last, last.isEmpty { lines.removeLast() }
        return lines
    }
}

extension Character {
    fileprivate var columns: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        if scalar.properties.generalCategory == .nonspacingMark { return 0 }
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
            return 2
        default:
            return 1
        }
    }
}

private let asciiEquivalents: [Character: String] = [
    "─": "-", "╌": "~", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+",
    "┴": "+", "┼": "+", "═": "=", "✔": "+", "✘": "x", "→": "->", "←": "<-", "·": "-", "…": "...", "—": "--",
    "–": "-",
    "×": "x", "±": "+-", "µ": "u", "≥": ">=", "≤": "<=", "≠": "!=", "“": "\"", "”": "\"", "‘": "'",
    "’": "'", "•": "*", "█": "#", "▁": ".", "▂": ".", "▃": ":", "▄": ":", "▅": "+", "▆": "+", "▇": "#",
]
