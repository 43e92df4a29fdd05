/// A repeatable source of random numbers: xoshiro256**, one independent stream for each name.
///
/// A stream belongs to (seed of the link, direction, impairment), so adding an impairment or sending
/// traffic the other way does not shift anybody else's decisions. The algorithm is part of the meaning of
/// a seed and never changes: the first numbers of a stream are fixed by a test.
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// - Parameters:
    ///   - seed: the link's seed.
    ///   - stream: tells streams of one seed apart.
    public init(seed: UInt64, stream: String) {
        var mixer = SplitMix(state: seed &* 0x9e37_79b9_7f4a_7c15 ^ FateHash.of(stream))
        s0 = mixer.next()
        s1 = mixer.next()
        s2 = mixer.next()
        s3 = mixer.next()
    }

    public mutating func next() -> UInt64 {
        let result = Self.rotate(s1 &* 5, by: 7) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = Self.rotate(s3, by: 45)
        return result
    }

    /// The upper half of the next number: the width netem decides with.
    mutating func next32() -> UInt32 { UInt32(truncatingIfNeeded: next() >> 32) }

    /// A number in `0..<bound` by multiplication; the bias is below bound / 2^64.
    mutating func below(_ bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

    private static func rotate(_ value: UInt64, by count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }

    /// Spreads one number over the four of the state (Steele, Lea, Flood 2014).
    private struct SplitMix {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }
}
