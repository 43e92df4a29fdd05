import CNetlab

/// A program that could not be started, or one that ended otherwise than it should.
public enum ChildProcessError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No executable file of that name in the directories searched.
    case notFound(program: String, searched: [String])
    /// A step between fork and exec failed; no child is left.
    case start(program: String, step: Step, cause: SystemError)
    /// It ran, and ended with another exit code than 0, by a signal, or because it took too long.
    case failed(commandLine: String, ChildProcess.Outcome)

    /// What the child was about to do when it failed.
    public enum Step: String, Hashable, Sendable {
        case prepare = "preparing pipes"
        case fork = "fork"
        case session = "setsid"
        case namespace = "entering the network namespace"
        case files = "covering files by its own"
        case parentDeath = "asking for a signal at the parent's death"
        case directory = "changing the directory"
        case redirect = "redirecting standard input and output"
        case execute = "exec"

        init(_ raw: Int32) {
            switch UInt32(raw) {
            case CNETLAB_SPAWN_SESSION.rawValue: self = .session
            case CNETLAB_SPAWN_NAMESPACE.rawValue: self = .namespace
            case CNETLAB_SPAWN_FILES.rawValue: self = .files
            case CNETLAB_SPAWN_PARENT_DEATH.rawValue: self = .parentDeath
            case CNETLAB_SPAWN_DIRECTORY.rawValue: self = .directory
            case CNETLAB_SPAWN_REDIRECT.rawValue: self = .redirect
            case CNETLAB_SPAWN_EXECUTE.rawValue: self = .execute
            default: self = .fork
            }
        }
    }

    public var description: String {
        switch self {
        case .notFound(let program, let searched):
            if program.contains("/") { return "\(program): no such executable file" }
            return
                "\(program): no such program in \(searched.joined(separator: ":")); install it or extend PATH"
        case .start(let program, let step, let cause):
            return "cannot start \(program): \(step.rawValue): \(cause)"
        case .failed(let commandLine, let outcome):
            var text = "\(commandLine): \(outcome.summary)"
            let words = outcome.standardError.text
            let said = words.allSatisfy(\.isWhitespace) ? outcome.standardOutput.text : words
            let trimmed = said.split(separator: "\n", omittingEmptySubsequences: true).joined(
                separator: "\n  ")
            if !trimmed.isEmpty { text += "\n  \(trimmed)" }
            return text
        }
    }
}
