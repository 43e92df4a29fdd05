import KernelTestSupport
import NetlabProbe
import Testing

extension Trait where Self == ConditionTrait {
    /// Drop reasons can be counted per namespace here.
    static var needsDropCounter: Self {
        .enabled(
            if: isAvailable || KernelTests.areRequired,
            "cannot count drop reasons: run as root, outside of a user namespace, on Linux 5.17 with BTF")
    }

    private static var isAvailable: Bool { (try? DropCounter()) != nil }
}
