import Glibc

/// Whole small files, read and written by plain system calls.
///
/// Files of /proc tell no size (`st_size` is 0) and are made anew by each read from offset 0, so they
/// are read to the end, whatever `stat` says. Everything here is synchronous and may be used inside
/// `NetworkNamespace.run`.
public enum TextFile {
    /// Reads a file to its end as UTF-8; bytes that are none become U+FFFD.
    ///
    /// - Throws: `SystemError` of open or read, naming the path.
    /// Equivalent to: `cat PATH`.
    public static func read(_ path: String) throws(SystemError) -> String {
        try withContents(of: path) { String(decoding: $0, as: UTF8.self) }
    }

    /// Reads a file to its end.
    ///
    /// - Throws: `SystemError` of open or read, naming the path.
    public static func readBytes(_ path: String) throws(SystemError) -> [UInt8] {
        try withContents(of: path) { Array($0) }
    }

    /// Reads a file if it is there; `nil` means ENOENT and nothing else.
    public static func readIfPresent(_ path: String) throws(SystemError) -> String? {
        do {
            return try read(path)
        } catch {
            guard error.errno == ENOENT else { throw error }
            return nil
        }
    }

    /// Writes to an existing file with a single write, as files of /proc and /sys want it.
    ///
    /// - Throws: `SystemError` of open or write, naming the path; EIO if the kernel took only a part.
    /// Equivalent to: `printf %s TEXT > PATH`, without creating.
    public static func write(_ text: String, to path: String) throws(SystemError) {
        let number = open(path, O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", on: path) }
        defer { close(number) }
        var text = text
        let written = text.withUTF8 { bytes in
            retrying { Glibc.write(number, bytes.baseAddress, bytes.count) }
        }
        guard written >= 0 else { throw .last("write", on: path) }
        guard written == text.utf8.count else { throw SystemError("write", errno: EIO, on: path) }
    }

    /// Replaces a file as a whole: other processes see the old text or the new.
    ///
    /// - Parameters:
    ///   - text: the new content.
    ///   - path: made if it does not exist; a temporary file is made next to it.
    ///   - mode: permissions of the new file.
    ///   - durably: whether it has to be there after a power failure too, at the price of two fsyncs.
    /// - Throws: `SystemError` of the step that failed; then the old file is still there.
    public static func replace(
        _ path: String, with text: String, mode: mode_t = 0o600, durably: Bool = true
    ) throws(SystemError) {
        let temporary = "\(path).new"
        let number = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard number >= 0 else { throw .last("open", on: temporary) }
        var failure: SystemError?
        var rest = Array(text.utf8)[...]
        while failure == nil, !rest.isEmpty {
            let written = rest.withUnsafeBytes { bytes in
                retrying { Glibc.write(number, bytes.baseAddress, bytes.count) }
            }
            if written < 0 { failure = .last("write", on: temporary) } else { rest = rest.dropFirst(written) }
        }
        if failure == nil, durably, fsync(number) != 0 { failure = .last("fsync", on: temporary) }
        close(number)
        if failure == nil, rename(temporary, path) != 0 { failure = .last("rename", on: temporary) }
        if let failure {
            unlink(temporary)
            throw failure
        }
        if durably { try syncDirectory(of: path) }
    }

    /// Makes the directory entry itself durable: fsync of a file does not.
    private static func syncDirectory(of path: String) throws(SystemError) {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let directory = end == path.startIndex ? "/" : String(path[..<end])
        let number = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", on: directory) }
        defer { close(number) }
        // Some file systems refuse to sync a directory; the rename has happened all the same.
        guard fsync(number) == 0 || errno == EINVAL else { throw .last("fsync", on: directory) }
    }

    private static func withContents<Result>(
        of path: String, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(SystemError) -> Result {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", on: path) }
        defer { close(number) }
        var capacity = 16 * 1024
        var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 1)
        defer { buffer.deallocate() }
        var filled = 0
        while true {
            if filled == capacity {
                let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity * 4, alignment: 1)
                larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
                buffer.deallocate()
                buffer = larger
                capacity *= 4
            }
            let count = retrying { Glibc.read(number, buffer.baseAddress! + filled, capacity - filled) }
            guard count >= 0 else { throw .last("read", on: path) }
            if count == 0 { break }
            filled += count
        }
        return body(UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
    }

    private static func retrying(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}
