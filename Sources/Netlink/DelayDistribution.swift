import Glibc

/// A table that netem looks random numbers up in to give delays a distribution.
///
/// Kernel: `TCA_NETEM_DELAY_DIST`; values are multiples of 1/8192 of the jitter, `NETEM_DIST_SCALE`.
public struct DelayDistribution: Hashable, Sendable {
    /// Equally likely deviations from the delay; 1 to 16384 of them.
    public var table: [Int16]

    public init(table: [Int16]) { self.table = table }

    /// The inverse of a distribution function, in units of the jitter, at 4096 points an equal step apart.
    ///
    /// The points lie at 1/8 of each step, as in the tables that come with `tc`.
    public init(quantile: (Double) -> Double) {
        table = (0..<4096).map { index in
            let value = (quantile((Double(index) + 0.125) / 4096) * 8192).rounded()
            return value.isNaN ? 0 : Int16(max(-32768, min(32767, value)))
        }
    }

    /// Normal, with the jitter as standard deviation.
    ///
    /// Equivalent to: `distribution normal`
    public static let normal = DelayDistribution(quantile: normalQuantile)
    /// Pareto with exponent 3, shifted to mean 0: many packets a little early, few very late.
    ///
    /// Equivalent to: `distribution pareto`
    public static let pareto = DelayDistribution(quantile: paretoQuantile)
    /// A quarter normal and three quarters Pareto.
    ///
    /// Equivalent to: `distribution paretonormal`
    public static let paretoNormal = DelayDistribution {
        0.25 * normalQuantile($0) + 0.75 * paretoQuantile($0)
    }

    private static func paretoQuantile(_ probability: Double) -> Double {
        (pow(1 - probability, -1.0 / 3) - 1.5) * 4 / 3
    }

    /// Inverse of the normal distribution function by Newton's method.
    private static func normalQuantile(_ probability: Double) -> Double {
        // By symmetry in the lower half, where the start below the root makes every step a rise.
        if probability > 0.5 { return -normalQuantile(1 - probability) }
        var x = probability < 0.02 ? -sqrt(-2 * log(probability)) : (probability - 0.5) * 2.5
        for _ in 0..<40 {
            let step =
                (0.5 * erfc(-x / 2.0.squareRoot()) - probability) / (exp(-x * x / 2) / sqrt(2 * Double.pi))
            x -= step
            if abs(step) < 1e-12 { break }
        }
        return x
    }
}

extension DelayDistribution {
    /// The table in host byte order.
    var bytes: [UInt8] { table.withUnsafeBytes { Array($0) } }
}
