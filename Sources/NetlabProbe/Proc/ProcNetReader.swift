import Glibc
import LinuxSystem

/// Reads files of procfs whole, as they are at one instant.
enum ProcNetReader {
    /// Reads the given files in one visit to the namespace.
    ///
    /// The bytes are taken apart by the caller, outside. A file that the kernel lacks comes as ENOENT.
    static func read(
        _ files: [ProcNetFile], in namespace: NetworkNamespace
    ) -> [(file: ProcNetFile, content: Result<[UInt8], SystemError>)] {
        namespace.run { files.map { ($0, content(of: $0.path)) } }
    }

    // Generous for one read of every file on a machine with few CPUs; more is read if there is more.
    private static let roomAtFirst = 16 << 10

    private static func content(of path: String) -> Result<[UInt8], SystemError> {
        do {
            let descriptor = try OwnedFileDescriptor(opening: path)
            return .success(try readToEnd(descriptor, path))
        } catch {
            return .failure(error)
        }
    }

    private static func readToEnd(
        _ descriptor: OwnedFileDescriptor, _ path: String
    ) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: roomAtFirst)
        var filled = 0
        while true {
            if filled == bytes.count { bytes += [UInt8](repeating: 0, count: bytes.count) }
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor.number, $0.baseAddress.map { $0 + filled }, $0.count - filled)
            }
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw .last("read", on: path)
            }
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }
}
