import NetlabModel

/// What authors may call things.
enum Name {
    /// A name of a node, link, flow, phase, rule: letters, digits, `-` and `_`, a letter first, at most 32 bytes.
    static func isWord(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, isLetter(first), text.utf8.count <= 32 else {
            return false
        }
        return text.unicodeScalars.allSatisfy {
            isLetter($0) || ("0"..."9").contains($0) || $0 == "-" || $0 == "_"
        }
    }

    /// A name the kernel takes for an interface: at most 15 bytes, no blank, slash or colon.
    static func isInterface(_ text: String) -> Bool {
        (1...15).contains(text.utf8.count) && text != "." && text != ".."
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && $0.value > 0x20 && $0.value < 0x7f && !"/:%\"'{}[],".unicodeScalars.contains($0)
            }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    /// Complains about a name that is no word.
    ///
    /// - Parameter what: `node`, `link`, `flow`, ….
    static func check(
        _ text: String, _ what: String, at position: SourcePosition, _ complaints: Complaints
    ) -> Bool {
        guard !isWord(text) else { return true }
        let rule =
            text.utf8.count > 32
            ? "a name has at most 32 bytes"
            : "a name has letters, digits, - and _, and begins with a letter"
        complaints.error("\"\(text.shortened)\" is not a name for a \(what)", at: position, hint: rule)
        return false
    }
}
