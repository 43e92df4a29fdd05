import Glibc
import LinuxSystem
import Synchronization

/// Where what guests are booted from is kept between runs: base archives, and what was found out about the emulator.
public struct GuestFolder: Hashable, Sendable {
    public let path: String

    private static let writes = Atomic<Int>(0)

    public init(path: String) { self.path = path }

    /// `vm` beside the cache of kernels.
    public static var standard: GuestFolder {
        let kernels = KernelCache.standard.directory
        return GuestFolder(path: "\(kernels[..<(kernels.lastIndex(of: "/") ?? kernels.endIndex)])/vm")
    }

    /// Reads a file of the folder; nil if it is not there.
    func read(_ name: String) throws(SystemError) -> [UInt8]? {
        do {
            return try TextFile.readBytes("\(path)/\(name)")
        } catch {
            guard error.errno == ENOENT || error.errno == ENOTDIR else { throw error }
            return nil
        }
    }

    /// Keeps a file: others see it whole or not at all.
    func keep(_ bytes: [UInt8], as name: String) throws(SystemError) {
        try Directory.make(path, mode: 0o700)
        // Several machines of one process may make the same file at once.
        let turn = Self.writes.add(1, ordering: .relaxed).newValue
        let temporary = "\(path)/.\(name).\(turn).\(getpid())"
        let number = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw .last("open", on: temporary) }
        var failure: SystemError?
        var rest = bytes[...]
        while failure == nil, !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            if written <= 0 {
                failure = .last("write", on: temporary)
            } else {
                rest = rest.dropFirst(written)
            }
        }
        close(number)
        if failure == nil, rename(temporary, "\(path)/\(name)") != 0 {
            failure = .last("rename", on: temporary)
        }
        if let failure {
            unlink(temporary)
            throw failure
        }
    }

    /// Removes all but the newest files with a prefix, and what a killed netlab left half-written.
    func prune(prefix: String, keeping count: Int) {
        let entries = Directory.entries(path)
        let aged = entries.filter { $0.hasPrefix(prefix) }
            .compactMap { name in FileStamp(of: "\(path)/\(name)").map { (name, $0.changed) } }
            .sorted { $0.1 > $1.1 }
        for (name, _) in aged.dropFirst(count) { unlink("\(path)/\(name)") }
        for name in entries where name.hasPrefix(".") {
            guard let writer = name.split(separator: ".").last.flatMap({ Int32($0) }) else { continue }
            if kill(writer, 0) != 0, errno == ESRCH { unlink("\(path)/\(name)") }
        }
    }
}
