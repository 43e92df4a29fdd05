import CNetlab
import Glibc

/// One process and no later one: process IDs recur, but not with the same start time.
public struct ProcessIdentity: Hashable, Sendable, CustomStringConvertible {
    public var processID: Int32
    /// Clock ticks since boot: field 22 of /proc/PID/stat.
    public var startTime: UInt64

    public init(processID: Int32, startTime: UInt64) {
        self.processID = processID
        self.startTime = startTime
    }

    /// The process that has this number now.
    ///
    /// - Returns: `nil` if there is none, or only its remains (a zombie holds no descriptors any more).
    public init?(of processID: Int32) {
        guard let text = try? TextFile.read("/proc/\(processID)/stat"), let fields = Self.fields(text),
            fields.count > 19, fields[0] != "Z", fields[0] != "X", let start = UInt64(fields[19])
        else { return nil }
        self.init(processID: processID, startTime: start)
    }

    /// This process.
    public static let current: ProcessIdentity = {
        ProcessIdentity(of: getpid()) ?? ProcessIdentity(processID: getpid(), startTime: 0)
    }()

    /// Whether exactly this process still runs.
    public var isAlive: Bool { ProcessIdentity(of: processID) == self }

    /// Kills the process and, if it leads one, its group. Does nothing if it is gone, whoever has its number now.
    ///
    /// - Returns: whether it was still there.
    @discardableResult
    public func kill() -> Bool {
        // Held by its descriptor before it is looked at, so that the number cannot change hands in between.
        let number = cnetlab_pidfd_open(processID)
        let descriptor = number >= 0 ? OwnedFileDescriptor(adopting: number) : nil
        guard isAlive else { return false }
        if getpgid(processID) == processID, getpgid(0) != processID { Glibc.kill(-processID, SIGKILL) }
        if let descriptor {
            cnetlab_pidfd_kill(descriptor.number, SIGKILL)
        } else {
            Glibc.kill(processID, SIGKILL)
        }
        return true
    }

    /// The numbers of this process's children, zombies included.
    public static func children(of parent: Int32 = getpid()) -> [Int32] {
        Directory.entries("/proc").compactMap { name in
            guard let process = Int32(name), let text = try? TextFile.read("/proc/\(name)/stat"),
                let fields = fields(text), fields.count > 1, Int32(fields[1]) == parent
            else { return nil }
            return process
        }.sorted()
    }

    public var description: String { "process \(processID)" }

    /// The fields from the third on: the second is the program's name, which may contain anything.
    private static func fields(_ text: String) -> [Substring]? {
        guard let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(whereSeparator: \.isWhitespace)
    }
}
