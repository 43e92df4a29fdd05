import LinuxSystem

/// How bytes are packed, told by their first bytes.
enum Packing: Hashable, CaseIterable {
    case gzip, bzip2, xz, lzma, zstd, lz4

    init?(of bytes: ArraySlice<UInt8>) {
        guard let packing = Self.allCases.first(where: { bytes.starts(with: $0.magic) }) else { return nil }
        self = packing
    }

    /// By the ending of a file's name.
    init?(ending path: String) {
        let endings: [(String, Packing)] = [(".gz", .gzip), (".bz2", .bzip2), (".xz", .xz), (".zst", .zstd)]
        guard let match = endings.first(where: { path.hasSuffix($0.0) }) else { return nil }
        self = match.1
    }

    private var magic: [UInt8] {
        switch self {
        case .gzip: [0x1f, 0x8b]
        case .bzip2: Array("BZh".utf8)
        case .xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
        case .lzma: [0x5d, 0x00, 0x00]
        case .zstd: [0x28, 0xb5, 0x2f, 0xfd]
        case .lz4: LZ4Legacy.magic
        }
    }

    /// The program that unpacks it, with arguments for standard input to standard output; `nil` for what is
    /// unpacked here.
    var program: (name: String, arguments: [String], package: String)? {
        switch self {
        case .gzip: ("gzip", ["-dc"], "gzip")
        case .bzip2: ("bzip2", ["-dc"], "bzip2")
        case .xz: ("xz", ["-dc", "--single-stream"], "xz-utils")
        case .lzma: ("xz", ["-dc", "--format=lzma"], "xz-utils")
        case .zstd: ("zstd", ["-dcq"], "zstd")
        case .lz4: nil
        }
    }
}

/// Unpacking by the programs that every distribution has.
enum Decompression {
    /// No kernel, module or package payload is larger.
    private static let limit = 2 << 30

    /// - Parameter what: for messages.
    /// - Throws: `ChildProcessError` if the program is missing or refuses, `KernelError.unreadable` for damaged data.
    static func decompress(_ bytes: ArraySlice<UInt8>, _ packing: Packing, what: String) async throws
        -> [UInt8]
    {
        guard let program = packing.program else {
            guard let result = LZ4Legacy.decompress(bytes) else {
                throw KernelError.unreadable(path: what, problem: "damaged LZ4 data")
            }
            return result
        }
        var command = ChildCommand(program.name, program.arguments)
        command.standardInput = Array(bytes)
        command.outputLimit = limit
        let outcome = try await ChildProcess.runChecked(command)
        guard outcome.standardOutput.droppedBytes == 0 else {
            throw KernelError.unreadable(path: what, problem: "unpacks to more than \(limit >> 20) MiB")
        }
        return outcome.standardOutput.bytes
    }

    /// Unpacks files in their places; `a.ko.xz` becomes `a.ko`.
    ///
    /// - Throws: `ChildProcessError`.
    static func unpackInPlace(_ paths: [String]) async throws {
        var groups: [Packing: [String]] = [:]
        for path in paths {
            if let packing = Packing(ending: path) { groups[packing, default: []].append(path) }
        }
        for (packing, all) in groups {
            guard let program = packing.program else { continue }
            let keepsSource = packing == .zstd ? ["--rm", "-q"] : []
            // A command line has a bound of its own; a hundred paths are far below it.
            for start in stride(from: 0, to: all.count, by: 100) {
                let some = all[start..<min(start + 100, all.count)]
                try await ChildProcess.runChecked(
                    ChildCommand(program.name, ["-df"] + keepsSource + ["--"] + some))
            }
        }
    }
}
