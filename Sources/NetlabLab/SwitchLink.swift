import NetlabModel
import Netlink

/// Three or more ends on a bridge in a hidden namespace of its own.
struct SwitchLink: LiveLink {
    private let middle: LabNode
    let ports: [String]
    let description = "direct: a bridge in a hidden namespace"
    var hidden: LabNode? { middle }

    func hiddenInterfaces(ends: [Bool]) -> [String] { ends.contains(true) ? ["br0"] : [] }

    /// Joins a device in a node to the switch.
    func plug(_ interface: String, of node: LabNode, port: Int, mtu: UInt32, mac: [UInt8]?) throws {
        try node.route.createVethPair(
            name: interface, mtu: mtu, mac: mac, isUp: false, peerName: ports[port],
            peerNamespace: middle.namespace)
        try middle.route.setMaster(link: ports[port], bridge: "br0")
        try middle.route.setLink(ports[port], LinkChange(isUp: true))
    }

    /// Makes the namespace and the bridge.
    init(for link: Link) throws {
        middle = try LabNode(named: "(\(link.name))")
        ports = link.ends.indices.map { "p\($0)" }
        try middle.quieten()
        try middle.route.createBridge(name: "br0", isUp: true)
    }

    func impair(_ link: Link) async throws {
        guard link.impairments.isEmpty else {
            throw LabLimit(
                "the switch \(link.name) cannot be impaired; impair the links of two ends that lead to it")
        }
    }

    /// Frames that came into the switch from its ends, left it towards them, and were refused by an end.
    ///
    /// What is flooded leaves by every port but one, so more may be delivered than was offered.
    func look() throws -> LinkReadings {
        var totals: [String: Int64] = ["impair:offered": 0, "impair:delivered": 0, "impair:dropped": 0]
        for link in try middle.route.links() where ports.contains(link.name) {
            guard let statistics = link.statistics else { continue }
            totals["impair:offered", default: 0] += Int64(statistics.rxPackets)
            totals["impair:delivered", default: 0] += Int64(statistics.txPackets)
            totals["impair:dropped", default: 0] += Int64(statistics.txDropped)
        }
        return LinkReadings(counters: totals)
    }

    func setCarrier(_ has: Bool, port: Int, of link: Link) throws {
        try middle.route.setLink(ports[port], LinkChange(isUp: has))
    }

    func setAttended(_ isAttended: Bool, port: Int) {}

    func stop() async {}
}
