import LinuxSystem
import NetlabModel
import Netlink
import Synchronization

/// A cable with a hidden namespace in its middle: a bridge of two ports, nftables rules on what enters a
/// port, qdiscs on what leaves.
///
/// A packet dropped there is lost on the wire for both ends, whereas one dropped on the sender's own device
/// is reported to the sender. Bridging changes neither TTL nor addresses.
final class MiddleLink: LiveLink {
    private let hidden: LabNode
    private let ends: [InterfaceID]
    private let state: Mutex<State>
    private let why: String

    private struct State {
        var rules = MiddleRules()
        var queues: [Int: MiddleQueue] = [:]
        /// What qdiscs had counted that are not there any more, by impairment.
        var counted: [String: Int64] = [:]
    }

    var description: String { "kernel: a bridge in a hidden namespace, nftables and qdiscs in it; \(why)" }
    var hiddenInterfaces: [(LabNode, [String])] { [(hidden, ["br0", "p0", "p1"])] }

    /// Makes the middle and the four devices; nothing is impaired yet.
    init(
        _ link: Link, ends: [InterfaceID: Interface], nodes: (InterfaceID) throws -> LabNode, why: String
    ) throws {
        self.ends = link.ends
        self.why = why
        hidden = try LabNode(named: "(\(link.name))")
        state = Mutex(State())
        try hidden.quieten()
        try hidden.route.createBridge(name: "br0", isUp: true)
        for (index, id) in link.ends.enumerated() {
            let node = try nodes(id)
            let interface = ends[id] ?? Interface(name: id.interface)
            try node.route.createVethPair(
                name: id.interface, mtu: UInt32(interface.mtu), mac: interface.mac?.bytes, isUp: false,
                peerName: "p\(index)", peerNamespace: hidden.namespace, peerMTU: 65535)
            try hidden.route.setMaster(link: "p\(index)", bridge: "br0")
            try hidden.route.setLink("p\(index)", LinkChange(isUp: true))
            if !link.allowsSuperPackets {
                try node.onePacketPerBuffer(id.interface)
                try hidden.onePacketPerBuffer("p\(index)")
            }
        }
        try apply(link)
    }

    func impair(_ link: Link) async throws { try apply(link) }

    private func apply(_ link: Link) throws {
        try state.withLock { state in
            let rules = MiddleRules(link)
            let script = rules.script(replacing: state.rules)
            if !script.isEmpty { try Nftables(in: hidden.namespace).run(script) }
            state.rules = rules
            for port in ends.indices {
                let wanted = MiddleQueue(link, towards: port)
                guard wanted != state.queues[port] else { continue }
                if let old = state.queues[port] {
                    for (name, count) in try count(old, port) { state.counted[name, default: 0] += count }
                    try hidden.route.deleteQdisc(device: "p\(port)")
                    state.queues[port] = nil
                }
                if let wanted {
                    try hidden.route.replaceQdisc(device: "p\(port)", wanted.kind)
                    state.queues[port] = wanted
                }
            }
        }
    }

    /// What the qdisc of a port did, by the impairment it stands for.
    private func count(_ queue: MiddleQueue, _ port: Int) throws -> [String: Int64] {
        guard
            let statistics = try hidden.route.qdiscs(device: "p\(port)").first(where: { $0.parent == .root })?
                .statistics
        else { return [:] }
        var counts = ["dropped": Int64(statistics.drops)]
        for impairment in queue.impairments {
            switch impairment.impairment {
            // A loss counts what it dropped, a rate what it held back; of the rest the kernel only knows what
            // passed.
            case .loss: counts[impairment.name] = Int64(statistics.drops)
            case .rate: counts[impairment.name] = Int64(statistics.overlimits) + Int64(statistics.drops)
            case .delay, .reorder, .duplicate, .corrupt, .limit, .slot, .pattern, .emulate:
                counts[impairment.name] = Int64(statistics.packets)
            }
        }
        return counts
    }

    func readings() throws -> [String: Int64] {
        try state.withLock { state in
            var totals = state.counted
            for (port, queue) in state.queues {
                for (name, count) in try count(queue, port) { totals[name, default: 0] += count }
            }
            if !state.rules.isEmpty {
                for (counter, count) in try Nftables(in: hidden.namespace).counters() {
                    guard let (name, drops) = state.rules.impairment(behind: counter.name) else { continue }
                    totals[name, default: 0] += Int64(count.packets)
                    if drops { totals["dropped", default: 0] += Int64(count.packets) }
                }
            }
            for port in ends.indices {
                guard let statistics = try hidden.route.link(named: "p\(port)").statistics else { continue }
                totals["offered", default: 0] += Int64(statistics.rxPackets)
                totals["delivered", default: 0] += Int64(statistics.txPackets)
            }
            totals["dropped", default: 0] += 0
            return Dictionary(uniqueKeysWithValues: totals.map { ("impair:\($0.key)", $0.value) })
        }
    }

    func stop() async {}
}

extension LabNode {
    /// Makes one buffer one packet, with its checksum computed: no segmentation, no aggregation, no checksum
    /// left to the other end.
    func onePacketPerBuffer(_ interface: String) throws {
        try route.setLink(interface, LinkChange(gsoMaxSegments: 1))
        try setOffloads(["tso": false, "gso": false, "gro": false, "uso": false, "tx": false], on: interface)
    }
}
