import Glibc
import LinuxSystem
import Testing

/// Gates for tests that need something of the machine: each is a probe with a reason and a cure.
///
/// With NETLAB_KERNEL_TESTS=required nothing is skipped: the test runs, and fails where the need is not met.
public enum KernelTests {
    /// Whether skipping is forbidden, as where these tests are meant to run.
    public static var areRequired: Bool { Environment.current["NETLAB_KERNEL_TESTS"] == "required" }

    /// What this machine can; looked at once.
    public static let host = HostCapabilities.probe()

    /// A gate for a need of one's own.
    ///
    /// - Parameters:
    ///   - isMet: the outcome of a probe.
    ///   - reason: what is missing, and how to get it.
    public static func gate(_ isMet: Bool, _ reason: String) -> ConditionTrait {
        .enabled(if: isMet || areRequired, Comment(rawValue: reason))
    }
}

extension Trait where Self == ConditionTrait {
    /// Network namespaces can be made here, by root of the machine or of a user namespace.
    public static var needsRoot: Self {
        KernelTests.gate(
            KernelTests.host.networkNamespaces.isAble,
            "cannot make network namespaces: run as root, or under `unshare -Urnm`")
    }

    /// Root of the machine itself: for what is host-wide, and for changing the user.
    public static var needsHostRoot: Self {
        KernelTests.gate(
            KernelTests.host.isRoot, "not root of the machine: run as root, outside of user namespaces")
    }

    /// A program is installed.
    public static func needsProgram(_ name: String) -> Self {
        KernelTests.gate(Program.find(name) != nil, "no program \(name): install the package that has it")
    }

    /// TAP devices can be made here.
    public static var needsTUN: Self {
        KernelTests.gate(
            KernelTests.host.tun.isAble,
            "/dev/net/tun cannot be opened: `modprobe tun`, and run as root or `chmod 666 /dev/net/tun`")
    }

    /// At least so many processors may be used.
    public static func needsCPUs(_ count: Int) -> Self {
        KernelTests.gate(
            KernelTests.host.processors >= count, "fewer than \(count) processors: give the machine more")
    }

    /// A user namespace can be entered at the start of a process.
    public static var needsUserNamespaces: Self {
        KernelTests.gate(
            KernelTests.host.userNamespaceObstacle == nil,
            KernelTests.host.userNamespaceObstacle ?? "user namespaces cannot be entered")
    }
}
