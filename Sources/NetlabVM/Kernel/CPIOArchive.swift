/// Files in a cpio archive of the format "newc", as packages of RPM carry them.
///
/// Format: cpio(5), "New ASCII Format": a header of 110 bytes with numbers of eight hexadecimal digits; names and
/// contents end on multiples of four.
enum CPIOArchive {
    struct File: Hashable {
        var path: String
        var mode: UInt32
        var content: ArraySlice<UInt8>

        var isRegular: Bool { mode & 0o170000 == 0o100000 }
    }

    /// - Throws: `KernelError.unreadable` with the offset of what is wrong.
    static func files(in bytes: [UInt8], of path: String) throws(KernelError) -> [File] {
        var files: [File] = []
        var position = 0
        while true {
            guard position + 110 <= bytes.count, bytes[position...].starts(with: "07070".utf8) else {
                throw .unreadable(path: path, problem: "no cpio header at byte \(position)")
            }
            func number(_ field: Int) -> Int? {
                let start = position + 6 + field * 8
                return Int(String(decoding: bytes[start..<(start + 8)], as: UTF8.self), radix: 16)
            }
            guard let mode = number(1), let size = number(6), let nameSize = number(11), size >= 0,
                nameSize > 0
            else { throw .unreadable(path: path, problem: "a damaged cpio header at byte \(position)") }
            let nameStart = position + 110
            let start = (nameStart + nameSize + 3) & ~3
            let end = start + size
            guard end <= bytes.count else {
                throw .unreadable(path: path, problem: "the cpio archive ends early, at byte \(bytes.count)")
            }
            let name = String(decoding: bytes[nameStart..<(nameStart + nameSize - 1)], as: UTF8.self)
            if name == "TRAILER!!!" { return files }
            files.append(File(path: name, mode: UInt32(mode), content: bytes[start..<end]))
            position = (end + 3) & ~3
        }
    }
}
