import Glibc

/// A kernel parameter that could not be read or set, with what to do about it.
public struct SysctlError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Cause: Hashable, Sendable {
        /// The name cannot be one of a kernel parameter.
        case invalidName(String)
        /// Not there, neither in a namespace nor in the initial one.
        case absent
        /// There is one for the whole machine, and it is not visible in a network namespace.
        case hostWide
        /// Visible in a network namespace for reading only; it is set for the whole machine.
        case readOnlyInNamespace
        /// The kernel does not take this value (EINVAL, ERANGE, or ENOENT for the name of something).
        case invalidValue(errno: Int32)
        /// This user may not (EACCES, EPERM).
        case denied(errno: Int32)
        /// /proc/sys is mounted read-only, as containers have it.
        case readOnlyMount
        /// The kernel took the value, and another one is there now.
        case readsBack(String)
        /// Not set back, since it no longer has the value it was set to.
        case changedByOthers(String)
        /// Anything else.
        case system(SystemError)
    }

    /// In the dotted spelling.
    public var name: String
    /// Below /proc/sys.
    public var path: String
    /// What was to be written; `nil` for reading.
    public var value: String?
    public var cause: Cause

    public init(name: String, path: String, value: String?, cause: Cause) {
        self.name = name
        self.path = path
        self.value = value
        self.cause = cause
    }

    public var description: String {
        let attempt = value.map { "sysctl \(name) = \($0)" } ?? "sysctl \(name)"
        switch cause {
        case .invalidName(let reason):
            return "sysctl '\(name)': not a name of a kernel parameter: \(reason)"
        case .absent:
            return "\(attempt): this kernel (\(KernelRelease.running)) has no sysctl \(name); "
                + "check the spelling, and whether its module is loaded (\(path): ENOENT)"
        case .hostWide:
            return "\(attempt): \(name) is host-wide: not visible in a network namespace, "
                + "it can only be set for the whole machine (\(path): ENOENT)"
        case .readOnlyInNamespace:
            return "\(attempt): \(name) is host-wide: read-only in a network namespace, "
                + "it can only be set for the whole machine (\(path): EACCES)"
        case .invalidValue(let errno):
            return "\(attempt): the kernel does not accept this value "
                + "(write \(path): \(ErrnoName.text(errno)) (\(ErrnoName.name(errno))))"
        case .denied(let errno):
            let action = value == nil ? "open \(path) for reading" : "open \(path) for writing"
            return
                "\(attempt): this user may not (\(action): \(ErrnoName.text(errno)) (\(ErrnoName.name(errno)))); "
                + "run as root"
        case .readOnlyMount:
            return "\(attempt): /proc/sys is mounted read-only, as in a container; "
                + "give the container its own writable /proc/sys (docker run --privileged)"
        case .readsBack(let actual):
            return "\(attempt): the kernel took the value, but \(path) now reads '\(actual)'"
        case .changedByOthers(let actual):
            return "\(attempt): not set back: somebody else has set it to '\(actual)' meanwhile"
        case .system(let error):
            return "\(attempt): \(error)"
        }
    }
}
