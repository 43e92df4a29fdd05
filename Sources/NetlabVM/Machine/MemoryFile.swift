import CNetlab
import Glibc
import LinuxSystem

/// A file in memory that another process of this user opens by a path; it is gone when its last user is, however that ends.
final class MemoryFile: Sendable {
    private let descriptor: OwnedFileDescriptor

    init(_ name: String, _ parts: [[UInt8]] = []) throws(SystemError) {
        let number = cnetlab_memory_file(name)
        guard number >= 0 else { throw .last("memfd_create", on: name) }
        descriptor = OwnedFileDescriptor(adopting: number)
        for part in parts {
            var rest = part[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw .last("write", on: name) }
                rest = rest.dropFirst(written)
            }
        }
    }

    /// Opens for any process of this user, as long as this object lives.
    var path: String { "/proc/\(getpid())/fd/\(descriptor.number)" }

    /// How much has been written so far.
    var size: Int {
        var status = stat()
        return fstat(descriptor.number, &status) == 0 ? Int(status.st_size) : 0
    }

    /// What has been written so far, from an offset on.
    func content(from start: Int = 0) -> [UInt8] {
        let size = max(0, size - start)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            while filled < size {
                let count = pread(
                    descriptor.number, buffer.baseAddress! + filled, size - filled, start + filled)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                filled += count
            }
        }
    }
}
