/// A probability as netem takes it: a fraction of 2³² − 1.
///
/// Kernel: 32-bit values compared with `get_crandom()`; `tc` rounds the same way.
public struct ScaledProbability: Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A fraction of 0 to 1; what lies outside is taken for the nearer end, and not-a-number for 0.
    public init(_ fraction: Double) {
        let scaled = (fraction * Double(UInt32.max)).rounded(.toNearestOrEven)
        rawValue = scaled >= Double(UInt32.max) ? .max : scaled > 0 ? UInt32(scaled) : 0
    }

    public var fraction: Double { Double(rawValue) / Double(UInt32.max) }
    /// That it does not happen.
    public var complement: ScaledProbability { ScaledProbability(rawValue: ~rawValue) }

    public static let zero = ScaledProbability(rawValue: 0)
    public static let certain = ScaledProbability(rawValue: .max)
}

/// Settings of the netem qdisc: delay, loss, duplication, reordering, corruption, rate and slots of what leaves
/// by a device. Randomness is netem's own.
///
/// Kernel: `sch_netem`, `TCA_OPTIONS` = `struct tc_netem_qopt` followed by attributes.
/// Equivalent to: `tc qdisc add dev NAME root netem …`
public struct Netem: Hashable, Sendable {
    /// How packets are chosen to be lost.
    public enum Loss: Hashable, Sendable {
        case none
        /// Each on its own, or correlated with the one before.
        case random(ScaledProbability, correlation: ScaledProbability = .zero)
        /// Four states: 1 good, 2 good within a burst, 3 lost within a burst, 4 lost alone.
        ///
        /// Equivalent to: `loss state p13 p31 p32 p23 p14`
        case fourState(
            p13: ScaledProbability, p31: ScaledProbability, p32: ScaledProbability, p23: ScaledProbability,
            p14: ScaledProbability)
        /// Gilbert–Elliott: good and bad state, each with its own loss.
        ///
        /// The kernel stores, for the bad state, the probability that a packet *survives*; this is its loss.
        /// Equivalent to: `loss gemodel p r 1-h 1-k`
        case gilbertElliott(
            toBad: ScaledProbability, toGood: ScaledProbability, lossInBad: ScaledProbability,
            lossInGood: ScaledProbability)
    }

    /// Packets let through at a rate of their own, after the other impairments.
    public struct Rate: Hashable, Sendable {
        public var bytesPerSecond: UInt64
        /// Added to the length of each packet, in bytes; may be negative.
        public var packetOverheadBytes: Int32 = 0
        /// Packets are rounded up to cells of so many bytes; 0 for no cells.
        public var cellBytes: UInt32 = 0
        public var cellOverheadBytes: Int32 = 0

        public init(bytesPerSecond: UInt64) { self.bytesPerSecond = bytesPerSecond }
    }

    /// Packets let through in slots, as media with shared access do (since 4.16).
    public struct Slots: Hashable, Sendable {
        /// Between two slots, in nanoseconds.
        public var minimumDelayNanoseconds: Int64 = 0
        public var maximumDelayNanoseconds: Int64 = 0
        /// What one slot lets through; 0 for no limit.
        public var packets: Int32 = 0
        public var bytes: Int32 = 0
        /// Delay and jitter of slots drawn from `distribution`, in nanoseconds (since 4.19).
        public var distributionDelayNanoseconds: Int64 = 0
        public var distributionJitterNanoseconds: Int64 = 0
        public var distribution: DelayDistribution?

        public init() {}
    }

    public var delayNanoseconds: Int64 = 0
    public var jitterNanoseconds: Int64 = 0
    public var delayCorrelation = ScaledProbability.zero
    /// How jitter is distributed; nil for uniformly.
    public var distribution: DelayDistribution?
    /// Packets that netem holds at most.
    public var limitPackets: UInt32 = 1000
    public var loss = Loss.none
    /// Whether packets to be lost are marked with congestion experienced instead, where they can be.
    public var marksECN = false
    public var duplicate = ScaledProbability.zero
    public var duplicateCorrelation = ScaledProbability.zero
    /// Of packets sent at once, ahead of those delayed.
    public var reorder = ScaledProbability.zero
    public var reorderCorrelation = ScaledProbability.zero
    /// Every so-manieth packet may be reordered; 0 means 1 if there is reordering.
    public var reorderGap: UInt32 = 0
    /// Of packets in which one bit is flipped.
    public var corrupt = ScaledProbability.zero
    public var corruptCorrelation = ScaledProbability.zero
    public var rate: Rate?
    public var slots: Slots?
    /// Start of the generator, for the same choices again. Kernels before 6.6 take and ignore it: read it back.
    public var seed: UInt64?

    public init() {}
}
