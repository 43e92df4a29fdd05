/// Splits a command line into its arguments; no shell has a say in it.
public enum Arguments {
    /// Blanks separate, `'…'` and `"…"` keep together; nothing else is special.
    ///
    /// - Returns: nil if a quote is not closed.
    public static func split(_ text: String) -> [String]? {
        var result: [String] = []
        var current: String?
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { current?.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                current = current ?? ""
            } else if character == " " || character == "\t" || character == "\n" {
                if let done = current { result.append(done) }
                current = nil
            } else {
                current = (current ?? "") + String(character)
            }
        }
        guard quote == nil else { return nil }
        if let current { result.append(current) }
        return result
    }
}
