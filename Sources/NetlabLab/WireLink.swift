import LinuxSystem
import NetlabModel
import NetlabWire
import Netlink

/// Two TAP devices and a thread between them that decides about every packet: works without netem, and the
/// same seed kills the same packets.
struct WireLink: LiveLink {
    private let wire: Wire
    let description: String
    let hiddenInterfaces: [(LabNode, [String])] = []

    /// Makes both devices, each in its node, and starts the thread.
    init(
        _ link: Link, ends: [InterfaceID: Interface], nodes: (InterfaceID) throws -> LabNode, why: String
    ) throws {
        func end(_ id: InterfaceID) throws -> WireEnd {
            let node = try nodes(id)
            let device = try TAPDevice(name: id.interface, in: node.namespace)
            let interface = ends[id] ?? Interface(name: id.interface)
            try node.route.setLink(
                id.interface, LinkChange(mtu: UInt32(interface.mtu), mac: interface.mac?.bytes))
            return WireEnd(id, device)
        }
        wire = try Wire(
            ends: (end(link.ends[0]), end(link.ends[1])), seed: link.seed, impairments: link.impairments)
        try wire.start()
        description = "wire: user space, TAP devices, seed \(link.seed); \(why)"
    }

    func impair(_ link: Link) async throws {
        try wire.update(impairments: link.impairments)
    }

    func readings() throws -> [String: Int64] {
        if let failure = wire.failure { throw failure }
        var readings: [String: Int64] = [:]
        func add(_ name: String, _ value: Int) { readings["impair:\(name)", default: 0] += Int64(value) }
        for (_, direction) in wire.statistics() {
            add("offered", direction.offered.packets)
            add("delivered", direction.delivered.packets)
            add("dropped", direction.droppedTotal.packets)
            add("duplicated", direction.duplicated.packets)
            add("corrupted", direction.corrupted)
            add("delayed", direction.delayed)
            add("reordered", direction.reordered)
            for impairment in direction.impairments { add(impairment.name, impairment.hits) }
        }
        return readings
    }

    func stop() async { wire.stop() }
}
