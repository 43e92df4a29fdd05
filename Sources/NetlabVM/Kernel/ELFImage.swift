/// The parts of a 64-bit little-endian ELF file that tell a kernel and its modules: sections by name and notes.
///
/// Every offset of the file is checked against its length, so that a damaged file is refused and never read past
/// its end.
struct ELFImage {
    /// A vendor's remark in a file, such as the PVH entry point of a kernel.
    struct Note: Hashable {
        var name: String
        var type: UInt32
        /// What is said.
        var content: [UInt8] = []
    }

    /// A part of the file that is loaded (PT_LOAD), by the address in memory that it has before there is virtual memory.
    struct Segment: Hashable {
        var address: Int
        var content: ArraySlice<UInt8>
        /// With the zeros behind the content.
        var memorySize: Int
    }

    private let bytes: [UInt8]

    /// - Returns: `nil` if this is no ELF64 file in little-endian order.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 64, bytes.starts(with: Self.magic), bytes[4] == 2, bytes[5] == 1 else {
            return nil
        }
        self.bytes = bytes
    }

    static let magic: [UInt8] = [0x7f, 0x45, 0x4c, 0x46]

    /// The content of the first section with a name; `nil` if there is none or the file is damaged.
    func section(_ wanted: String) -> ArraySlice<UInt8>? {
        let table = Int(truncatingIfNeeded: unsigned(64, at: 40))
        let size = Int(unsigned(16, at: 58))
        let count = Int(unsigned(16, at: 60))
        let namesIndex = Int(unsigned(16, at: 62))
        guard size >= 64, namesIndex < count,
            let names = content(ofSection: namesIndex, table: table, size: size)
        else { return nil }
        for index in 0..<count {
            let header = table + index * size
            guard header >= 0, header + 64 <= bytes.count else { return nil }
            let start = names.startIndex + Int(unsigned(32, at: header))
            guard start < names.endIndex else { continue }
            if names[start...].prefix(while: { $0 != 0 }).elementsEqual(wanted.utf8) {
                return content(ofSection: index, table: table, size: size)
            }
        }
        return nil
    }

    /// All notes of all PT_NOTE segments.
    var notes: [Note] {
        programHeaders(ofType: 4).flatMap { header -> [Note] in
            guard let segment = slice(at: unsigned(64, at: header + 8), count: unsigned(64, at: header + 32))
            else { return [] }
            return Self.notes(in: segment)
        }
    }

    /// All PT_LOAD segments; none if one of them leads out of the file, or is larger than any kernel.
    var loadedSegments: [Segment] {
        var segments: [Segment] = []
        for header in programHeaders(ofType: 1) {
            let address = unsigned(64, at: header + 24)
            let size = unsigned(64, at: header + 40)
            guard let content = slice(at: unsigned(64, at: header + 8), count: unsigned(64, at: header + 32)),
                address < 1 << 40, size < 1 << 40, size >= content.count
            else { return [] }
            segments.append(Segment(address: Int(address), content: content, memorySize: Int(size)))
        }
        return segments
    }

    private func programHeaders(ofType type: UInt64) -> [Int] {
        let table = Int(truncatingIfNeeded: unsigned(64, at: 32))
        let size = Int(unsigned(16, at: 54))
        guard size >= 56, table >= 0, table < bytes.count else { return [] }
        return (0..<Int(unsigned(16, at: 56))).map { table + $0 * size }
            .filter { $0 + 56 <= bytes.count && unsigned(32, at: $0) == type }
    }

    /// XEN_ELFNOTE_PHYS32_ENTRY: QEMU boots an uncompressed kernel only through this entry point.
    var hasPVHEntry: Bool { pvhEntry != nil }

    /// Its address, in physical memory.
    var pvhEntry: Int? {
        guard let note = notes.first(where: { $0.name == "Xen" && $0.type == 18 }), note.content.count >= 4
        else { return nil }
        return (0..<4).reduce(0) { $0 | Int(note.content[$1]) << ($1 * 8) }
    }

    private static func notes(in segment: ArraySlice<UInt8>) -> [Note] {
        func word(_ offset: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(segment[segment.startIndex + offset + $1]) << ($1 * 8) }
        }
        func padded(_ length: Int) -> Int { (length + 3) & ~3 }
        var notes: [Note] = []
        var offset = 0
        while offset + 12 <= segment.count {
            let nameLength = word(offset)
            let name = segment.dropFirst(offset + 12).prefix(nameLength).prefix { $0 != 0 }
            let content = segment.dropFirst(offset + 12 + padded(nameLength)).prefix(word(offset + 4))
            notes.append(
                Note(
                    name: String(decoding: name, as: UTF8.self), type: UInt32(word(offset + 8)),
                    content: Array(content)))
            offset += 12 + padded(nameLength) + padded(word(offset + 4))
        }
        return notes
    }

    private func content(ofSection index: Int, table: Int, size: Int) -> ArraySlice<UInt8>? {
        let header = table + index * size
        guard header >= 0, header + 64 <= bytes.count else { return nil }
        return slice(at: unsigned(64, at: header + 24), count: unsigned(64, at: header + 32))
    }

    private func slice(at offset: UInt64, count: UInt64) -> ArraySlice<UInt8>? {
        let (end, overflow) = offset.addingReportingOverflow(count)
        guard !overflow, end <= UInt64(bytes.count) else { return nil }
        return bytes[Int(offset)..<Int(end)]
    }

    /// A number of the file; 0 where the file ends before it.
    private func unsigned(_ bits: Int, at offset: Int) -> UInt64 {
        guard offset >= 0, offset + bits / 8 <= bytes.count else { return 0 }
        return (0..<bits / 8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) }
    }
}
