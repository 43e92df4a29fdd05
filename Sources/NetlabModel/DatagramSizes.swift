/// Payload sizes of a stream of datagrams: the size of each follows from its number and the seed alone, so that both
/// ends know it and two runs send the same.
public enum DatagramSizes: Hashable, Sendable {
    /// One after the other, then from the start again: `[64, 64, 64, 576, 1472]`.
    case inTurn([ByteCount])
    /// Drawn anew for each datagram, each size as likely as any other.
    case uniform(ClosedRange<Int>)

    /// Bytes of the datagram with this number, counted from 0.
    public func size(of number: Int, seed: UInt64) -> Int {
        switch self {
        case .inTurn(let sizes):
            guard !sizes.isEmpty else { return 0 }
            return sizes[number % sizes.count].bytes
        case .uniform(let range):
            let span = UInt64(range.upperBound - range.lowerBound) + 1
            let (high, _) = Self.mixed(UInt64(truncatingIfNeeded: number), seed).multipliedFullWidth(by: span)
            return range.lowerBound + Int(high)
        }
    }

    /// The largest there can be.
    public var largest: Int {
        switch self {
        case .inTurn(let sizes): sizes.map(\.bytes).max() ?? 0
        case .uniform(let range): range.upperBound
        }
    }

    /// The smallest there can be.
    public var smallest: Int {
        switch self {
        case .inTurn(let sizes): sizes.map(\.bytes).min() ?? 0
        case .uniform(let range): range.lowerBound
        }
    }

    /// SplitMix64: any number of the sequence without those before it.
    private static func mixed(_ number: UInt64, _ seed: UInt64) -> UInt64 {
        var value = seed &+ (number &+ 1) &* 0x9e37_79b9_7f4a_7c15
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

extension DatagramSizes: CustomStringConvertible {
    /// `64 B, 576 B` or `64 B..1400 B`.
    public var description: String {
        switch self {
        case .inTurn(let sizes): sizes.map(\.description).joined(separator: ", ")
        case .uniform(let range): "\(ByteCount(range.lowerBound))..\(ByteCount(range.upperBound))"
        }
    }
}

extension DatagramFlow {
    /// Bytes of the datagram with this number, counted from 0.
    public func size(of number: Int, seed: UInt64) -> Int {
        sizes?.size(of: number, seed: seed) ?? size.bytes
    }

    public var largestSize: Int { sizes?.largest ?? size.bytes }
    public var smallestSize: Int { sizes?.smallest ?? size.bytes }
}
