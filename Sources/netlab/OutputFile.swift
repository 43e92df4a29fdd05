import Glibc
import LinuxSystem

/// A file that the user named on the command line.
enum OutputFile {
    /// Writes it as a whole: a reader sees the old text or the new. A device or a pipe (`/dev/null`,
    /// `/dev/stdout`) is written to and never replaced.
    static func write(_ text: String, to path: String) throws(SystemError) {
        var status = stat()
        let isThere = stat(path, &status) == 0
        if isThere, status.st_mode & S_IFMT != S_IFREG {
            try TextFile.write(text, to: path)
        } else {
            try TextFile.replace(path, with: text, mode: 0o644)
        }
    }

    /// Writes bytes that are no text.
    static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw .last("open", on: path) }
        defer { close(number) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .last("write", on: path) }
            rest = rest.dropFirst(written)
        }
    }
}
