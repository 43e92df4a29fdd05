import LinuxSystem
import Netlink

/// Two fresh namespaces, each with a socket: `a` holds one end of a veth pair called `west`, `b` the other, `east`.
struct TwoNamespaces {
    let a: RouteSocket
    let b: RouteSocket

    init() throws {
        a = try RouteSocket(in: NetworkNamespace.create())
        b = try RouteSocket(in: NetworkNamespace.create())
    }

    /// Joins the two, gives them 10.0.0.1/24 and 10.0.0.2/24, and waits until both ends can send.
    static func joined() throws -> TwoNamespaces {
        let pair = try TwoNamespaces()
        try pair.a.createVethPair(name: "west", isUp: true, peerName: "east", peerNamespace: pair.b.namespace)
        try pair.b.setLink("east", LinkChange(isUp: true))
        try pair.a.addAddress([10, 0, 0, 1], prefixLength: 24, to: "west")
        try pair.b.addAddress([10, 0, 0, 2], prefixLength: 24, to: "east")
        try pair.a.waitUntilUsable(links: ["west"])
        try pair.b.waitUntilUsable(links: ["east"])
        return pair
    }
}
