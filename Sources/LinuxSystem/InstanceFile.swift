import Glibc

/// What one instance wrote down about itself and its remnants.
struct InstanceFile: Hashable, Sendable {
    static let version = 1

    var owner: ProcessIdentity
    /// Inode of the owner's process ID namespace: in another one the numbers mean others.
    var processNamespace: UInt64
    /// The boot that the numbers and the sysctls belong to.
    var boot: String
    /// For people: what was run.
    var title: String
    /// In the order in which they came about.
    var remnants: [Remnant]

    /// The first line; what comes and goes afterwards is appended line by line.
    var header: String {
        JSONValue.object([
            "version": .integer(Self.version), "pid": .integer(owner.processID),
            "start": .integer(owner.startTime),
            "pid-namespace": .integer(processNamespace), "boot": .string(boot), "title": .string(title),
        ]).text + "\n"
    }

    static func line(adding remnant: Remnant) -> String {
        JSONValue.object(["add": remnant.json]).text + "\n"
    }

    static func line(removing remnant: Remnant) -> String {
        JSONValue.object(["remove": remnant.json]).text + "\n"
    }

    init(
        owner: ProcessIdentity, processNamespace: UInt64, boot: String, title: String,
        remnants: [Remnant] = []
    ) {
        self.owner = owner
        self.processNamespace = processNamespace
        self.boot = boot
        self.title = title
        self.remnants = remnants
    }

    /// - Returns: `nil` for everything that this version did not write. A last line without its end is what its
    ///   owner died over, before it made the change: it is left out.
    init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard let first = lines.first, let json = try? JSONValue(parsing: String(first)),
            json["version"]?.int == Self.version,
            let process = json["pid"]?.int.flatMap(Int32.init(exactly:)), let start = json["start"]?.unsigned,
            let namespace = json["pid-namespace"]?.unsigned, let boot = json["boot"]?.string,
            let title = json["title"]?.string
        else { return nil }
        self.init(
            owner: ProcessIdentity(processID: process, startTime: start), processNamespace: namespace,
            boot: boot,
            title: title)
        for line in lines.dropFirst() {
            guard let change = try? JSONValue(parsing: String(line)) else { return nil }
            if let remnant = change["add"].flatMap(Remnant.init) {
                remnants.append(remnant)
            } else if let remnant = change["remove"].flatMap(Remnant.init) {
                forget(remnant)
            } else {
                return nil
            }
        }
    }

    mutating func forget(_ remnant: Remnant) {
        if let index = remnants.lastIndex(of: remnant) { remnants.remove(at: index) }
    }

    /// The inode of this process's process ID namespace.
    static let currentProcessNamespace: UInt64 = {
        var status = stat()
        return stat("/proc/self/ns/pid", &status) == 0 ? UInt64(status.st_ino) : 0
    }()

    static let currentBoot: String = {
        let text = (try? TextFile.read("/proc/sys/kernel/random/boot_id")) ?? ""
        return Sysctl.normalised(text)
    }()
}
