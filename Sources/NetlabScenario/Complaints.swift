import NetlabModel

/// Collects the complaints about one file while it is read; the same complaint is kept once, however many
/// phases run into it.
final class Complaints {
    /// No reader gains anything from more.
    static let limit = 200

    private lazy var lines = SourceLines(text)
    private let text: String
    private var seen: Set<Diagnostic> = []
    private(set) var list: [Diagnostic] = []
    /// What was asked for in each kind of mapping: the language as the reader knows it. Kept only if it is wanted.
    private(set) var vocabulary: [String: Set<String>] = [:]
    private let keepsVocabulary: Bool

    init(text: String, keepsVocabulary: Bool = false) {
        self.text = text
        self.keepsVocabulary = keepsVocabulary
    }

    var hasErrors: Bool { list.contains { $0.severity == .error } }

    func error(_ message: String, at position: SourcePosition, hint: String? = nil) {
        add(.error, message, position, hint)
    }

    func warning(_ message: String, at position: SourcePosition, hint: String? = nil) {
        add(.warning, message, position, hint)
    }

    /// One line, unless it is longer than anybody would write it or does not exist.
    func shortLine(_ number: Int) -> Substring? {
        guard let line = lines[number], line.utf8.count <= 2000 else { return nil }
        return line
    }

    /// Whether the file has `part` in this line from this column on, in a line that is not longer than anybody would write it.
    func hasText(_ part: String, at position: SourcePosition) -> Bool {
        lines.has(part, line: position.line, column: position.column, longest: 2000)
    }

    func note(_ key: String, of what: String) {
        if keepsVocabulary { vocabulary[what, default: []].insert(key) }
    }

    /// In order of position, errors before warnings at the same place.
    var sorted: [Diagnostic] {
        list.enumerated().sorted {
            ($0.element.position, $0.offset) < ($1.element.position, $1.offset)
        }.map(\.element)
    }

    private func add(
        _ severity: Diagnostic.Severity, _ message: String, _ position: SourcePosition, _ hint: String?
    ) {
        guard list.count < Self.limit else { return }
        // A line of a megabyte helps nobody, and its caret even less.
        let line = shortLine(position.line) ?? ""
        let sourceLine = line.unicodeScalars.count <= 400 ? String(line) : ""
        let diagnostic = Diagnostic(
            severity: severity, position: position, message: message, hint: hint, sourceLine: sourceLine)
        if seen.insert(diagnostic).inserted { list.append(diagnostic) }
    }
}
