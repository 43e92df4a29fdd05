/// How a text report shall look. What the terminal can do is found out elsewhere and told here.
public struct ReportStyle: Hashable, Sendable {
    public enum Detail: String, CaseIterable, Sendable {
        /// Only what did not pass.
        case brief
        case normal
        /// Every counter that moved, and the evidence of every expectation.
        case full
    }

    /// Whether escape sequences of ECMA-48 may be used.
    public var isColoured: Bool
    /// Whether the terminal shows more than ASCII.
    public var isUnicode: Bool
    /// Columns; text is wrapped to them, names and commands are not cut.
    public var width: Int
    public var detail: Detail

    public init(
        isColoured: Bool = false, isUnicode: Bool = true, width: Int = 100, detail: Detail = .normal
    ) {
        self.isColoured = isColoured
        self.isUnicode = isUnicode
        self.width = max(width, 40)
        self.detail = detail
    }
}

/// The part a stretch of text plays; a colour only where colours are wanted.
public enum Ink: Sendable {
    case plain, strong, faint, good, bad, doubtful, name

    /// Parameters of SGR (ECMA-48, 8.3.117).
    var code: String? {
        switch self {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .bad: "1;31"
        case .doubtful: "33"
        case .name: "36"
        }
    }
}
