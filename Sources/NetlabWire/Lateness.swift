/// How much later than due held packets left: counts in steps of a quarter of an octave, so a quantile is
/// known to within 19%.
public struct Lateness: Hashable, Codable, Sendable {
    /// Packets by bucket; the last one holds everything above 4 s.
    public private(set) var counts = [Int](repeating: 0, count: 128)

    public init() {}

    /// Packets counted.
    public var total: Int { counts.reduce(0, +) }

    mutating func add(_ nanoseconds: Int64) { counts[Self.bucket(nanoseconds)] += 1 }

    /// The upper bound of the bucket in which this share of the packets is reached; nil if none was counted.
    ///
    /// - Parameter share: 0.5 for the median.
    public func quantile(_ share: Double) -> Duration? {
        let total = total
        guard total > 0 else { return nil }
        var left = max(Int((Double(total) * share).rounded(.up)), 1)
        for (index, count) in counts.enumerated() {
            left -= count
            if left <= 0 { return .nanoseconds(Self.upperBound(index)) }
        }
        return nil
    }

    private static func bucket(_ nanoseconds: Int64) -> Int {
        guard nanoseconds >= 4 else { return Int(max(nanoseconds, 0)) }
        let octave = 63 - nanoseconds.leadingZeroBitCount
        return min((octave - 1) * 4 + Int(nanoseconds >> Int64(octave - 2)) & 3, 127)
    }

    private static func upperBound(_ bucket: Int) -> Int64 {
        guard bucket >= 4 else { return Int64(bucket) }
        let octave = Int64(bucket / 4 + 1)
        return (Int64(bucket % 4) + 5) << (octave - 2) - 1
    }
}
