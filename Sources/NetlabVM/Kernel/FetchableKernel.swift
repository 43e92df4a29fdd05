import LinuxSystem

/// A kernel that apt can give: the newest build of a series of Debian.
public struct FetchableKernel: Hashable, Sendable {
    /// `debian-6.1-cloud`
    public let name: String
    /// `6.1`
    public let series: String
    public let isCloud: Bool

    /// Series that Debian 12 has; others are asked for by the same pattern.
    public static let usual = ["debian-6.1-cloud", "debian-6.1", "debian-6.12-cloud", "debian-6.12"]

    /// - Returns: `nil` if the name is not `debian-X.Y` or `debian-X.Y-cloud`.
    public init?(name: String) {
        var words = name.split(separator: "-", omittingEmptySubsequences: false)
        guard words.first == "debian" else { return nil }
        isCloud = words.count == 3 && words[2] == "cloud"
        if isCloud { words.removeLast() }
        guard words.count == 2 else { return nil }
        let numbers = words[1].split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 2, numbers.allSatisfy({ UInt16($0) != nil }) else { return nil }
        self.name = name
        self.series = String(words[1])
    }

    /// What apt-cache is asked for: names of packages as an extended regular expression.
    var pattern: String {
        let version = series.split(separator: ".").joined(separator: "\\.")
        return "^linux-image-\(version)\\.[0-9].*-amd64$"
    }

    /// The newest package among lines of `apt-cache search`.
    ///
    /// Packages for real time, without a signature and with debugging symbols have names of the same pattern.
    func newest(in lines: String) -> String? {
        let packages = lines.split(separator: "\n").compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        return packages.filter(isMeant).max { Self.numbers($0).lexicographicallyPrecedes(Self.numbers($1)) }
    }

    private func isMeant(_ package: String) -> Bool {
        let prefix = "linux-image-\(series)."
        guard package.hasPrefix(prefix), package.hasSuffix("-amd64") else { return false }
        let flavour = package.dropFirst(prefix.count).dropLast("-amd64".count).split(separator: "-")
            .filter { $0.first?.isLetter == true }.map(String.init)
        return flavour == (isCloud ? ["cloud"] : [])
    }

    /// All numbers of a name in order: 6.1.0-56 is newer than 6.1.0-9.
    private static func numbers(_ package: String) -> [Int] {
        package.split { !$0.isNumber }.compactMap { Int($0) }
    }

    /// Downloads the package into a folder; nothing is installed.
    ///
    /// - Returns: the package's file.
    /// - Throws: `KernelError.notFetched` with what apt said and what to do.
    /// Equivalent to: `apt-get download PACKAGE`, which any user may do.
    func download(_ package: String, into folder: String) async throws -> String {
        var command = ChildCommand("apt-get", ["-q", "download", package])
        command.directory = folder
        command.environment = ["LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"]
        let outcome = try await ChildProcess.run(command)
        guard outcome.isSuccess else {
            try Task.checkCancellation()
            throw KernelError.notFetched(
                name: name, problem: Self.lastWords(outcome),
                cure:
                    "bring apt's lists up to date (apt-get update, as root), or download the package elsewhere and "
                    + "add it: netlab kernel add FILE.deb")
        }
        let file = Directory.entries(folder).first { $0.hasPrefix(package + "_") && $0.hasSuffix(".deb") }
        guard let file else {
            throw KernelError.notFetched(
                name: name, problem: "apt-get download left no \(package)_*.deb",
                cure: "download the package elsewhere and add it: netlab kernel add FILE.deb")
        }
        return "\(folder)/\(file)"
    }

    /// Asks apt which package is the newest of the series.
    ///
    /// - Throws: `KernelError.notFetched` if there is no apt or no such package.
    func package() async throws -> String {
        guard Program.find("apt-cache") != nil, Program.find("apt-get") != nil else {
            throw KernelError.notFetched(
                name: name, problem: "this machine has no apt",
                cure: "download the package from packages.debian.org and add it: netlab kernel add FILE.deb")
        }
        var command = ChildCommand("apt-cache", ["search", "--names-only", pattern])
        command.environment = ["LC_ALL": "C"]
        let outcome = try await ChildProcess.runChecked(command)
        guard let package = newest(in: outcome.standardOutput.text) else {
            throw KernelError.notFetched(
                name: name, problem: "apt knows no package that matches \(pattern)",
                cure: "apt-get update (as root) may help; Debian 12 has 6.1 and, in bookworm-security, 6.12")
        }
        return package
    }

    private static func lastWords(_ outcome: ChildProcess.Outcome) -> String {
        let lines = outcome.standardError.text.split(separator: "\n").filter { !$0.hasPrefix("W:") }
        return lines.last.map(String.init) ?? "apt-get download: \(outcome.summary)"
    }
}
