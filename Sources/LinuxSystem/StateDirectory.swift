import Glibc

/// The directory in which running instances note what their death would leave behind.
public struct StateDirectory: Hashable, Sendable {
    public let path: String

    /// Another than the standard one is for tests.
    public init(path: String) {
        self.path = path
    }

    /// /run/netlab for root, also for root of a user namespace with a /run of its own; otherwise netlab below
    /// XDG_RUNTIME_DIR, or /tmp/netlab-UID where that is not set.
    public static var standard: StateDirectory {
        let user = geteuid()
        if user == 0 { return StateDirectory(path: "/run/netlab") }
        if let runtime = Environment.current["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") {
            return StateDirectory(path: "\(runtime)/netlab")
        }
        return StateDirectory(path: "/tmp/netlab-\(user)")
    }

    /// Makes the directory, and makes sure that nobody else can write what a sweep would believe.
    ///
    /// - Throws: `SystemError` of mkdir; EPERM if it belongs to another user or others may write to it.
    public func prepare() throws(SystemError) {
        try Directory.make(path, mode: 0o700)
        try verify()
    }

    func verify() throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw .last("lstat", on: path) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(), status.st_mode & 0o022 == 0
        else {
            throw SystemError("use", errno: EPERM, on: "\(path), which others can write to")
        }
    }

    /// The instances that have a file here, whether or not they still run.
    public func instances() -> [Instance] {
        Directory.entries(path).compactMap { name in
            guard let process = Self.owner(ofFile: name), let file = read(name) else { return nil }
            return file.owner == process ? Instance(file: file) : nil
        }
    }

    /// One instance, as its file tells.
    public struct Instance: Hashable, Sendable {
        public var owner: ProcessIdentity
        /// What its owner says it is.
        public var title: String
        public var remnants: [Remnant]
        public var isRunning: Bool

        init(file: InstanceFile) {
            owner = file.owner
            title = file.title
            remnants = file.remnants
            isRunning = file.owner.isAlive
        }
    }

    func read(_ name: String) -> InstanceFile? {
        (try? TextFile.read("\(path)/\(name)")).flatMap(InstanceFile.init(text:))
    }

    static func fileName(_ owner: ProcessIdentity, number: Int) -> String {
        "\(owner.processID).\(owner.startTime).\(number).json"
    }

    /// The owner that the name of a file tells, also of an unfinished one; `nil` for foreign files.
    static func owner(ofFile name: String) -> ProcessIdentity? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 || (parts.count == 5 && parts[4] == "new"), parts[3] == "json",
            let process = Int32(parts[0]), process > 0, let start = UInt64(parts[1]), Int(parts[2]) != nil
        else { return nil }
        return ProcessIdentity(processID: process, startTime: start)
    }
}
