import LinuxSystem

/// A file that a distribution ships kernels in.
enum KernelPackage {
    enum Format: Hashable { case deb, rpm }

    /// By the first bytes; `nil` for what is no package.
    static func format(of bytes: ArraySlice<UInt8>) -> Format? {
        if bytes.starts(with: "!<arch>\n".utf8) { return .deb }
        if bytes.starts(with: [0xed, 0xab, 0xee, 0xdb]) { return .rpm }
        return nil
    }

    /// Unpacks a package's files below a folder; nothing is installed and no script of it runs.
    ///
    /// - Throws: `KernelError`, `ChildProcessError` with what `dpkg-deb` or `tar` said, `SystemError`.
    /// Equivalent to: `dpkg-deb -x PACKAGE FOLDER`.
    static func unpack(_ path: String, format: Format, into folder: String) async throws {
        try Directory.make(folder)
        switch format {
        case .deb:
            if Program.find("dpkg-deb") != nil {
                try await ChildProcess.runChecked(ChildCommand("dpkg-deb", ["-x", path, folder]))
            } else {
                try await unpackDeb(path, into: folder)
            }
        case .rpm: try await unpackRPM(path, into: folder)
        }
    }

    /// Where there is no dpkg: `tar` knows the packing by itself.
    static func unpackDeb(_ path: String, into folder: String) async throws {
        let members = try ArArchive.members(of: try TextFile.readBytes(path), path: path)
        guard let data = members.first(where: { $0.name.hasPrefix("data.tar") }) else {
            throw KernelError.unreadable(path: path, problem: "the package has no data.tar")
        }
        let archive = "\(folder)/\(data.name)"
        try FileTree.write(Array(data.content), to: archive)
        try await ChildProcess.runChecked(ChildCommand("tar", ["-xf", archive, "-C", folder]))
        try FileTree.remove(archive)
    }

    private static func unpackRPM(_ path: String, into folder: String) async throws {
        let (packed, packing) = try RPMPackage.payload(of: try TextFile.readBytes(path), path: path)
        let archive = try await Decompression.decompress(packed, packing, what: path)
        for file in try CPIOArchive.files(in: archive, of: path) where file.isRegular {
            let parts = file.path.split(separator: "/").filter { $0 != "." }
            guard !parts.contains(".."), let first = parts.first else { continue }
            // Documentation and headers are of no use here.
            guard first == "boot" || parts.contains("modules") else { continue }
            try FileTree.write(Array(file.content), to: "\(folder)/\(parts.joined(separator: "/"))")
        }
    }
}
