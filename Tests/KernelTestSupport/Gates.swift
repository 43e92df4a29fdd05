import Glibc
import LinuxSystem
import Testing

/// Gates for tests that need something of the machine: each is a probe with a reason and a cure.
///
/// With NETLAB_KERNEL_TESTS=required nothing is skipped: the test runs, and fails where the need is not met.
public enum KernelTests {
    /// Whether skipping is forbidden, as where these tests are meant to run.
    public static var areRequired: Bool { Environment.current["NETLAB_KERNEL_TESTS"] == "required" }

    static func gate(_ isMet: Bool, _ reason: String) -> ConditionTrait {
        .enabled(if: isMet || areRequired, Comment(rawValue: reason))
    }
}

extension Trait where Self == ConditionTrait {
    /// Network namespaces can be made here.
    public static var needsRoot: Self {
        KernelTests.gate(
            Capability.canMakeNetworkNamespaces,
            "cannot make network namespaces: run as root, or under `unshare -Urnm`")
    }

    /// A program is installed.
    public static func needsProgram(_ name: String) -> Self {
        KernelTests.gate(Program.find(name) != nil, "no program \(name): install the package that has it")
    }

    /// TAP devices can be made here.
    public static var needsTUN: Self {
        KernelTests.gate(
            access("/dev/net/tun", R_OK | W_OK) == 0,
            "/dev/net/tun cannot be opened: `modprobe tun`, and run as root or `chmod 666 /dev/net/tun`")
    }

    /// At least so many processors may be used.
    public static func needsCPUs(_ count: Int) -> Self {
        KernelTests.gate(
            sysconf(Int32(_SC_NPROCESSORS_ONLN)) >= count,
            "fewer than \(count) processors: give the machine more")
    }
}

private enum Capability {
    static let canMakeNetworkNamespaces = (try? NetworkNamespace.create()) != nil
}
