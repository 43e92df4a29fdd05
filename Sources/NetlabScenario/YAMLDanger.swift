import NetlabModel

/// What must not reach the YAML library, because its cost could not be bounded there: very deep nesting,
/// and collections behind aliases that are used as keys (they are hashed whole).
///
/// The scan does not know quotes. It is therefore strict only about what no real scenario contains, in
/// quotes or not; the exact bounds are checked on the tree.
struct YAMLDanger {
    var message: String
    var hint: String?
    var position: SourcePosition

    /// The library recurses once for each level.
    private static let bracketLimit = 200
    private static let aliasLimit = 100

    static func first(in text: String) -> YAMLDanger? {
        var line = 1
        var column = 0
        var depth = 0
        var dashes = 0
        var aliases = 0
        var keyCandidate: SourcePosition?
        var previous: Unicode.Scalar = "\n"
        var hasAnchor = false
        // The mark of an anchor or alias whose name would begin with the next character.
        var mark: Unicode.Scalar?
        // The alias that has just been read, up to the blanks behind it.
        var alias: SourcePosition?
        var isIndent = true
        for scalar in text.unicodeScalars {
            column += 1
            let here = SourcePosition(line: line, column: column)
            if mark != nil, Self.mayNameAnchor(scalar) {
                if mark == "*" {
                    aliases += 1
                    alias = here
                }
                if mark == "&" { hasAnchor = true }
            }
            mark = nil
            let startsToken = Self.mayPrecedeToken(previous)
            switch scalar {
            case "\n":
                line += 1
                column = 0
                dashes = 0
                isIndent = true
            case "[", "{":
                depth += 1
                if depth > bracketLimit { return nested(here) }
            case "]", "}": depth = max(depth - 1, 0)
            case "-" where isIndent, "?" where isIndent:
                dashes += 1
                if dashes > bracketLimit { return nested(here) }
                if scalar == "?" { keyCandidate = keyCandidate ?? here }
            case "?" where startsToken: keyCandidate = keyCandidate ?? here
            case "*" where startsToken, "&" where startsToken: mark = scalar
            case ":" where alias != nil: keyCandidate = keyCandidate ?? alias
            case ":" where previous == "]" || previous == "}": keyCandidate = keyCandidate ?? here
            case " ": if isIndent, column > 4 * bracketLimit { return nested(here) }
            default: break
            }
            switch scalar {
            case "[", "]", "{", "}", ",", "\n", "#": alias = nil
            default: break
            }
            if scalar != " ", scalar != "-", scalar != "?", scalar != "\n" { isIndent = false }
            previous = scalar
        }
        if aliases > aliasLimit {
            return YAMLDanger(
                message: "the file has more than \(aliasLimit) aliases (*)", hint: nil,
                position: SourcePosition(line: 1, column: 1))
        }
        if aliases > 1, hasAnchor, let keyCandidate {
            return YAMLDanger(
                message: "a key that is not a plain word, in a file with aliases (*)",
                hint: "a key is a word", position: keyCandidate)
        }
        return nil
    }

    /// A scalar that libYAML takes into the name of an anchor or an alias; all beyond ASCII that is a letter or number, to be
    /// on the safe side.
    private static func mayNameAnchor(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default:
            !scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        }
    }

    /// A scalar behind which an indicator is read as one; libYAML ends lines in more ways than one.
    private static func mayPrecedeToken(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\n", "\r", "\t", "[", "{", ",", ":", "\u{85}", "\u{2028}", "\u{2029}", "\u{feff}": true
        default: false
        }
    }

    private static func nested(_ position: SourcePosition) -> YAMLDanger {
        YAMLDanger(
            message: "the file is nested more than \(YAMLReader.depthLimit) deep", hint: nil,
            position: position)
    }
}
