import NetlabModel

/// Why a quantity has no value that could be judged.
enum Unjudgeable: Error, Hashable {
    /// This kernel or this user cannot show it.
    case unsupported(String)
    /// It could have been measured, and was not.
    case inconclusive(String)

    var outcome: Outcome {
        switch self {
        case .unsupported: .unsupported
        case .inconclusive: .inconclusive
        }
    }

    var text: String {
        switch self {
        case .unsupported(let text), .inconclusive(let text): text
        }
    }
}
