import NetlabModel
import Testing

@testable import NetlabScenario

@Suite("Lines of a file")
struct SourceLinesTests {
    /// Whatever ends a line, it is the same that a character by character reading finds.
    @Test(arguments: [
        "", "a", "a\n", "\na\n\nb", "a\r\nb\n\r\nc", "a\rb", "a\u{b}b\u{c}c", "a\u{85}b\u{2028}c\u{2029}d",
        "é\n→ b\n…",
        "e\u{301}\n\u{301}b",
    ])
    func linesEndWhereACharacterIsALineEnd(text: String) {
        let lines = SourceLines(text)
        let expected = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in expected.enumerated() { #expect(lines[index + 1] == line) }
        #expect(lines[0] == nil && lines[expected.count + 1] == nil)
    }

    /// Columns are Unicode scalars, in a line of plain ASCII and in one with other characters.
    @Test(arguments: [
        ("a: bc", 4, "bc", true), ("a: bc", 4, "bcd", false), ("a: bc", 3, "bc", false),
        ("a: bc", 6, "", true),
        ("a: bc", 9, "", true), ("a: bc", 9, "x", false), ("a: bc", 0, "a", false), ("é: bc", 4, "bc", true),
        ("e\u{301}: bc", 5, "bc", true), ("→ é", 3, "é", true), ("a: bc", 4, "bé", false),
    ])
    func textIsFoundByItsColumn(line: String, column: Int, part: String, isThere: Bool) {
        let lines = SourceLines("x\n" + line)
        #expect(lines.has(part, line: 2, column: column, longest: 100) == isThere)
        #expect(!lines.has(part, line: 3, column: column, longest: 100))
        #expect(!lines.has(part, line: 2, column: column, longest: 4))
    }
}
