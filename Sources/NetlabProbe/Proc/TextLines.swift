/// The lines and words of a file of procfs, as slices of its bytes.
///
/// A last line without its newline is a complaint: the kernel ends every line, so such a file was cut off.
struct TextLines {
    typealias Word = ArraySlice<UInt8>

    /// The words of every line, in order. Words are set apart by spaces and tabs.
    let lines: [[Word]]

    init(_ bytes: [UInt8], of source: String) throws(ProbeError) {
        guard let last = bytes.last else { throw ProbeError(source, "the file is empty") }
        var lines: [[Word]] = []
        var words: [Word] = []
        var start: Int?
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x20, 0x09, 0x0a:
                if let begin = start {
                    words.append(bytes[begin..<index])
                    start = nil
                }
                if byte == 0x0a {
                    lines.append(words)
                    words.removeAll(keepingCapacity: true)
                }
            default: if start == nil { start = index }
            }
        }
        guard last == 0x0a else {
            throw ProbeError(source, line: lines.count + 1, "the line has no end: the file was cut off")
        }
        self.lines = lines
    }
}

extension ArraySlice<UInt8> {
    var text: String { String(decoding: self, as: UTF8.self) }

    /// A decimal number; a counter beyond Int64 keeps its 64 bits, as the kernel's `%ld` would print it.
    var decimal: Int64? {
        guard let first, count <= 20 else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        let digits = isNegative ? dropFirst() : self
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (shifted, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = shifted.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            if tooLarge || overflow { return nil }
            value = sum
        }
        return isNegative ? 0 &- Int64(bitPattern: value) : Int64(bitPattern: value)
    }

    /// A hexadecimal number of up to 16 digits.
    var hexadecimal: UInt64? {
        guard !isEmpty, count <= 16 else { return nil }
        var value: UInt64 = 0
        for byte in self {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt64(digit)
        }
        return value
    }
}
