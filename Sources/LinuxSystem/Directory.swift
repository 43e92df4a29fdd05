import Glibc

/// Directories of small numbers of files.
public enum Directory {
    /// The names in a directory in order, without `.` and `..`; empty if it cannot be read.
    public static func entries(_ path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a directory and those above it; one that is there already is left as it is.
    ///
    /// - Throws: `SystemError` of mkdir; ENOTDIR if something else has the name.
    public static func make(_ path: String, mode: mode_t = 0o755) throws(SystemError) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw SystemError("mkdir", errno: ENOTDIR, on: path)
            }
            return
        }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try make(String(path[..<slash]), mode: mode)
        }
        // Another process may have been faster, which is as good.
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw .last("mkdir", on: path) }
    }
}

/// Symbolic links.
public enum SymbolicLink {
    /// What a link says, whether or not that exists; `nil` if the path is no link.
    public static func target(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { buffer in
            let count = buffer.withMemoryRebound(to: CChar.self) { readlink(path, $0.baseAddress!, $0.count) }
            return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
        }
    }
}
