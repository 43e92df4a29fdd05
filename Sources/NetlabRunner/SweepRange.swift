/// The values that a parameter goes through: `mtu=60..300`, `mtu=60..300:20`, `request=50..300 B`.
///
/// The numeric part is swept; what follows the range is a unit, and is put behind every value as it stands.
public struct SweepRange: Hashable, Sendable {
    /// More values than this are nobody's question.
    static let limit = 1_000_000_000

    public var parameter: String
    public var lower: Int
    public var upper: Int
    /// Nil if the user named none.
    public var step: Int?
    /// With the blank before it, if there was one: ` B`, `%`, or empty.
    public var unit: String

    /// Reads `name=lo..hi`, with `:step` and a unit behind it or not.
    ///
    /// - Throws: `SweepRangeError` that says which part is wrong and how to write it.
    public init(_ text: String) throws(SweepRangeError) {
        guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
            throw SweepRangeError("\"\(text)\" names no parameter; write name=lo..hi, such as mtu=60..300")
        }
        parameter = String(text[..<mark])
        var rest = text[text.index(after: mark)...]
        guard let lower = Self.number(&rest), rest.hasPrefix("..") else { throw Self.malformed(text, rest) }
        rest = rest.dropFirst(2)
        guard let upper = Self.number(&rest) else { throw Self.malformed(text, rest) }
        var step: Int?
        if rest.hasPrefix(":") {
            rest = rest.dropFirst()
            guard let number = Self.number(&rest) else { throw Self.malformed(text, rest) }
            guard number >= 1 else {
                throw SweepRangeError("a step of \(number) leads nowhere; it has to be 1 or more")
            }
            step = number
        }
        let isUnit = rest.allSatisfy { $0.isLetter || "% /µ".contains($0) }
        guard isUnit else { throw Self.malformed(text, rest) }
        guard lower < upper else {
            throw SweepRangeError("\(lower)..\(upper) holds nothing to sweep; the smaller value comes first")
        }
        self.lower = lower
        self.upper = upper
        self.step = step
        unit = String(rest)
    }

    /// How many values there are, a step apart (1 where none was named).
    public var count: Int { (upper - lower) / (step ?? 1) + 1 }

    /// The value at a place of the range, from 0.
    public func value(at index: Int) -> Int { lower + index * (step ?? 1) }

    /// A value as the parameter takes it: with its unit.
    public func text(of value: Int) -> String { "\(value)\(unit)" }

    /// Places spread evenly over `count` places, the first and the last among them; all if there are few.
    public static func spread(_ points: Int, over count: Int) -> [Int] {
        guard points < count else { return Array(0..<max(count, 0)) }
        guard points > 1 else { return points == 1 ? [0] : [] }
        return (0..<points).map { $0 * (count - 1) / (points - 1) }
    }

    private static func number(_ rest: inout Substring) -> Int? {
        let sign = rest.prefix { $0 == "-" }
        let digits = rest.dropFirst(sign.count).prefix { $0.isASCII && $0.isNumber }
        guard sign.count <= 1, let value = Int(sign + digits), value.magnitude <= limit else { return nil }
        rest = rest.dropFirst(sign.count + digits.count)
        return value
    }

    private static func malformed(_ text: String, _ rest: Substring) -> SweepRangeError {
        let place = rest.isEmpty ? "its end" : "\"\(rest)\""
        return SweepRangeError(
            "\"\(text)\" is not a range, from \(place) on; write name=lo..hi, name=lo..hi:step, or a unit behind it as in "
                + "request=50..300 B; values are whole numbers up to \(limit)")
    }
}

/// A range that cannot be swept, and how to write one.
public struct SweepRangeError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    init(_ description: String) { self.description = description }
}
