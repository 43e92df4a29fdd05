/// One kind of mapping of the language: its keys and what they take.
struct SchemaMapping: Sendable {
    /// What the parser calls it: `an interface`.
    var what: String
    /// Its name among the definitions: `interface`.
    var name: String
    var keys: [(key: String, value: SchemaValue)]
    var required: [String] = []

    /// The mapping as a JSON Schema; a key that is not listed is an error.
    var schema: SchemaValue {
        var entries: [(key: String, value: SchemaValue)] = [
            ("type", .string("object")), ("additionalProperties", .boolean(false)),
            ("properties", .object(keys)),
        ]
        if !required.isEmpty { entries.append(("required", .array(required.map { .string($0) }))) }
        return .object(entries)
    }
}
