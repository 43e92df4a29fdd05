import NetlabModel

/// A complaint about a scenario file, at its place.
public struct Diagnostic: Hashable, Sendable {
    /// Whether a plan can be made in spite of it.
    public enum Severity: String, Hashable, Sendable {
        case error, warning
    }

    public var severity: Severity
    public var position: SourcePosition
    /// What is wrong, in one line.
    public var message: String
    /// What would cure it.
    public var hint: String?
    /// The line of the file that `position` lies in.
    public var sourceLine: String

    public init(
        severity: Severity, position: SourcePosition, message: String, hint: String? = nil,
        sourceLine: String = ""
    ) {
        self.severity = severity
        self.position = position
        self.message = message
        self.hint = hint
        self.sourceLine = sourceLine
    }

    /// `file:line:column: error: …`, the source line with a caret under the place, and the hint.
    public func rendered(file: String) -> String {
        var text = "\(file):\(position.line):\(position.column): \(severity.rawValue): \(message)"
        if !sourceLine.isEmpty {
            // A tab is shown as one blank, so that the caret stands where the column says.
            let shown = String(
                String.UnicodeScalarView(sourceLine.unicodeScalars.map { $0 == "\t" ? " " : $0 }))
            let blanks = min(position.column - 1, shown.unicodeScalars.count)
            text += "\n    \(shown)\n    \(String(repeating: " ", count: max(blanks, 0)))^"
        }
        if let hint { text += "\n    hint: \(hint)" }
        return text
    }
}

/// All complaints about one scenario file.
public struct DiagnosticList: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's path as the user gave it.
    public var file: String
    /// In order of position.
    public var diagnostics: [Diagnostic]

    public init(file: String, diagnostics: [Diagnostic]) {
        self.file = file
        self.diagnostics = diagnostics
    }

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Every complaint with its source line, one after the other.
    public var description: String {
        diagnostics.map { $0.rendered(file: file) }.joined(separator: "\n")
    }
}
