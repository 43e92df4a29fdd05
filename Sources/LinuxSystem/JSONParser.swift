extension JSONValue {
    /// Reads one document; blanks may surround it, nothing else.
    ///
    /// - Throws: `JSONError` with the byte offset; nesting deeper than 512 is refused.
    public init(parsing text: String) throws(JSONError) {
        var parser = JSONParser(bytes: Array(text.utf8))
        self = try parser.document()
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var position = 0
    var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value()
        skipBlanks()
        guard position == bytes.count else { throw error("more text after the document") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipBlanks()
        guard let byte = peek else { throw error("the text ends early") }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try descend()
        var members: [String: JSONValue] = [:]
        if try !closes(UInt8(ascii: "}")) {
            while true {
                skipBlanks()
                guard peek == UInt8(ascii: "\"") else { throw error("a key was expected") }
                let key = try string()
                skipBlanks()
                guard take(UInt8(ascii: ":")) else { throw error("':' was expected") }
                members[key] = try value()
                if try !continues(until: UInt8(ascii: "}")) { break }
            }
        }
        depth -= 1
        return .object(members)
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        try descend()
        var elements: [JSONValue] = []
        if try !closes(UInt8(ascii: "]")) {
            while true {
                elements.append(try value())
                if try !continues(until: UInt8(ascii: "]")) { break }
            }
        }
        depth -= 1
        return .array(elements)
    }

    private mutating func descend() throws(JSONError) {
        depth += 1
        guard depth <= 512 else { throw error("nested too deeply") }
        position += 1
    }

    private mutating func closes(_ end: UInt8) throws(JSONError) -> Bool {
        skipBlanks()
        return take(end)
    }

    private mutating func continues(until end: UInt8) throws(JSONError) -> Bool {
        skipBlanks()
        if take(UInt8(ascii: ",")) { return true }
        guard take(end) else { throw error("',' or '\(Character(UnicodeScalar(end)))' was expected") }
        return false
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw error("an unknown word") }
        position += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let leading = peek
        guard digits() > 0 else { throw error("a value was expected", at: start) }
        if leading == UInt8(ascii: "0"), bytes[start..<position].filter({ $0 != UInt8(ascii: "-") }).count > 1
        {
            throw error("a number with a leading zero", at: start)
        }
        if take(UInt8(ascii: ".")), digits() == 0 { throw error("a digit was expected") }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if digits() == 0 { throw error("a digit was expected") }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        return position - start
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        var result: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &result)
            case 0..<0x20: throw error("a control character in a string", at: position - 1)
            default: result.append(byte)
            }
        }
        throw error("a string without its end")
    }

    private mutating func escape(into result: inout [UInt8]) throws(JSONError) {
        guard let byte = peek else { throw error("a string without its end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "b"): result.append(8)
        case UInt8(ascii: "f"): result.append(12)
        case UInt8(ascii: "n"): result.append(10)
        case UInt8(ascii: "r"): result.append(13)
        case UInt8(ascii: "t"): result.append(9)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xd800..<0xdc00).contains(code), bytes[position...].starts(with: [0x5c, 0x75]) {
                position += 2
                let low = try hexadecimal()
                guard (0xdc00..<0xe000).contains(low) else { throw error("half a surrogate pair") }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = UnicodeScalar(code) else { throw error("half a surrogate pair") }
            result.append(contentsOf: Character(scalar).utf8)
        default: throw error("an unknown escape", at: position - 1)
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        let text = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
        guard text.utf8.count == 4, let code = UInt32(text, radix: 16) else {
            throw error("four digits were expected")
        }
        position += 4
        return code
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
    }

    private func error(_ reason: String, at offset: Int? = nil) -> JSONError {
        JSONError(reason: reason, offset: offset ?? position)
    }
}
