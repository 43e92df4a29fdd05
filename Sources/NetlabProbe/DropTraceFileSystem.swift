import CDrops
import LinuxSystem

/// The kernel's tracing file system, open and yet mounted nowhere: it is out of sight of other processes, and
/// nothing has to be unmounted.
///
/// Kernel: `fsopen(2)`, `fsmount(2)`, since 5.2; needs CAP_SYS_ADMIN.
final class TracingFileSystem: Sendable {
    private let root: OwnedFileDescriptor

    /// - Throws: `SystemError`: EPERM without CAP_SYS_ADMIN, ENODEV if the kernel has no tracing.
    init() throws(SystemError) {
        let number = cdrops_open_tracefs()
        guard number >= 0 else { throw SystemError("fsopen", errno: -number, on: "tracefs") }
        root = OwnedFileDescriptor(adopting: number)
    }

    /// Where to find a file in it, as long as this object lives.
    func path(_ relative: String) -> String { "/proc/self/fd/\(root.number)/\(relative)" }
}
