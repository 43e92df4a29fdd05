/// The lines of a text, found by their number.
///
/// Every value of a file is compared with what stands at its place, so that finding and comparing has to cost little.
struct SourceLines {
    private struct Line {
        var text: Substring
        /// Every column is one byte.
        var isASCII: Bool
    }

    private let lines: [Line]

    init(_ text: String) {
        lines = Self.split(text).map { Line(text: $0, isASCII: $0.utf8.allSatisfy { $0 < 0x80 }) }
    }

    /// A line by its number, counted from 1; nil if there is none.
    subscript(number: Int) -> Substring? {
        lines.indices.contains(number - 1) ? lines[number - 1].text : nil
    }

    /// Whether a line has `part` from a column on; both are counted from 1, columns in Unicode scalars.
    ///
    /// - Parameter longest: bytes; a line that is longer has nothing.
    func has(_ part: String, line number: Int, column: Int, longest: Int) -> Bool {
        guard lines.indices.contains(number - 1), column > 0 else { return false }
        let line = lines[number - 1]
        guard line.text.utf8.count <= longest else { return false }
        if line.isASCII { return line.text.utf8.dropFirst(column - 1).starts(with: part.utf8) }
        return line.text.unicodeScalars.dropFirst(column - 1).starts(with: part.unicodeScalars)
    }

    /// A line ends where a character is a line's end: nearly always at a line feed alone.
    private static func split(_ text: String) -> [Substring] {
        if text.utf8.contains(where: mayEndLine) {
            return text.split(omittingEmptySubsequences: false) { $0.isNewline }
        }
        // No character but the line feed itself begins or goes on with it, so that bytes tell where lines end.
        return text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            Substring($0)
        }
    }

    /// Bytes of the line ends besides the line feed: CR, VT, FF, and the first ones of U+0085, U+2028 and U+2029.
    private static func mayEndLine(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x0b, 0x0c, 0x0d, 0xc2, 0xe2: true
        default: false
        }
    }
}
