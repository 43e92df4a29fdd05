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
}
