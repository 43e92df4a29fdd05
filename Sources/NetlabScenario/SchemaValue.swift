/// A piece of JSON with its keys in a chosen order.
indirect enum SchemaValue: Sendable {
    case object([(key: String, value: SchemaValue)])
    case array([SchemaValue])
    case string(String)
    case integer(Int)
    case boolean(Bool)

    /// Indented by two blanks, short arrays on one line.
    func text(indent: Int = 0) -> String {
        let inner = String(repeating: " ", count: indent + 2)
        let outer = String(repeating: " ", count: indent)
        switch self {
        case .object(let entries):
            if entries.isEmpty { return "{}" }
            let lines = entries.map { "\(inner)\(Self.quoted($0.key)): \($0.value.text(indent: indent + 2))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(outer)}"
        case .array(let items):
            let line = "[" + items.map { $0.text(indent: indent + 2) }.joined(separator: ", ") + "]"
            if line.utf8.count <= 100, !line.contains("\n") { return line }
            let lines = items.map { inner + $0.text(indent: indent + 2) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(outer)]"
        case .string(let text): return Self.quoted(text)
        case .integer(let number): return "\(number)"
        case .boolean(let value): return value ? "true" : "false"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// The kinds of values that the language knows, as JSON Schema.
extension SchemaValue {
    /// A value of another definition.
    static func reference(_ name: String) -> SchemaValue {
        .object([("$ref", .string("#/definitions/\(name)"))])
    }

    static func any(_ values: SchemaValue...) -> SchemaValue { .object([("anyOf", .array(values))]) }

    static func list(of item: SchemaValue) -> SchemaValue {
        .object([("type", .string("array")), ("items", item)])
    }

    /// Names that the author chooses, each with a value of one kind.
    static func named(_ value: SchemaValue) -> SchemaValue {
        .object([("type", .string("object")), ("additionalProperties", value)])
    }

    static func words(_ words: [String]) -> SchemaValue {
        any(.object([("enum", .array(words.map { .string($0) }))]), reference("parameter"))
    }

    static func integer(_ range: ClosedRange<Int>) -> SchemaValue {
        any(
            .object([
                ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
                ("maximum", .integer(range.upperBound)),
            ]), reference("parameter"))
    }

    static let text = SchemaValue.object([("type", .string("string"))])
    static let scalar = SchemaValue.object([
        ("type", .array([.string("string"), .string("number"), .string("boolean")]))
    ])
    static let boolean = SchemaValue.any(.object([("type", .string("boolean"))]), reference("parameter"))
    static let duration = reference("duration")
    static let size = reference("size")
    static let rate = reference("rate")
    static let eventRate = reference("eventRate")
    static let probability = reference("probability")
    static let anything = SchemaValue.object([])
    /// One or several.
    static func oneOrMore(_ value: SchemaValue) -> SchemaValue { any(value, list(of: value)) }
}
