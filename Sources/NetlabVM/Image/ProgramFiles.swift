import Glibc
import LinuxSystem

/// The files that a program of this machine needs in order to run elsewhere: itself, its loader, its libraries, and the
/// plug-ins that it opens while it runs.
public struct ProgramFiles: Sendable {
    /// Path in the guest → path here.
    public private(set) var files: [String: String] = [:]

    public init() {}

    /// Adds a program, at the place where it lies here. What is named from the working directory lies in the guest's, which is
    /// the root.
    ///
    /// A script brings its interpreter, and the programs whose names stand in it.
    /// - Throws: `ProgramFilesError` if it cannot be read, lacks a library, or needs more than programs and libraries.
    public mutating func add(program path: String) async throws {
        let place = try Self.place(of: path)
        if let script = GuestScript(try TextFile.readBytes(path)) {
            guard files.updateValue(path, forKey: place) == nil else { return }
            try await add(script, path)
            return
        }
        guard !GuestScript.hasLibraryOfItsOwn(path) else { throw ProgramFilesError.language(path) }
        try await add(path, as: place, isPlugin: false)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard name.contains("tables") else { return }
        // Matches and targets are libraries that iptables opens by name.
        for folder in Self.pluginFolders {
            for file in Directory.entries(folder) where file.hasSuffix(".so") {
                try await add("\(folder)/\(file)", as: "\(folder)/\(file)", isPlugin: true)
            }
        }
    }

    /// Adds a file that a program is given by name; nothing if there is none of that name, for then it is some other argument.
    public mutating func add(argument path: String) async throws {
        guard path.contains("/"), FileTree.kind(of: path) == S_IFREG else { return }
        let size = Int(FileStamp(of: path)?.size ?? 0)
        guard size <= Self.argumentLimit else { throw ProgramFilesError.large(path, size) }
        let bytes = try TextFile.readBytes(path)
        if GuestScript(bytes) != nil || ExecutableImage(bytes) != nil {
            try await add(program: path)
        } else {
            files[try Self.place(of: path)] = path
        }
    }

    /// The largest file that is taken as an argument: more is data for a disk, which a guest has not.
    static let argumentLimit = 16 << 20

    private mutating func add(_ script: GuestScript, _ path: String) async throws {
        guard !GuestScript.hasLibraryOfItsOwn(script.language) else {
            throw ProgramFilesError.script(path, script.language)
        }
        for name in Set([script.interpreter, script.language]) {
            guard let program = Program.find(name) else {
                throw ProgramFilesError.noInterpreter(name, of: path)
            }
            try await add(program: program)
        }
        for word in script.words.sorted() {
            // The loader of another language's program would tell libraries, but not all that it reads.
            guard let program = Program.find(word), !GuestScript.hasLibraryOfItsOwn(word) else { continue }
            try? await add(program: program)
        }
    }

    /// Where a file lies in a guest whose working directory is the root.
    static func place(of path: String) throws(ProgramFilesError) -> String {
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard path.hasPrefix("/") || !parts.contains("..") else { throw .outside(path) }
        return "/" + parts.joined(separator: "/")
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
    /// A script in a language that needs its library; the second is the interpreter.
    case script(String, String)
    /// An interpreter itself that needs its library.
    case language(String)
    case noInterpreter(String, of: String)
    /// Named from the working directory upwards.
    case outside(String)
    case large(String, Int)
    case noProgram(String)
    case missingLibrary(String, of: String)
    case loader(String)

    public var description: String {
        switch self {
        case .script(let path, let interpreter):
            "\(path) is a script for \(interpreter), whose library is not taken into a virtual machine; scripts of a shell are"
        case .language(let path):
            "\(path) needs its library, which is not taken into a virtual machine; programs and scripts of a shell are"
        case .noInterpreter(let name, let path): "\(path) is a script for \(name), which is not installed"
        case .outside(let path):
            "\(path) lies outside of the working directory; a virtual machine has it only under its full path"
        case .large(let path, let size):
            "\(path) has \(size >> 20) MiB; a virtual machine takes files of \(ProgramFiles.argumentLimit >> 20) MiB"
        case .noProgram(let path): "\(path) is no 64-bit program of this machine"
        case .missingLibrary(let library, let path): "\(path) needs \(library), which is not installed"
        case .loader(let words): "cannot find out which libraries a program needs: \(words)"
        }
    }
}
