import LinuxSystem
import NetlabModel
import NetlabWire
import Netlink

/// Two TAP devices and a thread between them that decides about every packet: works without netem, and the
/// same seed kills the same packets.
struct WireLink: LiveLink {
    private let wire: Wire
    private let name: String
    private let ends: [InterfaceID]
    let description: String
    let hidden: LabNode? = nil

    func hiddenInterfaces(ends: [Bool]) -> [String] { [] }

    /// Makes both devices, each in its node, and starts the thread.
    init(
        _ link: Link, ends: [InterfaceID: Interface], nodes: (InterfaceID) throws -> LabNode, why: String
    ) throws {
        name = link.name
        self.ends = link.ends
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

    func setCarrier(_ has: Bool, port: Int, of link: Link) throws {
        try wire.setCarrier(isUp: has, at: ends[port])
    }

    func setAttended(_ isAttended: Bool, port: Int) {
        // A device that is down refuses what it is given, which the wire sees for itself.
    }

    func look() throws -> LinkReadings {
        if let failure = wire.failure { throw failure }
        var readings = LinkReadings()
        let statistics = wire.statistics()
        for (index, entrance) in ends.enumerated() {
            guard let direction = statistics[entrance] else { continue }
            readings.accounts.append(
                account(of: direction, from: "\(entrance)", to: "\(ends[1 - index])"))
            func add(_ name: String, _ value: Int) {
                readings.counters["impair:\(name)", default: 0] += Int64(value)
            }
            add("corrupted", direction.corrupted)
            add("delayed", direction.delayed)
            add("reordered", direction.reordered)
            for impairment in direction.impairments { add(impairment.name, impairment.hits) }
        }
        readings.sumUp()
        return readings
    }

    private func account(of direction: WireStatistics, from: String, to: String) -> LinkAccount {
        func amount(_ traffic: Traffic) -> LinkAccount.Amount {
            LinkAccount.Amount(packets: Int64(traffic.packets), bytes: Int64(traffic.bytes))
        }
        let dropped = direction.dropped.map { cause, traffic in
            LinkAccount.Drop(
                place: cause == .device ? to : name, counter: "\(cause)", amount: amount(traffic))
        }
        return LinkAccount(
            link: name, from: from, to: to, offered: amount(direction.offered),
            copied: amount(direction.duplicated), delivered: amount(direction.delivered),
            inFlight: amount(direction.inFlight), dropped: dropped.sorted { $0.counter < $1.counter })
    }

    func stop() async { wire.stop() }
}
