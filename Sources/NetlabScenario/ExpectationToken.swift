/// One word or sign of an expectation, with its place in the text.
struct ExpectationToken {
    var text: String
    /// In Unicode scalars from the start of the text.
    var offset: Int

    /// Words are separated by blanks and by signs; a minus between blanks is a sign, elsewhere part of a name.
    static func all(in text: String) -> [ExpectationToken] {
        let scalars = Array(text.unicodeScalars)
        var tokens: [ExpectationToken] = []
        var index = 0
        func take(_ count: Int) {
            let part = String(String.UnicodeScalarView(scalars[index..<(index + count)]))
            tokens.append(ExpectationToken(text: part, offset: index))
            index += count
        }
        while index < scalars.count {
            let scalar = scalars[index]
            if isBlank(scalar) {
                index += 1
            } else if isComparison(scalar) {
                var end = index + 1
                while end < scalars.count, isComparison(scalars[end]), scalar != "~" { end += 1 }
                take(end - index)
            } else if isOperator(scalar) {
                take(1)
            } else if isRange(scalars, at: index) {
                take(2)
            } else {
                var end = index
                while end < scalars.count, !isBlank(scalars[end]), !isComparison(scalars[end]),
                    !isOperator(scalars[end]), !isRange(scalars, at: end)
                {
                    end += 1
                }
                take(end - index)
            }
        }
        return tokens
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || (!scalar.isASCII || scalar < "!") && scalar.properties.isWhitespace
    }

    private static func isComparison(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "=", "!", "<", ">", "~": true
        default: false
        }
    }

    private static func isOperator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "+", "*", "(", ")": true
        default: false
        }
    }

    private static func isRange(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        scalars[index] == "." && index + 1 < scalars.count && scalars[index + 1] == "."
    }
}

/// What is wrong with an expectation, and where in its text.
struct ExpectationError: Error {
    var message: String
    var offset: Int
    var hint: String?
    /// Follows from a mistake that was told elsewhere.
    var isConsequence = false
}
