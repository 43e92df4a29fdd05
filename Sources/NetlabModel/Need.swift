/// Something a plan requires of the host.
public enum Need: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Root or a user namespace: making network namespaces.
    case networkNamespaces
    /// Root of the machine itself, for what a user namespace does not grant.
    case realRoot(why: String)
    case nftables
    /// A program in PATH.
    case program(String)
    /// A kind of qdisc: `tbf`, `netem`.
    case qdisc(String)
    /// A kind of link device: `veth`, `bridge`.
    case device(String)
    /// /dev/net/tun.
    case tun
    /// BPF on the kfree_skb tracepoint.
    case dropReasons
    /// A sysctl that exists here: `net.ipv4.tcp_tw_recycle`.
    case sysctl(String)
    /// `--allow-host-changes` for this sysctl.
    case hostChange(String)
    /// `--allow-exec` for this program.
    case exec(String)
    /// A congestion control algorithm.
    case congestionControl(String)
    /// Kernel releases: at least, and below; dotted, empty for no bound.
    case kernel(atLeast: String, below: String)
    case conntrack
    /// At least this many CPUs.
    case cpus(Int)
    /// A clock that skips idle time, for what would take this long: `2 h`.
    case virtualTime(length: String)

    public var description: String {
        switch self {
        case .networkNamespaces: "network namespaces"
        case .realRoot(let why): "root (\(why))"
        case .nftables: "nftables"
        case .program(let name): "the program \(name)"
        case .qdisc(let kind): "the qdisc \(kind)"
        case .device(let kind): "the link type \(kind)"
        case .tun: "/dev/net/tun"
        case .dropReasons: "drop reasons by BPF"
        case .sysctl(let name): "the sysctl \(name)"
        case .hostChange(let name): "--allow-host-changes for \(name)"
        case .exec(let program): "--allow-exec for \(program)"
        case .congestionControl(let name): "the congestion control \(name)"
        case .kernel(let least, let below):
            "a kernel" + (least.isEmpty ? "" : " of at least \(least)")
                + (below.isEmpty ? "" : " before \(below)")
        case .conntrack: "connection tracking"
        case .cpus(let count): "\(count) CPUs"
        case .virtualTime: "virtual time"
        }
    }

    public static func < (left: Need, right: Need) -> Bool { left.description < right.description }
}

/// A need that a host does not meet, why, and what would cure it.
public struct MissingNeed: Hashable, Codable, Sendable {
    public var need: String
    public var reason: String
    public var cure: String

    public init(need: String, reason: String, cure: String) {
        self.need = need
        self.reason = reason
        self.cure = cure
    }
}
