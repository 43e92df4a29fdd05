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
        /// What the kernel shows of each port's netem, against what it was told.
        var readBack: [Int: String] = [:]
        /// Ends that nothing can be handed to.
        var gates = MiddleGates()
        /// What the queue of a port had let go and held in all when its end went: nothing comes to it any more, so what
        /// is missing later was thrown away with its device.
        var sums: [Int: Int64] = [:]
        /// What qdiscs had counted that are not there any more, by port.
        var past: [Int: QueueCount] = [:]
    }

    var description: String {
        let readBack = state.withLock { Set($0.readBack.values) }.sorted().map { "; \($0)" }.joined()
        return "kernel: a bridge in a hidden namespace, nftables and qdiscs in it; \(why)\(readBack)"
    }
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
        for (port, id) in link.ends.enumerated() where ends[id]?.isUp == false {
            try setAttended(false, port: port)
        }
    }

    func impair(_ link: Link) async throws { try apply(link) }

    func setCarrier(_ has: Bool, port: Int, of link: Link) throws {
        if !has { try setGate(.unplugged, isShut: true, port: port) }
        try middle.route.setLink("p\(port)", LinkChange(isUp: has))
        if has { try setGate(.unplugged, isShut: false, port: port) }
    }

    func setAttended(_ isAttended: Bool, port: Int) throws {
        try setGate(.down, isShut: !isAttended, port: port)
    }

    /// From now on what would leave by a port is dropped and counted, or no longer: a bridge that has nobody to hand a
    /// packet to counts nothing.
    private func setGate(_ reason: MiddleGates.Reason, isShut: Bool, port: Int) throws {
        // Without nftables the packets are lost just the same, and remain unexplained.
        try state.withLock { state in
            var gates = state.gates
            gates.set(reason, isShut: isShut, port: port)
            guard gates != state.gates, KernelAbilities.nftables == nil else { return }
            if gates.isOpen(port) { try settle(port, &state) }
            try Nftables(in: middle.namespace).run(gates.script(replacing: state.gates))
            let wasOpen = state.gates.isOpen(port)
            state.gates = gates
            if wasOpen, let queue = state.queues[port] { state.sums[port] = try count(queue, port).total }
        }
    }

    /// Books what the queue of a port lost without counting it when its end went.
    private func settle(_ port: Int, _ state: inout State) throws {
        guard let queue = state.queues[port], let sum = state.sums.removeValue(forKey: port) else { return }
        state.past[port, default: QueueCount()].lose(try sum - count(queue, port).total)
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
                try settle(port, &state)
                if let old = state.queues[port] {
                    // What it holds goes with it.
                    state.past[port, default: QueueCount()].add(try count(old, port, isOver: true))
                    try middle.route.deleteQdisc(device: "p\(port)")
                    state.queues[port] = nil
                    state.readBack[port] = nil
                }
                if let wanted {
                    try middle.route.replaceQdisc(device: "p\(port)", wanted.kind)
                    state.queues[port] = wanted
                    if wanted.needsNetem {
                        let root = try middle.route.qdiscs(device: "p\(port)").first { $0.parent == .root }
                        state.readBack[port] = wanted.readBackText(root?.netem)
                    }
                    if !state.gates.isOpen(port) { state.sums[port] = 0 }
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
            let hasCounters = !state.counters.isEmpty || state.gates.haveBeenShut
            let rules = hasCounters ? try Nftables(in: middle.namespace).counters() : [:]
            let ports = try ends.indices.map { try middle.route.link(named: "p\($0)").statistics }
            for (entrance, exit) in [(0, 1), (1, 0)] {
                guard let entering = ports[entrance], let leaving = ports[exit] else { continue }
                var account = LinkAccount(
                    link: name, from: "\(ends[entrance])", to: "\(ends[exit])", offered: entering.received,
                    delivered: leaving.sent)
                for (counter, count) in rules {
                    if counter.table == MiddleGates.table {
                        let drop = MiddleGates.drop(counter, count, in: account, towards: exit)
                        if let drop { account.add(drop) }
                        continue
                    }
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
                if let present = state.queues[exit] {
                    let now = try count(present, exit)
                    queue.add(now)
                    if let sum = state.sums[exit] {
                        queue.lose(sum - now.total)
                    }
                }
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
