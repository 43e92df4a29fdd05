import CNetlab
import Glibc

/// Programs on this machine.
public enum Program {
    /// Directories searched after those of PATH: an ordinary user's PATH lacks where iptables lives.
    public static let administrationDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin"]

    /// The path of an executable file.
    ///
    /// - Parameter name: a name to look up, or a path, which is only checked.
    /// - Returns: `nil` if there is none that this user may execute.
    /// Equivalent to: `command -v NAME`, with the sbin directories added.
    public static func find(_ name: String) -> String? {
        if name.contains("/") { return isExecutable(name) ? name : nil }
        return searchPath.lazy.map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    /// The directories that `find` looks into, in order.
    public static var searchPath: [String] {
        let path = Environment.current["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let directories = path.split(separator: ":").map(String.init)
        return directories + administrationDirectories.filter { !directories.contains($0) }
    }

    private static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}

/// The process's environment variables.
public enum Environment {
    /// All variables as they are now.
    public static var current: [String: String] {
        var result: [String: String] = [:]
        guard var entry = cnetlab_environment() else { return result }
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                result[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry += 1
        }
        return result
    }
}
