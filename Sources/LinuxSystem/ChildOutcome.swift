import Glibc

/// What a child wrote to one descriptor: the first bytes, up to the command's bound.
public struct CapturedOutput: Sendable, Hashable {
    /// The bytes kept.
    public var bytes: [UInt8] = []
    /// How many more there were.
    public var droppedBytes = 0

    public init() {}

    /// The bytes kept, as UTF-8; what is none becomes U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ chunk: UnsafeRawBufferPointer, limit: Int) {
        let kept = min(chunk.count, max(0, limit - bytes.count))
        bytes.append(contentsOf: chunk[..<kept])
        droppedBytes += chunk.count - kept
    }
}

extension ChildProcess {
    /// How a child ended, and what it wrote and used until then.
    public struct Outcome: Sendable, Hashable {
        /// `exit(3)` or a signal.
        public enum Termination: Sendable, Hashable {
            case exited(Int32)
            case signalled(Int32)
        }

        /// Who wanted the end.
        public enum Ending: Sendable, Hashable {
            case byItself
            case timedOut
            case cancelled
            case requested
        }

        public var termination: Termination
        public var ending: Ending
        public var standardOutput: CapturedOutput
        public var standardError: CapturedOutput
        /// From before fork to the end seen.
        public var elapsed: Duration
        /// CPU time of the child and of its own children that it has waited for.
        public var userTime: Duration
        public var systemTime: Duration
        /// Largest resident set, in bytes.
        public var peakResidentBytes: Int
        public var voluntarySwitches: Int
        public var involuntarySwitches: Int

        /// Ended by itself with exit code 0.
        public var isSuccess: Bool { termination == .exited(0) && ending == .byItself }

        /// `exit code 3`, `killed by SIGSEGV`, `took longer than its time-out and ended by SIGTERM`.
        public var summary: String {
            let how =
                switch termination {
                case .exited(let code): "exit code \(code)"
                case .signalled(let signal): "killed by \(SignalName.name(signal))"
                }
            switch ending {
            case .byItself: return how
            case .timedOut: return "timed out (\(how))"
            case .cancelled: return "cancelled (\(how))"
            case .requested: return "terminated on request (\(how))"
            }
        }
    }
}

/// Names of signals.
public enum SignalName {
    /// `SIGTERM` for 15; `signal 40` for one without a name.
    public static func name(_ signal: Int32) -> String {
        names[signal] ?? "signal \(signal)"
    }

    private static let names: [Int32: String] = [
        SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
        SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGUSR1: "SIGUSR1",
        SIGSEGV: "SIGSEGV", SIGUSR2: "SIGUSR2", SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM", SIGTERM: "SIGTERM",
        SIGCHLD: "SIGCHLD", SIGCONT: "SIGCONT", SIGSTOP: "SIGSTOP", SIGTSTP: "SIGTSTP", SIGTTIN: "SIGTTIN",
        SIGTTOU: "SIGTTOU", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ", SIGSYS: "SIGSYS",
    ]
}
