/// The name of a qdisc (`1:`) or of a class in it (`1:10`).
///
/// Kernel: `TC_H_MAKE`, 16 bits each.
public struct TrafficHandle: Hashable, Sendable, CustomStringConvertible {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `major:minor`; a qdisc has the minor number 0.
    public init(_ major: UInt16, _ minor: UInt16 = 0) {
        rawValue = UInt32(major) << 16 | UInt32(minor)
    }

    /// Let the kernel choose.
    public static let unspecified = TrafficHandle(rawValue: 0)
    /// The egress of a device: parent of its root qdisc.
    public static let root = TrafficHandle(rawValue: 0xffff_ffff)
    /// Parent and handle of an `ingress` or `clsact` qdisc.
    public static let ingress = TrafficHandle(rawValue: 0xffff_fff1)
    /// Parent of filters on packets that come in, with `ingress` and with `clsact`.
    public static let ingressFilters = TrafficHandle(rawValue: 0xffff_fff2)
    /// Parent of filters on packets that leave, with `clsact`.
    public static let egressFilters = TrafficHandle(rawValue: 0xffff_fff3)

    public var major: UInt16 { UInt16(rawValue >> 16) }
    public var minor: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

    /// `root`, `ingress`, `1:` or `1:a`, hexadecimal as `tc` has it.
    public var description: String {
        switch self {
        case .root: "root"
        case .ingress: "ingress"
        default:
            String(major, radix: 16) + ":" + (minor == 0 ? "" : String(minor, radix: 16))
        }
    }
}
