/// A source file cut into words and signs, without comments and without what stands between quotation marks.
///
/// Works on bytes: the whole of `Sources` is read in every test run, in a debug build too.
struct SourceText: Sendable {
    /// A word, or a single sign; `try!` and `as!` are words.
    let tokens: [String]
    /// Modules that a Swift file imports.
    let imports: [String]

    init(_ text: String) {
        tokens = Self.tokens(of: Array(text.utf8))
        imports = text.utf8.split(separator: UInt8(ascii: "\n")).compactMap {
            Self.imported(by: String(Substring($0)))
        }
    }

    /// Names of the types that the file declares, at any depth.
    var declaredTypes: [String] {
        zip(tokens, tokens.dropFirst()).compactMap { keyword, name in
            let declares = ["struct", "class", "enum", "actor", "protocol", "typealias"].contains(keyword)
            return declares && name.first?.isUppercase == true ? name : nil
        }
    }

    /// Whether the code calls a function of this name.
    func calls(_ function: String) -> Bool {
        zip(tokens, tokens.dropFirst()).contains { $0 == function && $1 == "(" }
    }

    /// Whether the code uses a name that is neither a member of something nor a label.
    func uses(_ name: String) -> Bool {
        tokens.indices.contains { index in
            tokens[index] == name && (index == 0 || tokens[index - 1] != ".")
                && (index + 1 == tokens.count || tokens[index + 1] != ":")
        }
    }

    /// Whether a switch goes over impairments and lets some of them fall into a `default`.
    var hidesImpairments: Bool {
        tokens.indices.contains { tokens[$0] == "switch" && Self.hidesImpairments(body(after: $0)) }
    }

    /// The tokens between the braces behind a place, without those of inner braces.
    private func body(after start: Int) -> [String] {
        var depth = 0
        var body: [String] = []
        for token in tokens[start...] {
            if token == "}" { depth -= 1 }
            if token == "}", depth == 0 { break }
            if depth == 1 { body.append(token) }
            if token == "{" { depth += 1 }
        }
        return body
    }

    private static func hidesImpairments(_ body: [String]) -> Bool {
        let names: Set = [
            "loss", "delay", "reorder", "duplicate", "corrupt", "rate", "limit", "slot", "pattern",
        ]
        let pairs = Array(zip(body, body.dropFirst()))
        let cases = Set(pairs.filter { $0 == "." && names.contains($1) }.map(\.1))
        return cases.count >= 4 && pairs.contains { $0 == "default" && $1 == ":" }
    }

    private static func imported(by line: String) -> String? {
        guard line.utf8.contains(UInt8(ascii: "i")), line.contains("import ") else { return nil }
        let words = line.split(separator: " ").map(String.init)
            .drop {
                $0.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains($0)
            }
        guard words.first == "import" else { return nil }
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let name = words.dropFirst().first { !kinds.contains($0) }
        return name?.split(separator: ".").first.map(String.init)
    }

    private static func tokens(of bytes: [UInt8]) -> [String] {
        var tokens: [String] = []
        var index = 0
        func has(_ text: StaticString, at place: Int) -> Bool {
            place + text.utf8CodeUnitCount <= bytes.count
                && (0..<text.utf8CodeUnitCount).allSatisfy { bytes[place + $0] == text.utf8Start[$0] }
        }
        func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
                true
            default: false
            }
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "/"), has("//", at: index) {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
            } else if byte == UInt8(ascii: "/"), has("/*", at: index) {
                index += 2
                while index < bytes.count, !has("*/", at: index) { index += 1 }
                index += 2
            } else if byte == UInt8(ascii: "\""), has("\"\"\"", at: index) {
                index += 3
                while index < bytes.count, !has("\"\"\"", at: index) { index += 1 }
                index += 3
            } else if byte == UInt8(ascii: "\"") {
                index += 1
                while index < bytes.count, bytes[index] != byte, bytes[index] != UInt8(ascii: "\n") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                index += 1
            } else if isWord(byte) {
                let start = index
                while index < bytes.count, isWord(bytes[index]) { index += 1 }
                let word = String(decoding: bytes[start..<index], as: UTF8.self)
                let isForced = ["try", "as"].contains(word) && has("!", at: index)
                if isForced { index += 1 }
                tokens.append(isForced ? word + "!" : word)
            } else {
                if byte > UInt8(ascii: " ") { tokens.append(String(UnicodeScalar(byte))) }
                index += 1
            }
        }
        return tokens
    }
}
