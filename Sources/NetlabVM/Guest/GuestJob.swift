import LinuxSystem
import NetlabModel

/// What a guest has to do: a scenario and what the user allowed. It travels as plain files in the second archive of the
/// initramfs, so that nothing has to be asked of the host later.
public struct GuestJob: Hashable, Sendable {
    public var scenario: ScenarioSource
    /// The phase whose fault or remedy is left out.
    public var withheld: String?
    public var allowsExec: Bool
    /// Whether the packets are wanted too.
    public var captures: Bool
    /// Whether the guest's clock skips idle time.
    public var hasVirtualTime: Bool
    public var commandLine: [String]
    /// Version of netlab, for the record.
    public var tool: String

    public init(
        scenario: ScenarioSource, withheld: String? = nil, allowsExec: Bool = false, captures: Bool = false,
        hasVirtualTime: Bool = false,
        commandLine: [String] = [], tool: String = ""
    ) {
        self.scenario = scenario
        self.withheld = withheld
        self.allowsExec = allowsExec
        self.captures = captures
        self.hasVirtualTime = hasVirtualTime
        self.commandLine = commandLine
        self.tool = tool
    }

    /// Where the files of a job lie in the guest.
    public static let folder = "/netlab/job"

    /// The job as an archive.
    ///
    /// - Parameter entropy: random bytes, for kernels that wait for randomness at start.
    func archive(entropy: [UInt8]) -> [UInt8] {
        var archive = NewcArchive()
        archive.addFile("\(Self.folder)/scenario.yaml", Array(scenario.text.utf8))
        archive.addFile("\(Self.folder)/facts", Self.encode(facts))
        archive.addFile("\(Self.folder)/entropy", permissions: 0o600, entropy)
        return archive.finished()
    }

    /// Reads the job from a folder with its files.
    ///
    /// - Throws: `SystemError` if a file cannot be read; `GuestJobError` if it says nothing sensible.
    public static func read(from folder: String = Self.folder) throws -> GuestJob {
        try GuestJob(
            facts: decode(TextFile.readBytes("\(folder)/facts")),
            text: TextFile.read("\(folder)/scenario.yaml"))
    }

    private var facts: [(String, String)] {
        var facts = [("name", scenario.name), ("path", scenario.path), ("tool", tool)]
        facts += scenario.parameters.sorted { $0.key < $1.key }.map { ("set \($0.key)", $0.value) }
        facts += commandLine.map { ("argument", $0) }
        if let withheld { facts.append(("withheld", withheld)) }
        if allowsExec { facts.append(("allow", "exec")) }
        if captures { facts.append(("want", "capture")) }
        if hasVirtualTime { facts.append(("clock", "virtual")) }
        return facts
    }

    init(facts: [(String, String)], text: String) throws(GuestJobError) {
        func first(_ key: String) -> String? { facts.first { $0.0 == key }?.1 }
        guard let name = first("name"), let path = first("path") else {
            throw GuestJobError(problem: "the job names no scenario")
        }
        var parameters: [String: String] = [:]
        for (key, value) in facts where key.hasPrefix("set ") { parameters[String(key.dropFirst(4))] = value }
        self.init(
            scenario: ScenarioSource(name: name, path: path, text: text, parameters: parameters),
            withheld: first("withheld"), allowsExec: facts.contains { $0 == ("allow", "exec") },
            captures: facts.contains { $0 == ("want", "capture") },
            hasVirtualTime: facts.contains { $0 == ("clock", "virtual") },
            commandLine: facts.filter { $0.0 == "argument" }.map(\.1), tool: first("tool") ?? "")
    }

    /// Keys and values in turn, each with a zero byte behind it.
    static func encode(_ facts: [(String, String)]) -> [UInt8] {
        facts.flatMap { Array($0.0.utf8) + [0] + Array($0.1.utf8) + [0] }
    }

    static func decode(_ bytes: [UInt8]) throws(GuestJobError) -> [(String, String)] {
        guard bytes.isEmpty || bytes.last == 0 else { throw GuestJobError(problem: "the job is cut off") }
        let words = bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
        guard words.count.isMultiple(of: 2) else {
            throw GuestJobError(problem: "a fact of the job has no value")
        }
        return stride(from: 0, to: words.count, by: 2).map { (words[$0], words[$0 + 1]) }
    }
}

/// A job that a guest cannot read.
public struct GuestJobError: Error, Hashable, Sendable, CustomStringConvertible {
    public var problem: String

    public init(problem: String) { self.problem = problem }

    public var description: String { problem }
}
