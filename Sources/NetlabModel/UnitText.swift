/// A text that is not a quantity of the kind wanted, with a hint that names the remedy.
public struct UnitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `"100" has no unit`
    public var problem: String
    /// `write 100 ms or 100 s`
    public var hint: String

    public init(_ problem: String, hint: String) {
        self.problem = problem
        self.hint = hint
    }

    public var description: String { "\(problem); \(hint)" }
}

/// Quantities as authors write them: `100 ms`, `4 KiB`, `30%`, `10 mbit`, `1000/s`. A unit is never optional.
public enum UnitText {
    /// A time: `ns`, `us`, `ms`, `s`, `min`, `h`.
    public static func duration(_ text: String) throws(UnitError) -> Duration {
        let units: [String: Double] = [
            "ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "min": 60e9, "h": 3600e9,
        ]
        let value = try scaled(text, units, kind: "time", example: "100 ms")
        return .nanoseconds(Int64(value.rounded()))
    }

    /// A size: `B`, `KiB`, `MiB`, `GiB`, `kB`, `MB`, `GB`.
    public static func byteCount(_ text: String) throws(UnitError) -> ByteCount {
        let units: [String: Double] = [
            "B": 1, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824, "kB": 1e3, "KB": 1e3, "MB": 1e6,
            "GB": 1e9,
        ]
        let value = try scaled(text, units, kind: "size", example: "200 B")
        guard value == value.rounded() else {
            throw UnitError(
                "\"\(text)\" is not a whole number of bytes", hint: "write a whole number, such as 200 B")
        }
        return ByteCount(Int(value))
    }

    /// A rate in bits: `bit`, `kbit`, `mbit`, `gbit` (also `mbit/s`), as in tc(8).
    public static func dataRate(_ text: String) throws(UnitError) -> DataRate {
        let units: [String: Double] = ["bit": 1, "kbit": 1e3, "mbit": 1e6, "gbit": 1e9]
        let trimmed = text.hasSuffix("bit/s") ? String(text.dropLast(2)) : text
        let value = try scaled(trimmed, units, kind: "rate", example: "10 mbit")
        guard value >= 1 else {
            throw UnitError("\"\(text)\" is less than one bit per second", hint: "write 10 mbit")
        }
        return DataRate(bitsPerSecond: Int(value))
    }

    /// A rate of events: `1000/s`, `1000 pps`.
    public static func eventRate(_ text: String) throws(UnitError) -> EventRate {
        let units: [String: Double] = ["/s": 1, "pps": 1, "/min": 1.0 / 60]
        let value = try scaled(text, units, kind: "rate of events", example: "1000/s")
        guard value > 0 else {
            throw UnitError("\"\(text)\" never happens", hint: "write a rate above 0, such as 1000/s")
        }
        return EventRate(perSecond: value)
    }

    /// A probability in per cent: `30%`, between 0% and 100%.
    public static func probability(_ text: String) throws(UnitError) -> Probability {
        let value = try scaled(text, ["%": 0.01], kind: "probability", example: "30%")
        guard (0...1).contains(value) else {
            throw UnitError("\"\(text)\" lies outside 0% to 100%", hint: "write a probability such as 30%")
        }
        return Probability(value)
    }

    /// Splits `10 mbit` or `10mbit` into its number and its unit.
    ///
    /// - Returns: nil if the text does not begin with a plain decimal number.
    public static func split(_ text: String) -> (number: Double, unit: String)? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_" || $0 == "-") }
        let plain = digits.filter { $0 != "_" }
        guard let number = Double(plain), number.isFinite else { return nil }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        return (number, String(unit))
    }

    private static func scaled(
        _ text: String, _ units: [String: Double], kind: String, example: String
    ) throws(UnitError) -> Double {
        guard let (number, unit) = split(text) else {
            throw UnitError(
                "\"\(text)\" is not a \(kind)", hint: "write a number and a unit, such as \(example)")
        }
        guard !unit.isEmpty else {
            throw UnitError(
                "\"\(text)\" has no unit", hint: "write a \(kind) with its unit, such as \(example)")
        }
        guard let factor = units[unit] else {
            let known = units.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key).joined(
                separator: ", ")
            throw UnitError("\"\(unit)\" is not a unit of \(kind)", hint: "the units are \(known)")
        }
        guard number >= 0 else { throw UnitError("\"\(text)\" is negative", hint: "write 0 or more") }
        guard number * factor < 9e18 else {
            throw UnitError("\"\(text)\" is too large", hint: "write a smaller \(kind)")
        }
        return number * factor
    }
}
