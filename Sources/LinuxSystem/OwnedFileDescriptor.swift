import Glibc

/// A file descriptor that is closed when its last owner lets go of it.
///
/// Closing at the end of a lifetime is what takes an anonymous namespace down, so ownership of the
/// descriptor is ownership of the namespace.
public final class OwnedFileDescriptor: Sendable {
    /// The descriptor's number; valid as long as this object lives.
    public let number: Int32

    /// Takes over a descriptor that nobody else closes.
    public init(adopting number: Int32) {
        self.number = number
    }

    /// Opens a file, close-on-exec.
    ///
    /// - Throws: `SystemError` naming the path.
    public convenience init(opening path: String, flags: Int32 = O_RDONLY) throws(SystemError) {
        let number = open(path, flags | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", on: path) }
        self.init(adopting: LowDescriptors.spare(number))
    }

    deinit { close(number) }
}
