/// A value of JSON.
enum JSONValue: Hashable, Decodable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    var string: String? { if case .string(let value) = self { value } else { nil } }
    var number: Double? { if case .number(let value) = self { value } else { nil } }
    var array: [JSONValue] { if case .array(let value) = self { value } else { [] } }
    var object: [String: JSONValue] { if case .object(let value) = self { value } else { [:] } }
}

/// The part of JSON Schema 2020-12 that the schema of the record uses. A keyword it does not know is a complaint of its
/// own, so that nothing in the schema goes unchecked.
struct JSONSchema {
    let root: JSONValue

    private static let annotations: Set = ["$schema", "$id", "$defs", "title", "description"]

    /// What is wrong with a value, each with its place; empty if nothing is.
    func complaints(_ value: JSONValue) -> [String] { complaints(value, root, "$") }

    private func complaints(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        schema.object.sorted { $0.key < $1.key }.flatMap { keyword, rule -> [String] in
            switch keyword {
            case "$ref":
                guard let target = resolve(rule.string ?? "") else { return ["\(place): no such $ref"] }
                return complaints(value, target, place)
            case "type":
                return hasType(value, rule.string ?? "") ? [] : ["\(place): not of type \(rule.string ?? "")"]
            case "const": return value == rule ? [] : ["\(place): not the constant"]
            case "enum": return rule.array.contains(value) ? [] : ["\(place): not one of the enum"]
            case "minimum":
                return (value.number ?? 0) < (rule.number ?? 0) ? ["\(place): below the minimum"] : []
            case "maximum":
                return (value.number ?? 0) > (rule.number ?? 0) ? ["\(place): above the maximum"] : []
            case "maxItems":
                return Double(value.array.count) > (rule.number ?? 0) ? ["\(place): too many items"] : []
            case "pattern":
                guard let pattern = try? Regex(rule.string ?? ""), let text = value.string else { return [] }
                return text.contains(pattern) ? [] : ["\(place): does not match"]
            case "required":
                return rule.array.compactMap(\.string).filter { value[$0] == nil }.map {
                    "\(place).\($0): missing"
                }
            case "properties":
                return rule.object.flatMap { key, inner in
                    value[key].map { complaints($0, inner, "\(place).\(key)") } ?? []
                }
            case "additionalProperties":
                let known = Set((schema["properties"]?.object ?? [:]).keys)
                return value.object.filter { !known.contains($0.key) }.flatMap { key, inner in
                    rule == .bool(false)
                        ? ["\(place).\(key): not in the schema"] : complaints(inner, rule, "\(place).\(key)")
                }
            case "items":
                return value.array.enumerated().flatMap { complaints($1, rule, "\(place)[\($0)]") }
            default:
                return Self.annotations.contains(keyword)
                    ? [] : ["\(place): keyword \(keyword) is not checked"]
            }
        }
    }

    private func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/$defs/") else { return nil }
        return root["$defs"]?[String(reference.dropFirst(8))]
    }

    private func hasType(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
            ("number", .number):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}
