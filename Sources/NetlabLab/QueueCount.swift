import NetlabModel
import Netlink

/// What qdiscs of one port have counted, and how it enters the books.
struct QueueCount {
    /// Left by the device, or were refused by it.
    private var sent: Int64 = 0
    private var held = LinkAccount.Amount.none
    private var delays: [String: Int64] = [:]
    private var reorders: [String: Int64] = [:]
    private var losses: [String: Int64] = [:]
    /// Impairments whose hits are the copies made.
    private var copiers: Set<String> = []
    /// Packets dropped, by the counter that stands for it.
    private var drops: [String: Int64] = [:]

    init() {}

    /// All that the qdisc has taken: it has left, was dropped or is there still.
    var total: Int64 { sent + held.packets + drops.values.reduce(0, +) }

    /// Adds packets that were thrown away with the device when the far end went; the qdisc does not count them.
    mutating func lose(_ packets: Int64) {
        if packets > 0 { drops["stopped", default: 0] += packets }
    }

    /// - Parameter isOver: whether the qdisc is about to go, with all that it holds.
    init(_ queue: MiddleQueue, _ statistics: QueueStatistics, isOver: Bool) {
        sent = Int64(statistics.packets)
        let length = Int64(statistics.queueLength)
        if isOver {
            if length > 0 { drops["stopped"] = length }
        } else {
            held = LinkAccount.Amount(packets: length, bytes: Int64(statistics.backlogBytes))
        }
        let lost = Int64(statistics.drops)
        if lost > 0 { drops[queue.dropCounter, default: 0] += lost }
        for impairment in queue.impairments {
            let name = impairment.name
            switch impairment.impairment {
            // A loss counts what it dropped, a rate what it held back or dropped, a reordering what netem put back at
            // the head of its queue.
            case .loss: losses[name] = lost
            case .rate:
                losses[name] = queue.needsNetem ? sent + lost : Int64(statistics.overlimits) + lost
            case .limit: losses[name] = lost
            case .reorder: reorders[name] = Int64(statistics.requeues)
            case .duplicate: copiers.insert(name)
            // All that passed was delayed. Of what was corrupted netem tells nothing.
            case .delay, .corrupt, .slot, .pattern, .emulate: delays[name] = sent
            }
        }
    }

    mutating func add(_ other: QueueCount) {
        sent += other.sent
        held = held + other.held
        delays.merge(other.delays, uniquingKeysWith: +)
        reorders.merge(other.reorders, uniquingKeysWith: +)
        losses.merge(other.losses, uniquingKeysWith: +)
        drops.merge(other.drops, uniquingKeysWith: +)
        copiers.formUnion(other.copiers)
    }

    /// What each impairment did.
    func hits(copied: Int64) -> [String: Int64] {
        var hits = delays.merging(reorders, uniquingKeysWith: +).merging(losses, uniquingKeysWith: +)
        for name in copiers { hits[name, default: 0] += copied }
        return hits
    }

    /// Books what the qdiscs dropped, hold and doubled, and what the device behind them refused.
    ///
    /// - Parameter refused: frames that the far end did not take, such as those above its MTU.
    func book(in account: inout LinkAccount, refused: Int64) {
        for (counter, packets) in drops.sorted(by: { $0.key < $1.key }) {
            account.add(
                LinkAccount.Drop(
                    place: account.link, counter: counter, amount: LinkAccount.Amount(packets: packets)))
        }
        if refused > 0 {
            account.add(
                LinkAccount.Drop(
                    place: account.to, counter: "link:rx_dropped",
                    amount: LinkAccount.Amount(packets: refused)))
        }
        account.inFlight = held
        // netem counts no copies: they are what came out beyond what went in.
        if !copiers.isEmpty, account.residual.packets < 0 {
            account.copied = LinkAccount.Amount(packets: -account.residual.packets, bytes: 0)
        }
        account.giveBytes()
    }
}

extension MiddleQueue {
    /// The counter that stands for a packet that this qdisc drops.
    var dropCounter: String {
        let losses = impairments.filter { if case .loss = $0.impairment { true } else { false } }
        let limits = impairments.filter {
            switch $0.impairment {
            case .rate, .limit: true
            case .loss, .delay, .reorder, .duplicate, .corrupt, .slot, .pattern, .emulate: false
            }
        }
        // netem's one counter does not tell a loss from a full queue.
        if !losses.isEmpty { return "impair:\((losses + limits).map(\.name).joined(separator: "+"))" }
        if !limits.isEmpty { return "overflow:\(limits.map(\.name).joined(separator: "+"))" }
        return "overflow:\(impairments.map(\.name).joined(separator: "+"))"
    }
}

extension LinkStatistics {
    var received: LinkAccount.Amount {
        LinkAccount.Amount(packets: Int64(rxPackets), bytes: Int64(rxBytes))
    }

    var sent: LinkAccount.Amount {
        LinkAccount.Amount(packets: Int64(txPackets), bytes: Int64(txBytes))
    }
}

extension LinkAccount {
    /// Adds to the drops of the same counter, or begins a new one.
    mutating func add(_ drop: Drop) {
        if let index = dropped.firstIndex(where: { $0.place == drop.place && $0.counter == drop.counter }) {
            dropped[index].amount = dropped[index].amount + drop.amount
        } else {
            dropped.append(drop)
        }
    }

    /// Gives bytes to what the kernel counts in packets only (drops of a qdisc, refusals, copies): what the rest leaves
    /// open, by packets. That account of bytes then holds by construction; the one of packets does not.
    mutating func giveBytes() {
        let open = residual.bytes
        let isCopy = copied.packets > 0 && copied.bytes == 0
        if isCopy, open < 0 {
            copied.bytes = -open
            return
        }
        let without = dropped.indices.filter {
            dropped[$0].amount.packets > 0 && dropped[$0].amount.bytes == 0
        }
        let packets = without.reduce(0) { $0 + dropped[$1].amount.packets }
        guard open > 0, packets > 0 else { return }
        var left = open
        for index in without {
            let share = index == without.last ? left : open * dropped[index].amount.packets / packets
            dropped[index].amount.bytes = share
            left -= share
        }
    }
}
