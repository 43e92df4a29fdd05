import LinuxSystem
import NetlabModel

/// Ends of a middle that nothing can be handed to, and the rules that drop and count what would go there.
///
/// A bridge drops what it has nobody for without counting it anywhere. The rules come after those of impairments, so that
/// an impairment sees the same packets whether the far end is there or not.
struct MiddleGates: Equatable {
    /// Why nothing gets to an end.
    enum Reason: String, CaseIterable {
        /// The cable was pulled out there.
        case unplugged
        /// The device there was set down.
        case down
    }

    /// Of the namespace between the ends; impairments have one of their own.
    static let table = "netlab_ends"

    private var shut: [Int: Set<Reason>] = [:]
    /// Whether there are counters to look at.
    private(set) var haveBeenShut = false

    /// Whether something may get to the end behind a port.
    func isOpen(_ port: Int) -> Bool { shut[port] == nil }

    /// What is said of packets that do not get to an end; a cable that is out is the first obstacle.
    func reason(_ port: Int) -> Reason { shut[port]?.contains(.unplugged) == true ? .unplugged : .down }

    mutating func set(_ reason: Reason, isShut: Bool, port: Int) {
        var reasons = shut[port] ?? []
        if isShut { reasons.insert(reason) } else { reasons.remove(reason) }
        shut[port] = reasons.isEmpty ? nil : reasons
        haveBeenShut = haveBeenShut || isShut
    }

    /// One transaction that replaces older rules by these. Counters stay.
    func script(replacing old: MiddleGates) -> String {
        var text = "add table netdev \(Self.table)\n"
        for port in Set(shut.keys).union(old.shut.keys).sorted() {
            let chain = "netdev \(Self.table) p\(port)"
            // What leaves by a port of two comes in by the other.
            text +=
                "add chain \(chain) { type filter hook ingress device p\(1 - port) priority 10; policy accept; }\n"
            text += "flush chain \(chain)\n"
            guard !isOpen(port) else {
                text += "delete chain \(chain)\n"
                continue
            }
            let counter = Self.counter(reason(port), port)
            text += "add counter netdev \(Self.table) \(counter)\n"
            text += "add rule \(chain) counter name \(counter) drop\n"
        }
        return text
    }

    private static func counter(_ reason: Reason, _ port: Int) -> String { "\(reason.rawValue)_p\(port)" }

    /// The drops that a counter of these rules stands for, in the account of the direction that leaves by a port.
    static func drop(
        _ counter: Nftables.ObjectName, _ count: PacketCount, in account: LinkAccount, towards port: Int
    ) -> LinkAccount.Drop? {
        guard counter.table == table, count.packets > 0 else { return nil }
        let reason = Reason.allCases.first { Self.counter($0, port) == counter.name }
        // A rule sees the packet without its Ethernet header.
        let amount = LinkAccount.Amount(
            packets: Int64(count.packets), bytes: Int64(count.bytes + 14 * count.packets))
        return reason?.drop(amount, in: account)
    }
}

extension MiddleGates.Reason {
    /// Packets lost for this reason, by the names that a wire has for them.
    func drop(_ amount: LinkAccount.Amount, in account: LinkAccount) -> LinkAccount.Drop {
        switch self {
        case .unplugged: LinkAccount.Drop(place: account.link, counter: "unplugged", amount: amount)
        case .down: LinkAccount.Drop(place: account.to, counter: "device", amount: amount)
        }
    }
}
