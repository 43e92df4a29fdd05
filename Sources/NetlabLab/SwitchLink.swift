import NetlabModel
import Netlink

/// Three or more ends on a bridge in a hidden namespace of its own.
struct SwitchLink: LiveLink {
    let hidden: LabNode
    let ports: [String]

    let description = "direct: a bridge in a hidden namespace"
    var hiddenInterfaces: [(LabNode, [String])] { [(hidden, ["br0"])] }

    /// Makes the namespace and the bridge.
    init(for link: Link) throws {
        hidden = try LabNode(named: "(\(link.name))")
        ports = link.ends.indices.map { "p\($0)" }
        try hidden.quieten()
        try hidden.route.createBridge(name: "br0", isUp: true)
    }

    func impair(_ link: Link) async throws {
        guard link.impairments.isEmpty else {
            throw LabLimit(
                "the switch \(link.name) cannot be impaired; impair the links of two ends that lead to it")
        }
    }

    func readings() -> [String: Int64] { [:] }

    func stop() async {}
}
