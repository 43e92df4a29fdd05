/// A JSON document as a tree, for what the kernel's tools print and for this package's own small files.
///
/// Complete (RFC 8259), of bounded depth, and without Foundation. Numbers keep their exact text, so that
/// 64-bit counters do not pass through a Double.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As spelled in the text: `18446744073709551615`, `-1.5e3`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    public static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

    /// What stands under a key; `nil` if this is no object or has no such key.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    public var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    public var object: [String: JSONValue]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    public var int: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text)
    }

    public var unsigned: UInt64? {
        guard case .number(let text) = self else { return nil }
        return UInt64(text)
    }

    /// Without superfluous blanks, keys in order: equal values give equal texts.
    public var text: String {
        var result = ""
        write(to: &result)
        return result
    }

    private func write(to result: inout String) {
        switch self {
        case .null: result += "null"
        case .bool(let value): result += value ? "true" : "false"
        case .number(let text): result += text
        case .string(let text): Self.write(text, to: &result)
        case .array(let elements):
            result += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { result += "," }
                element.write(to: &result)
            }
            result += "]"
        case .object(let members):
            result += "{"
            for (index, (key, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { result += "," }
                Self.write(key, to: &result)
                result += ":"
                value.write(to: &result)
            }
            result += "}"
        }
    }

    private static func write(_ text: String, to result: inout String) {
        result += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        result += "\""
    }
}

/// A text that is no JSON document.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public var reason: String
    /// In bytes from the start.
    public var offset: Int

    public var description: String { "not JSON at byte \(offset): \(reason)" }
}
