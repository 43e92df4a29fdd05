/// What the initramfs has to know of a program or library: the ELF file's loader, the libraries that it asks for, and how
/// much of the file is needed to run it.
///
/// Kernel: `fs/binfmt_elf.c`; the layout is that of elf(5), 64 bits, little-endian.
public struct ExecutableImage: Sendable {
    /// What a program is loaded by: `/lib64/ld-linux-x86-64.so.2`; nil for libraries and static programs.
    public let interpreter: String?
    /// Names of libraries that the file asks for (DT_NEEDED), in order.
    public let needed: [String]
    /// The end of what is loaded into memory: symbols, debug information and section headers lie behind it.
    public let loadedSize: Int

    private struct Segment {
        var type: UInt32
        var offset: Int
        var address: UInt64
        var size: Int
    }

    /// Reads a file's headers; nil if it is no 64-bit little-endian ELF file, or its headers lead out of it.
    public init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]), bytes.count >= 64 else { return nil }
        let reader = ByteReader(bytes)
        guard let table = reader.number(at: 32, 8), let entrySize = reader.number(at: 54, 2),
            let count = reader.number(at: 56, 2), entrySize >= 56
        else { return nil }
        var segments: [Segment] = []
        for index in 0..<count {
            let start = table + index * entrySize
            guard let type = reader.number(at: start, 4), let offset = reader.number(at: start + 8, 8),
                let address = reader.number(at: start + 16, 8), let size = reader.number(at: start + 32, 8),
                offset + size <= bytes.count
            else { return nil }
            segments.append(
                Segment(type: UInt32(type), offset: offset, address: UInt64(address), size: size))
        }
        loadedSize = max(
            segments.map { $0.offset + $0.size }.max() ?? 0, table + count * entrySize)
        interpreter = segments.first { $0.type == Self.interpreterType }.flatMap {
            reader.text(at: $0.offset, within: $0.size)
        }
        guard let dynamic = segments.first(where: { $0.type == Self.dynamicType }) else {
            needed = []
            return
        }
        var names: [Int] = []
        var strings: Int?
        for offset in stride(from: dynamic.offset, to: dynamic.offset + dynamic.size, by: 16) {
            guard let tag = reader.number(at: offset, 8), let value = reader.number(at: offset + 8, 8) else {
                return nil
            }
            if tag == 0 { break }
            if tag == Self.neededTag { names.append(value) }
            if tag == Self.stringTableTag { strings = value }
        }
        guard !names.isEmpty else {
            needed = []
            return
        }
        // The table is named by its address in memory.
        guard let strings,
            let home = segments.first(where: {
                $0.type == Self.loadType && UInt64(strings) >= $0.address
                    && UInt64(strings) < $0.address + UInt64($0.size)
            })
        else { return nil }
        let start = home.offset + Int(UInt64(strings) - home.address)
        let found = names.map { reader.text(at: start + $0, within: 4096) }
        guard !found.contains(nil) else { return nil }
        needed = found.compactMap(\.self)
    }

    /// A file without what only debuggers and linkers read.
    ///
    /// Equivalent to: `strip --strip-all`, roughly: all behind the last loaded byte goes, and the table of sections is
    /// named as absent. A file that is no ELF file stays as it is.
    public static func stripped(_ bytes: [UInt8]) -> [UInt8] {
        guard let image = ExecutableImage(bytes), image.loadedSize >= 64 else { return bytes }
        var result = Array(bytes[..<image.loadedSize])
        // e_shoff; e_shentsize stays; e_shnum, e_shstrndx.
        for index in Array(40..<48) + Array(60..<64) { result[index] = 0 }
        return result
    }

    private static let loadType: UInt32 = 1
    private static let dynamicType: UInt32 = 2
    private static let interpreterType: UInt32 = 3
    private static let neededTag = 1
    private static let stringTableTag = 5
}

/// Little-endian numbers and texts of a file whose offsets cannot be trusted.
struct ByteReader {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// An unsigned number of 2, 4 or 8 bytes; nil outside of the file and beyond what a file can hold.
    func number(at offset: Int, _ size: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count - size else { return nil }
        var value: UInt64 = 0
        for index in (0..<size).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
        return value <= UInt64(Int.max / 4) ? Int(value) : nil
    }

    /// A text that ends with a zero byte.
    func text(at offset: Int, within size: Int) -> String? {
        guard offset >= 0, offset < bytes.count else { return nil }
        let end = min(bytes.count, offset + size)
        guard let zero = bytes[offset..<end].firstIndex(of: 0) else { return nil }
        return String(decoding: bytes[offset..<zero], as: UTF8.self)
    }
}
