import NetlabModel

extension Outcome {
    /// The sign at the beginning of a line.
    var mark: StyledText {
        switch self {
        case .passed: StyledText("✔", ink)
        case .failed: StyledText("✘", ink)
        case .inconclusive: StyledText("?", ink)
        case .unsupported: StyledText("–", ink)
        }
    }

    var ink: Ink {
        switch self {
        case .passed: .good
        case .failed: .bad
        case .inconclusive: .doubtful
        case .unsupported: .faint
        }
    }
}
