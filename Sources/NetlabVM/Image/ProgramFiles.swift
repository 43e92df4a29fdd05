import LinuxSystem

/// The files that a program of this machine needs in order to run elsewhere: itself, its loader, its libraries, and the
/// plug-ins that it opens while it runs.
public struct ProgramFiles: Sendable {
    /// Path in the guest → path here.
    public private(set) var files: [String: String] = [:]

    public init() {}

    /// Adds a program, at the place where it lies here.
    ///
    /// - Throws: `ProgramFilesError` if it cannot be read, is a script, or lacks a library.
    public mutating func add(program path: String) async throws {
        try await add(path, as: path, isPlugin: false)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard name.contains("tables") else { return }
        // Matches and targets are libraries that iptables opens by name.
        for folder in Self.pluginFolders {
            for file in Directory.entries(folder) where file.hasSuffix(".so") {
                try await add("\(folder)/\(file)", as: "\(folder)/\(file)", isPlugin: true)
            }
        }
    }

    /// Adds the libraries of a program that goes to another place itself.
    public mutating func addLibraries(of path: String) async throws {
        try await resolve(path, isPlugin: false)
    }

    private mutating func add(_ path: String, as name: String, isPlugin: Bool) async throws {
        guard files.updateValue(path, forKey: name) == nil else { return }
        if isPlugin {
            // What plug-ins need beyond the program itself: asked of the files, for a loader cannot start them.
            let bytes = try TextFile.readBytes(path)
            guard let image = ExecutableImage(bytes) else { return }
            let here = Set(files.keys.compactMap { $0.split(separator: "/").last.map(String.init) })
            for library in image.needed where !here.contains(library) {
                guard
                    let found = Self.libraryFolders.lazy.map({ "\($0)/\(library)" }).first(where: Self.exists)
                else {
                    throw ProgramFilesError.missingLibrary(library, of: path)
                }
                try await add(found, as: found, isPlugin: true)
            }
        } else {
            try await resolve(path, isPlugin: false)
        }
    }

    /// Asks the program's own loader, which knows paths and caches better than anybody else.
    ///
    /// Equivalent to: `ld.so --list PROGRAM`, which is what ldd(1) does.
    private mutating func resolve(_ path: String, isPlugin: Bool) async throws {
        let bytes = try TextFile.readBytes(path)
        if bytes.starts(with: Array("#!".utf8)) { throw ProgramFilesError.script(path) }
        guard let image = ExecutableImage(bytes) else { throw ProgramFilesError.noProgram(path) }
        guard let loader = image.interpreter else { return }
        files[loader] = loader
        let outcome = try await ChildProcess.run(
            ChildCommand(loader, ["--list", path], timeout: .seconds(10)))
        let (found, missing) = Self.libraries(in: outcome.standardOutput.text)
        let absent =
            missing
            + image.needed.filter { name in
                !missing.contains(name) && found[name] == nil
                    && loader.split(separator: "/").last.map(String.init) != name
            }
        if let library = absent.first { throw ProgramFilesError.missingLibrary(library, of: path) }
        guard outcome.isSuccess else {
            throw ProgramFilesError.loader(
                "\(loader) --list \(path): \(outcome.summary) \(outcome.standardError.text)")
        }
        for place in found.values { files[place] = place }
    }

    /// The answer of a loader: library → its path; and those it did not find.
    ///
    /// `libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f…)`, `libx.so => not found`, `/lib64/ld-linux….so.2 (0x…)`.
    static func libraries(in answer: String) -> (found: [String: String], missing: [String]) {
        var found: [String: String] = [:]
        var missing: [String] = []
        for line in answer.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count >= 3, words[1] == "=>" else { continue }
            if words[2].hasPrefix("/") { found[words[0]] = words[2] } else { missing.append(words[0]) }
        }
        return (found, missing)
    }

    private static func exists(_ path: String) -> Bool { FileStamp(of: path) != nil }

    private static let libraryFolders = [
        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
    ]

    private static let pluginFolders = [
        "/usr/lib/x86_64-linux-gnu/xtables", "/lib/x86_64-linux-gnu/xtables", "/usr/lib64/xtables",
        "/lib64/xtables", "/usr/lib/xtables", "/lib/xtables",
    ]
}

/// A program that cannot be taken into a guest.
public enum ProgramFilesError: Error, Hashable, Sendable, CustomStringConvertible {
    case script(String)
    case noProgram(String)
    case missingLibrary(String, of: String)
    case loader(String)

    public var description: String {
        switch self {
        case .script(let path):
            "\(path) is a script; only programs with their libraries are taken into a virtual machine"
        case .noProgram(let path): "\(path) is no 64-bit program of this machine"
        case .missingLibrary(let library, let path): "\(path) needs \(library), which is not installed"
        case .loader(let words): "cannot find out which libraries a program needs: \(words)"
        }
    }
}
