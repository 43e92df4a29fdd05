/// A number of bytes.
public struct ByteCount: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public var bytes: Int

    public init(_ bytes: Int) { self.bytes = bytes }

    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// `200 B`, `4 KiB`, `1 MiB`: the largest binary unit that divides the count.
    public var description: String {
        for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where bytes >= size && bytes % size == 0 {
            return "\(bytes / size) \(unit)"
        }
        return "\(bytes) B"
    }
}

/// A rate in bits per second, as in iproute2: `10 mbit` is 10 000 000 bits per second.
public struct DataRate: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public var bitsPerSecond: Int

    public init(bitsPerSecond: Int) { self.bitsPerSecond = bitsPerSecond }

    public static func < (left: DataRate, right: DataRate) -> Bool {
        left.bitsPerSecond < right.bitsPerSecond
    }

    /// `10 mbit`, `64 kbit`.
    public var description: String {
        for (unit, size) in [("gbit", 1_000_000_000), ("mbit", 1_000_000), ("kbit", 1_000)]
        where bitsPerSecond >= size && bitsPerSecond % size == 0 {
            return "\(bitsPerSecond / size) \(unit)"
        }
        return "\(bitsPerSecond) bit"
    }

    /// The spelling that tc reads without a space.
    public var tcText: String { description.filter { $0 != " " } }
}

/// A rate of events: packets, requests or connections per second.
public struct EventRate: Hashable, Codable, Sendable, CustomStringConvertible {
    public var perSecond: Double

    public init(perSecond: Double) { self.perSecond = perSecond }

    public var description: String { "\(DecimalText.short(perSecond))/s" }
}

/// A probability between 0 and 1.
public struct Probability: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public var fraction: Double

    public init(_ fraction: Double) { self.fraction = fraction }

    public static func < (left: Probability, right: Probability) -> Bool { left.fraction < right.fraction }

    /// `30%`, `0.1%`.
    public var description: String { "\(DecimalText.short(fraction * 100))%" }
}

extension Duration {
    /// Whole nanoseconds, rounded towards zero; saturates at about 292 years.
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : scaled + attoseconds / 1_000_000_000
    }

    /// Seconds as a floating-point number, for ratios and for display.
    public var inSeconds: Double { Double(nanoseconds) / 1e9 }

    /// `1 s`, `40 ms`, `250 us`: the largest unit that leaves no more than three decimals.
    public var text: String {
        let nanoseconds = self.nanoseconds
        switch nanoseconds.magnitude {
        case 0: return "0 s"
        case 1_000_000_000...: return "\(DecimalText.short(Double(nanoseconds) / 1e9)) s"
        case 1_000_000...: return "\(DecimalText.short(Double(nanoseconds) / 1e6)) ms"
        case 1_000...: return "\(DecimalText.short(Double(nanoseconds) / 1e3)) us"
        default: return "\(nanoseconds) ns"
        }
    }
}

/// Decimal numbers without Foundation.
public enum DecimalText {
    /// At most three decimals, no trailing zeros: `0.5`, `12`, `3.142`.
    public static func short(_ value: Double, decimals: Int = 3) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int64((value.magnitude * scale).rounded())
        var fraction = decimals == 0 ? "" : String(scaled % Int64(scale))
        fraction = String(repeating: "0", count: decimals - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let sign = value < 0 && scaled != 0 ? "-" : ""
        return sign + "\(scaled / Int64(scale))" + (fraction.isEmpty ? "" : ".\(fraction)")
    }
}
