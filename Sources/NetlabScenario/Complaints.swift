import NetlabModel

/// Collects the complaints about one file while it is read; the same complaint is kept once, however many
/// phases run into it.
final class Complaints {
    /// No reader gains anything from more.
    static let limit = 200

    private let text: String
    /// Only a file with a mistake in it is cut into lines.
    private lazy var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    private var seen: Set<Diagnostic> = []
    private(set) var list: [Diagnostic] = []
    /// What was asked for in each kind of mapping: the language as the reader knows it.
    private(set) var vocabulary: [String: Set<String>] = [:]

    init(text: String) {
        self.text = text
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
        guard lines.indices.contains(number - 1) else { return nil }
        let line = lines[number - 1]
        return line.utf8.count <= 2000 ? line : nil
    }

    func note(_ key: String, of what: String) { vocabulary[what, default: []].insert(key) }

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
