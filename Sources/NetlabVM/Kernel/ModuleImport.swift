import LinuxSystem

/// Copies the modules that a lab can use into the cache, unpacked and with their aliases listed.
enum ModuleImport {
    /// - Parameters:
    ///   - source: a folder with the content of lib/modules/RELEASE; it is only read.
    ///   - keepsAll: everything, or what `ModuleSelection` and its dependencies ask for.
    /// - Returns: how many modules were copied.
    /// - Throws: `SystemError`, `KernelError`, `ChildProcessError` of a program that unpacks.
    static func copy(from source: String, to target: String, keepsAll: Bool) async throws -> Int {
        let folder = try ModuleFolder(source)
        var wanted = Set(
            folder.files.filter { keepsAll || ModuleSelection.keeps($0.value) }.map(\.key))
        var informations: [String: ModuleInformation] = [:]
        while !wanted.isEmpty {
            for module in wanted {
                guard let file = folder.files[module] else { continue }
                try FileTree.write(try TextFile.readBytes("\(source)/\(file)"), to: "\(target)/\(file)")
            }
            let files = wanted.compactMap { folder.files[$0] }
            try await Decompression.unpackInPlace(files.sorted().map { "\(target)/\($0)" })
            for module in wanted {
                guard let file = folder.files[module] else { continue }
                let path = "\(target)/\(unpackedName(file))"
                informations[module] = try ModuleInformation(
                    module: try TextFile.readBytes(path), path: path)
            }
            let needed = Set(wanted.flatMap { informations[$0]?.dependencies ?? [] })
            wanted = needed.filter { informations[$0] == nil && folder.files[$0] != nil }
        }
        for name in ["modules.builtin", "modules.builtin.modinfo"] {
            if FileTree.fileSize("\(source)/\(name)") != nil {
                try FileTree.write(try TextFile.readBytes("\(source)/\(name)"), to: "\(target)/\(name)")
            }
        }
        try FileTree.write(Array(aliasList(informations).utf8), to: "\(target)/modules.alias")
        return informations.count
    }

    /// In depmod's format, which packages lack: their scripts run it at installation.
    private static func aliasList(_ informations: [String: ModuleInformation]) -> String {
        let lines = informations.sorted { $0.key < $1.key }.flatMap { name, information in
            information.aliases.sorted().map { "alias \($0) \(name)\n" }
        }
        return lines.joined()
    }

    /// `a.ko.xz` is `a.ko` when it is unpacked.
    private static func unpackedName(_ file: String) -> String {
        Packing(ending: file) == nil ? file : String(file[..<(file.lastIndex(of: ".") ?? file.endIndex)])
    }
}
