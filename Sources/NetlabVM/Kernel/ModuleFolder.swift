import Glibc
import LinuxSystem

/// A folder with the content of `lib/modules/RELEASE`, with or without what depmod writes into it.
struct ModuleFolder: Sendable {
    let path: String
    /// Module → path of its file, from the folder.
    let files: [String: String]
    /// Modules that are part of the kernel, by all names and aliases.
    let builtIn: Set<String>
    private let builtInAliases: [String]

    /// Looks through a folder; files are only read when they are asked for.
    ///
    /// - Throws: `SystemError` if the folder cannot be read.
    init(_ path: String) throws {
        self.path = path
        var files: [String: String] = [:]
        for file in try FileTree.files(below: path) {
            guard let name = ModuleName.ofFile(file) else { continue }
            // Of two files of one name that of kernel/ is the distribution's; updates/ and extra/ come before it.
            if let other = files[name], !other.hasPrefix("kernel/") { continue }
            files[name] = file
        }
        self.files = files
        let list = try TextFile.readIfPresent("\(path)/modules.builtin") ?? ""
        var builtIn = Set(list.split(separator: "\n").compactMap { ModuleName.ofFile(String($0)) })
        var aliases: [String] = []
        let entries = try TextFile.readIfPresent("\(path)/modules.builtin.modinfo") ?? ""
        for entry in entries.split(separator: "\0") {
            guard let dot = entry.firstIndex(of: "."), let equals = entry.firstIndex(of: "="), dot < equals
            else { continue }
            builtIn.insert(ModuleName.normalised(entry[..<dot]))
            if entry[entry.index(after: dot)..<equals] == "alias" {
                aliases.append(String(entry[entry.index(after: equals)...]))
            }
        }
        self.builtIn = builtIn
        self.builtInAliases = aliases
    }

    /// Whether the kernel has this without any file, by its name or an alias.
    func isBuiltIn(_ name: String) -> Bool {
        let name = ModuleName.normalised(name)
        return builtIn.contains(name) || builtInAliases.contains { ModuleName.matches(name, pattern: $0) }
    }

    /// The bytes of a module.
    ///
    /// - Throws: `KernelError.compressedModule`, or `SystemError` of reading.
    func content(of module: String, file: String) throws -> [UInt8] {
        guard file.hasSuffix(".ko") else { throw KernelError.compressedModule(path: "\(path)/\(file)") }
        return try TextFile.readBytes("\(path)/\(file)")
    }

    /// Alias pattern and module, from modules.alias where depmod or `netlab kernel add` wrote one, else from all
    /// modules.
    func aliases() throws -> [(pattern: String, module: String)] {
        if let text = try TextFile.readIfPresent("\(path)/modules.alias") { return Self.aliases(in: text) }
        var aliases: [(pattern: String, module: String)] = []
        for (name, file) in files.sorted(by: { $0.key < $1.key }) {
            let information = try ModuleInformation(
                module: try content(of: name, file: file), path: "\(path)/\(file)")
            aliases += information.aliases.map { ($0, name) }
        }
        return aliases
    }

    /// Lines `alias PATTERN MODULE`.
    static func aliases(in text: String) -> [(pattern: String, module: String)] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "alias" else { return nil }
            return (String(words[1]), ModuleName.normalised(words[2]))
        }
    }
}
