import Glibc
import Synchronization

/// The note of one instance of this process: written before each change that outlives a crash.
///
/// The file is there as long as this object is open; `close()` removes it once nothing is left.
public final class InstanceRecord: Sendable {
    public let directory: StateDirectory
    /// The file.
    public let path: String
    private let descriptor: OwnedFileDescriptor
    private let content: Mutex<InstanceFile>

    private static let count = Atomic<Int>(0)

    /// Writes the file.
    ///
    /// - Parameters:
    ///   - title: for people who look what is running: a command line.
    ///   - directory: made if it does not exist.
    /// - Throws: `SystemError` if the file cannot be written.
    public init(title: String, in directory: StateDirectory = .standard) throws(SystemError) {
        try directory.prepare()
        let owner = ProcessIdentity.current
        let number = Self.count.add(1, ordering: .relaxed).newValue
        self.directory = directory
        path = "\(directory.path)/\(StateDirectory.fileName(owner, number: number))"
        let content = InstanceFile(
            owner: owner, processNamespace: InstanceFile.currentProcessNamespace,
            boot: InstanceFile.currentBoot,
            title: title)
        try TextFile.replace(path, with: content.header, durably: false)
        descriptor = try OwnedFileDescriptor(opening: path, flags: O_WRONLY | O_APPEND)
        self.content = Mutex(content)
    }

    /// What is noted at present, oldest first.
    public var remnants: [Remnant] { content.withLock { $0.remnants } }

    /// Notes something that is about to be made; only when this has returned may the change be made.
    ///
    /// - Parameter durability: `.machine` costs an fsync, `.process` costs none.
    public func add(_ remnant: Remnant, surviving durability: Durability = .process) throws(SystemError) {
        try change(InstanceFile.line(adding: remnant), durability) { $0.remnants.append(remnant) }
    }

    /// Takes a note back, after the change has been undone.
    public func remove(_ remnant: Remnant) throws(SystemError) {
        try change(InstanceFile.line(removing: remnant), .process) { $0.forget(remnant) }
    }

    /// Whose death a note survives.
    public enum Durability: Hashable, Sendable {
        case process
        case machine
    }

    /// Removes the file.
    ///
    /// - Throws: `SystemError` ENOTEMPTY if something noted has not been undone: then the file stays for the sweep.
    public func close() throws(SystemError) {
        guard remnants.isEmpty else { throw SystemError("close", errno: ENOTEMPTY, on: path) }
        guard unlink(path) == 0 else { throw .last("unlink", on: path) }
    }

    private func change(
        _ line: String, _ durability: Durability, _ body: (inout InstanceFile) -> Void
    ) throws(SystemError) {
        let failure = content.withLock { content -> SystemError? in
            var line = line
            let written = line.withUTF8 { write(descriptor.number, $0.baseAddress, $0.count) }
            if written < 0 { return .last("write", on: path) }
            // A part of a line at the end is left out by readers, but nothing could be appended to it any more.
            if written < line.utf8.count { return SystemError("write", errno: EIO, on: path) }
            if durability == .machine, fsync(descriptor.number) != 0 { return .last("fsync", on: path) }
            body(&content)
            return nil
        }
        if let failure { throw failure }
    }
}
