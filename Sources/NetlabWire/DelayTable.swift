import Glibc
import NetlabModel

/// The shape of a jitter: netem's tables of 4096 quantiles, in units of 1/8192 standard deviation, made by
/// formula (NIST Net's) instead of read from iproute2's `*.dist` files.
struct DelayTable {
    static let scale = 8192

    let values: [Int16]

    static let normal = DelayTable { quantile($0) }
    static let pareto = DelayTable { paretoValue($0) }
    /// A quarter of the normal and three quarters of the Pareto distribution.
    static let paretonormal = DelayTable { (quantile($0) + 3 * paretoValue($0)) / 4 }

    /// nil for the uniform distribution, which needs no table.
    static func table(of distribution: DelayModel.Distribution) -> DelayTable? {
        switch distribution {
        case .uniform: nil
        case .normal: normal
        case .pareto: pareto
        case .paretonormal: paretonormal
        }
    }

    private init(_ value: (Int) -> Double) {
        values = (0..<4096).map { index in
            let scaled = (value(index) * Double(Self.scale)).rounded()
            return Int16(min(max(scaled, Double(Int16.min)), Double(Int16.max)))
        }
    }

    /// mu + sigma · value / 8192, without overflow for any Duration of practical length.
    ///
    /// Kernel: `tabledist()` in net/sched/sch_netem.c.
    func sample(mu: Int64, sigma: Int64, number: UInt32) -> Int64 {
        let value = Int64(values[Int(number) % values.count])
        let scale = Int64(Self.scale)
        var small = sigma % scale * value
        small += small >= 0 ? scale / 2 : -scale / 2
        return small / scale + sigma / scale * value + mu
    }

    private static func paretoValue(_ index: Int) -> Double {
        // Shape 3, moved to mean 0; clamped like netem's at four standard deviations.
        let tail = Double(4096 - index) / 4096
        return min((1 / pow(tail, 1.0 / 3) - 1.5) * 4 / 3, 4)
    }

    /// The normal quantile in the middle of the last of 16384 equal shares that the entry stands for
    /// (Acklam's rational approximation, relative error below 1.2e-9).
    private static func quantile(_ index: Int) -> Double {
        let p = (Double(index) * 4 + 0.5) / 16384
        func tail(_ q: Double) -> Double {
            let upper =
                ((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q
                    - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783
            let lower =
                (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q
                    + 3.754408661907416) * q + 1
            return upper / lower
        }
        if p < 0.02425 { return tail((-2 * log(p)).squareRoot()) }
        if p > 1 - 0.02425 { return -tail((-2 * log(1 - p)).squareRoot()) }
        let q = p - 0.5
        let r = q * q
        let upper =
            ((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r
                + 1.383577518672690e+02) * r - 3.066479806614716e+01) * r + 2.506628277459239
        let lower =
            ((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r
                + 6.680131188771972e+01) * r - 1.328068155288572e+01) * r + 1
        return upper * q / lower
    }
}
