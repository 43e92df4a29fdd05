import Glibc

/// The right to change what belongs to the whole machine: one process at a time has it.
///
/// A lock on a file that stays for good; the kernel releases it with the process, however that ends.
/// Kernel: `flock(2)`. Equivalent to: `flock /run/netlab/host.lock COMMAND`.
public final class HostLock: Sendable {
    private let descriptor: OwnedFileDescriptor

    /// The lock's name in the state directory.
    public static let fileName = "host.lock"

    /// Takes the lock if it is free.
    ///
    /// - Throws: `SystemError` EWOULDBLOCK if another process, or another object of this one, has it.
    public init(in directory: StateDirectory = .standard) throws(SystemError) {
        try directory.prepare()
        let path = "\(directory.path)/\(Self.fileName)"
        let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw .last("open", on: path) }
        descriptor = OwnedFileDescriptor(adopting: number)
        var result: Int32
        repeat { result = flock(number, LOCK_EX | LOCK_NB) } while result != 0 && errno == EINTR
        guard result == 0 else { throw .last("flock", on: path) }
    }
}
