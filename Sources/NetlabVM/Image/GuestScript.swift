import LinuxSystem

/// A script that a guest shall run: what runs it, and the programs that it calls.
struct GuestScript: Hashable {
    /// The interpreter as the script names it: `/bin/sh`.
    var interpreter: String
    /// What is run by `env`, or the interpreter itself.
    var language: String
    /// Words of the script that could be names of programs.
    var words: Set<String>

    /// Reads the first line and the words of a script; nil for anything that has no `#!`.
    ///
    /// Kernel: `fs/binfmt_script.c`: the interpreter ends at the first blank, all behind it is one argument.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: Array("#!".utf8)) else { return nil }
        let text = String(decoding: bytes.prefix(Self.limit), as: UTF8.self)
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let first = lines[0].dropFirst(2).split(whereSeparator: \.isWhitespace).map(String.init)
        guard let interpreter = first.first else { return nil }
        self.interpreter = interpreter
        if interpreter.hasSuffix("/env") {
            // Options of env and variables stand before the program.
            guard let program = first.dropFirst().first(where: { !$0.hasPrefix("-") && !$0.contains("=") })
            else { return nil }
            language = program
        } else {
            language = interpreter
        }
        words = []
        for line in lines.dropFirst().first?.split(separator: "\n") ?? [] {
            guard line.first(where: { !$0.isWhitespace }) != "#" else { continue }
            for word in line.split(whereSeparator: { !Self.isOfAName($0) }) { words.insert(String(word)) }
        }
    }

    private static let limit = 1 << 20

    private static func isOfAName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._+-/".contains(character))
    }

    /// Languages whose programs begin with reading a library of many files that no loader tells of.
    static func hasLibraryOfItsOwn(_ program: String) -> Bool {
        let name = program.split(separator: "/").last ?? ""
        return ["python", "pypy", "perl", "ruby", "tclsh", "java", "guile", "php"].contains {
            name.hasPrefix($0)
        }
    }
}
