import Glibc
import LinuxSystem

/// Folders with everything in them.
enum FileTree {
    /// Paths of all regular files below a folder, from that folder, in order. Symbolic links are not followed.
    ///
    /// - Throws: `SystemError` if the folder itself cannot be read.
    static func files(below root: String) throws(SystemError) -> [String] {
        guard access(root, R_OK | X_OK) == 0 else { throw .last("access", on: root) }
        var found: [String] = []
        var waiting = [""]
        while let folder = waiting.popLast() {
            for name in Directory.entries("\(root)/\(folder)") {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                switch kind(of: "\(root)/\(path)") {
                case S_IFREG: found.append(path)
                case S_IFDIR: waiting.append(path)
                default: break
                }
            }
        }
        return found.sorted()
    }

    /// Removes a file or a folder with all that is in it; what is not there is no error.
    ///
    /// - Throws: `SystemError` of the first thing that could not be removed.
    static func remove(_ path: String) throws(SystemError) {
        if kind(of: path) == S_IFDIR {
            for name in Directory.entries(path) { try remove("\(path)/\(name)") }
            guard rmdir(path) == 0 || Glibc.errno == ENOENT else { throw .last("rmdir", on: path) }
        } else {
            guard unlink(path) == 0 || Glibc.errno == ENOENT else { throw .last("unlink", on: path) }
        }
    }

    /// Bytes of all regular files below a folder.
    static func size(of root: String) -> Int {
        ((try? files(below: root)) ?? []).reduce(0) { $0 + (fileSize("\(root)/\($1)") ?? 0) }
    }

    /// Bytes of a file; `nil` if there is none.
    static func fileSize(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Makes a file of bytes; the folders above it are made too.
    ///
    /// - Throws: `SystemError` of the step that failed.
    static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        if let slash = path.lastIndex(of: "/") { try Directory.make(String(path[..<slash])) }
        let file = try make(path, flags: O_WRONLY | O_TRUNC)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file.number, $0.baseAddress! + written, $0.count - written)
            }
            if count < 0, Glibc.errno == EINTR { continue }
            guard count > 0 else { throw .last("write", on: path) }
            written += count
        }
    }

    /// Opens a file, and makes it if it is not there.
    static func make(_ path: String, flags: Int32) throws(SystemError) -> OwnedFileDescriptor {
        let number = open(path, flags | O_CREAT | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw .last("open", on: path) }
        return OwnedFileDescriptor(adopting: number)
    }

    /// S_IFREG, S_IFDIR, …; `nil` if there is nothing.
    static func kind(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
