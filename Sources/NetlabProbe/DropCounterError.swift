import Glibc
import LinuxSystem

/// Why drop reasons cannot be counted: the kernel's answer, its likely cause and what helps.
public struct DropCounterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What stands in the way.
    public enum Cause: Hashable, Sendable {
        /// The process may not load BPF programs.
        case notPermitted
        /// The kernel has no bpf system call.
        case noBPF
        /// The kernel does not describe its types, so the program cannot be fitted to it.
        case noTypeInformation
        /// The kernel is older than drop reasons (5.17).
        case kernelTooOld
        /// The namespace is watched already.
        case alreadyWatched
        /// The namespace is not watched.
        case notWatched
        /// As many namespaces are watched as there is room for.
        case tooManyNamespaces
        /// Anything else that the kernel refused.
        case refused
    }

    public var cause: Cause
    /// The step, errno and its object.
    public var system: SystemError

    /// The last words of the kernel's verifier, if it refused the program; else empty.
    public var kernelText: String

    public init(_ cause: Cause, _ system: SystemError, kernelText: String = "") {
        self.cause = cause
        self.system = system
        self.kernelText = kernelText
    }

    /// Whether this host cannot count drops at all, as opposed to a call that went wrong.
    public var isUnsupported: Bool {
        switch cause {
        case .notPermitted, .noBPF, .noTypeInformation, .kernelTooOld: true
        case .alreadyWatched, .notWatched, .tooManyNamespaces, .refused: false
        }
    }

    /// What to do about it.
    public var cure: String {
        switch cause {
        case .notPermitted:
            """
            needs CAP_BPF and CAP_PERFMON in the initial user namespace: run as root, outside of a user \
            namespace, and with no kernel lockdown (cat /sys/kernel/security/lockdown)
            """
        case .noBPF:
            "needs a kernel with CONFIG_BPF_SYSCALL"
        case .noTypeInformation:
            "needs a kernel with CONFIG_DEBUG_INFO_BTF, which has the file /sys/kernel/btf/vmlinux"
        case .kernelTooOld:
            "needs Linux 5.17: older kernels drop packets without telling a reason"
        case .alreadyWatched:
            "call unwatch first"
        case .notWatched:
            "call watch first"
        case .tooManyNamespaces:
            "unwatch a namespace first"
        case .refused:
            "this is not expected: please report it with the output of uname -a"
        }
    }

    /// `cannot count drop reasons: load the program: Operation not permitted (EPERM); needs CAP_BPF …`
    public var description: String {
        let text = kernelText.isEmpty ? "" : " (the kernel says: \(kernelText))"
        return "cannot count drop reasons: \(system)\(text); \(cure)"
    }

    /// Finds the cause of a failure to load or to attach.
    ///
    /// - Parameters:
    ///   - kernelLog: what the verifier said: the reason stands before a line of statistics.
    ///   - hasTypeInformation: whether `/sys/kernel/btf/vmlinux` can be read.
    ///   - mayLoad: whether this process has the capabilities that loading needs. The kernel refuses a
    ///     program that only lacks CAP_PERFMON as if it were wrong, with EINVAL.
    ///   - release: of the running kernel.
    static func loading(
        _ system: SystemError, kernelLog: String, mayLoad: Bool, hasTypeInformation: Bool,
        release: KernelRelease
    )
        -> DropCounterError
    {
        let cause: Cause =
            switch system.errno {
            case ENOSYS: .noBPF
            case EPERM, EACCES: .notPermitted
            case _ where !mayLoad: .notPermitted
            case _ where release < KernelRelease(5, 17): .kernelTooOld
            case _ where !hasTypeInformation: .noTypeInformation
            default: .refused
            }
        let lines = kernelLog.split(separator: "\n").filter { !$0.hasPrefix("processed ") }
        return DropCounterError(cause, system, kernelText: lines.last.map(String.init) ?? "")
    }
}
