/// Words of a text with their places, split at blanks.
struct WordScanner {
    struct Word {
        var text: String
        /// In Unicode scalars from the start of the text.
        var offset: Int
    }

    private(set) var words: [Word] = []
    private var index = 0

    init(_ text: String) {
        var current = String.UnicodeScalarView()
        var start = 0
        var offset = 0
        for scalar in text.unicodeScalars {
            if scalar == " " || scalar == "\t" || scalar == "\n" {
                if !current.isEmpty { words.append(Word(text: String(current), offset: start)) }
                current = String.UnicodeScalarView()
            } else {
                if current.isEmpty { start = offset }
                current.append(scalar)
            }
            offset += 1
        }
        if !current.isEmpty { words.append(Word(text: String(current), offset: start)) }
    }

    mutating func next() -> Word? {
        guard index < words.count else { return nil }
        defer { index += 1 }
        return words[index]
    }
}
