import Glibc

/// A system call that the kernel refused: what was attempted, errno, and what it was attempted on.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call or the step, as a person would name it: `setns`, `open`, `write`.
    public var operation: String
    /// The positive errno value.
    public var errno: Int32
    /// The object of the operation, usually a path; empty if there is none.
    public var subject: String

    public init(_ operation: String, errno: Int32, on subject: String = "") {
        self.operation = operation
        self.errno = errno
        self.subject = subject
    }

    /// The error that the calling thread's last failed system call left in `errno`.
    public static func last(_ operation: String, on subject: String = "") -> SystemError {
        SystemError(operation, errno: Glibc.errno, on: subject)
    }

    /// `open /proc/sys/net/x: No such file or directory (ENOENT)`
    public var description: String {
        let object = subject.isEmpty ? operation : "\(operation) \(subject)"
        return "\(object): \(ErrnoName.text(errno)) (\(ErrnoName.name(errno)))"
    }
}
