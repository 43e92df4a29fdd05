import Glibc
import LinuxSystem

/// By what a file that was changed or replaced is recognised, without reading it.
struct FileStamp: Hashable, CustomStringConvertible {
    var inode: UInt64
    var size: Int64
    var changed: Int64

    /// Nil if there is no such file.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        changed = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    }

    var description: String { "\(inode)-\(size)-\(changed)" }
}

/// FNV-1a, for names of cached files and for the sum of what crosses a port; not against malice.
enum Checksum {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = String(of(bytes), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
