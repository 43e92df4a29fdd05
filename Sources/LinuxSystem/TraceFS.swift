import Glibc

/// Where the kernel's tracing files are.
public enum TraceFS {
    /// The mount point, or `nil` if it is mounted nowhere. Reading below it needs root.
    public static var mountPoint: String? {
        guard let mounts = try? TextFile.read("/proc/self/mounts") else { return nil }
        var found: [String] = []
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2 else { continue }
            if fields[2] == "tracefs" { found.append(String(fields[1])) }
            // Within debugfs it is mounted when first looked at.
            if fields[2] == "debugfs" { found.append("\(fields[1])/tracing") }
        }
        return found.first { access("\($0)/events", F_OK) == 0 }
    }

    /// The directory in which instances are made; `nil` without tracefs.
    public static var instancesDirectory: String? { mountPoint.map { "\($0)/instances" } }
}
