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
    private let middle: LabNode
    private let name: String
    private let ends: [InterfaceID]
    private let state: Mutex<State>
    private let why: String

    private struct State {
        var rules = MiddleRules()
        var queues: [Int: MiddleQueue] = [:]
        /// Counters of all rules there ever were, and the impairments they stand for: a counter outlives its rule.
        var counters: [String: MiddleRules.Counter] = [:]
        /// What qdiscs had counted that are not there any more, by port.
        var past: [Int: QueueCount] = [:]
    }

    var description: String { "kernel: a bridge in a hidden namespace, nftables and qdiscs in it; \(why)" }
    var hidden: LabNode? { middle }

    func hiddenInterfaces(ends: [Bool]) -> [String] {
        let ports = ends.indices.filter { ends[$0] }.map { "p\($0)" }
        return ports.isEmpty ? [] : ["br0"] + ports
    }

    /// Makes the middle and the four devices; nothing is impaired yet.
    init(
        _ link: Link, ends: [InterfaceID: Interface], nodes: (InterfaceID) throws -> LabNode, why: String
    ) throws {
        name = link.name
        self.ends = link.ends
        self.why = why
        middle = try LabNode(named: "(\(link.name))")
        state = Mutex(State())
        try middle.quieten()
        try middle.route.createBridge(name: "br0", isUp: true)
        for (index, id) in link.ends.enumerated() {
            let node = try nodes(id)
            let interface = ends[id] ?? Interface(name: id.interface)
            try node.route.createVethPair(
                name: id.interface, mtu: UInt32(interface.mtu), mac: interface.mac?.bytes, isUp: false,
                peerName: "p\(index)", peerNamespace: middle.namespace, peerMTU: 65535)
            try middle.route.setMaster(link: "p\(index)", bridge: "br0")
            try middle.route.setLink("p\(index)", LinkChange(isUp: true))
            if !link.allowsSuperPackets {
                try node.onePacketPerBuffer(id.interface)
                try middle.onePacketPerBuffer("p\(index)")
            }
        }
        try apply(link)
    }

    func impair(_ link: Link) async throws { try apply(link) }

    func setCarrier(_ has: Bool, port: Int, of link: Link) throws {
        try middle.route.setLink("p\(port)", LinkChange(isUp: has))
    }

    private func apply(_ link: Link) throws {
        try state.withLock { state in
            let rules = MiddleRules(link)
            let script = rules.script(replacing: state.rules)
            if !script.isEmpty { try Nftables(in: middle.namespace).run(script) }
            state.rules = rules
            state.counters.merge(rules.counters) { $1 }
            for port in ends.indices {
                let wanted = MiddleQueue(link, towards: port)
                guard wanted != state.queues[port] else { continue }
                if let old = state.queues[port] {
                    // What it holds goes with it.
                    state.past[port, default: QueueCount()].add(try count(old, port, isOver: true))
                    try middle.route.deleteQdisc(device: "p\(port)")
                    state.queues[port] = nil
                }
                if let wanted {
                    try middle.route.replaceQdisc(device: "p\(port)", wanted.kind)
                    state.queues[port] = wanted
                }
            }
        }
    }

    /// What the qdisc of a port did.
    private func count(_ queue: MiddleQueue, _ port: Int, isOver: Bool = false) throws -> QueueCount {
        let root = try middle.route.qdiscs(device: "p\(port)").first { $0.parent == .root }
        guard let root else { return QueueCount() }
        return QueueCount(queue, root.statistics, isOver: isOver)
    }

    func look() throws -> LinkReadings {
        try state.withLock { state in
            var readings = LinkReadings()
            let rules =
                state.counters.isEmpty ? [:] : try Nftables(in: middle.namespace).counters()
            let ports = try ends.indices.map { try middle.route.link(named: "p\($0)").statistics }
            for (entrance, exit) in [(0, 1), (1, 0)] {
                guard let entering = ports[entrance], let leaving = ports[exit] else { continue }
                var account = LinkAccount(
                    link: name, from: "\(ends[entrance])", to: "\(ends[exit])", offered: entering.received,
                    delivered: leaving.sent)
                for (counter, count) in rules {
                    guard let rule = state.counters[counter.name], rule.port == entrance else { continue }
                    readings.counters["impair:\(rule.impairment)", default: 0] += Int64(count.packets)
                    // A rule sees the packet without its Ethernet header.
                    account.add(
                        LinkAccount.Drop(
                            place: name, counter: "impair:\(rule.impairment)",
                            amount: LinkAccount.Amount(
                                packets: Int64(count.packets), bytes: Int64(count.bytes + 14 * count.packets))
                        ))
                }
                var queue = state.past[exit] ?? QueueCount()
                if let present = state.queues[exit] { queue.add(try count(present, exit)) }
                queue.book(in: &account, refused: Int64(leaving.txDropped))
                for (impairment, hits) in queue.hits(copied: account.copied.packets) {
                    readings.counters["impair:\(impairment)", default: 0] += hits
                }
                readings.accounts.append(account)
            }
            readings.sumUp()
            return readings
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
