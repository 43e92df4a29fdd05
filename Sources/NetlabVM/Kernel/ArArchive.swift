/// Members of an `ar` archive, which a .deb package is.
///
/// Format: deb(5), ar(5): `!<arch>\n`, then headers of 60 bytes; contents end on even bytes.
enum ArArchive {
    /// - Returns: name and content in the order of the archive.
    /// - Throws: `KernelError.unreadable`.
    static func members(of bytes: [UInt8], path: String) throws(KernelError) -> [(
        name: String, content: ArraySlice<UInt8>
    )] {
        guard bytes.starts(with: "!<arch>\n".utf8) else {
            throw .unreadable(path: path, problem: "not a .deb package")
        }
        var members: [(name: String, content: ArraySlice<UInt8>)] = []
        var position = 8
        while position + 60 <= bytes.count {
            func field(_ start: Int, _ length: Int) -> String {
                let text = bytes[(position + start)..<(position + start + length)]
                return String(decoding: text.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            }
            let start = position + 60
            guard let size = Int(field(48, 10)), size >= 0, start + size <= bytes.count else {
                throw .unreadable(path: path, problem: "a damaged ar header at byte \(position)")
            }
            let name = field(0, 16)
            members.append(
                (name.hasSuffix("/") ? String(name.dropLast()) : name, bytes[start..<(start + size)]))
            position = (start + size + 1) & ~1
        }
        return members
    }
}
