import Glibc

/// Files that must not exist yet.
public enum NewFile {
    /// Writes a text to a file that it makes. What is there already is never touched.
    ///
    /// - Throws: `SystemError` with EEXIST if something has that name; what was made is taken away if it cannot
    ///   be written in full.
    public static func create(_ path: String, with text: String) throws(SystemError) {
        let number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw .last("open", on: path) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                let failure = SystemError.last("write", on: path)
                close(number)
                unlink(path)
                throw failure
            }
            rest = rest.dropFirst(written)
        }
        close(number)
    }
}
