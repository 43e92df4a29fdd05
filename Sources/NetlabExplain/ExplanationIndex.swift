import NetlabModel

/// Finds the entry of a table for a counter, whatever free part its name has.
enum ExplanationIndex {
    /// An entry, the ID that it stands for (with a placeholder in capitals where names are free), and whether it is
    /// the half of IPv6 of a table that serves both.
    typealias Found = (entry: ExplanationTables.Entry, id: String, isIPv6: Bool)

    /// The entry for a counter, or nil.
    static func entry(for id: CounterID) -> Found? {
        if let found = index[canonical(id)] { return found }
        // Drivers count what they like: what has no text of its own has the family's.
        return id.family == .ethtool ? index["ethtool:NAME"] : nil
    }

    /// All entries in the order of the tables.
    static let all: [Found] = {
        var all: [Found] = []
        for (table, families) in tables {
            let entries = ExplanationTables.entries(table)
            for family in families {
                for entry in entries {
                    let id = counter(named: entry.name, in: family).description
                    all.append((entry, id, family == .udp6 || family == .udpLite6))
                }
            }
        }
        for entry in ExplanationTables.entries(ExplanationTables.wholeFamilies) {
            guard let family = CounterFamily(rawValue: entry.name) else { continue }
            let selector = placeholder(family) ?? ""
            all.append((entry, CounterID(family, "NAME", selector: selector).description, false))
        }
        return all
    }()

    private static let index: [String: Found] = Dictionary(all.map { ($0.id, $0) }) { $1 }

    /// An entry names its own family's counters without the family.
    static func qualified(_ name: String, in family: CounterFamily) -> String {
        if name.hasPrefix("{icmp}") {
            return (family == .udp6 || family == .udpLite6 ? "Icmp6" : "Icmp") + name.dropFirst(6)
        }
        guard !name.contains(where: { $0 == "." || $0 == ":" }) else { return name }
        switch family.shape {
        case .name: return CounterID(family, name).description
        case .selector: return CounterID(family, "", selector: name).description
        case .selectorAndName:
            return CounterID(family, name, selector: placeholder(family) ?? "NAME").description
        }
    }

    /// The key of an ID in the index: with the placeholder where a selector is free.
    private static func canonical(_ id: CounterID) -> String {
        if id.family == .ethtool { return CounterID(.ethtool, withoutQueue(id.name)).description }
        guard let placeholder = placeholder(id.family) else { return id.description }
        var general = id
        general.selector = placeholder
        switch id.family {
        case .tcpMetrics, .packet: general.name = "NAME"
        default: break
        }
        return general.description
    }

    /// `rx_queue_3_drops` as `rx_queue_N_drops`.
    private static func withoutQueue(_ name: String) -> String {
        guard let mark = name.firstRange(of: "_queue_") else { return name }
        let rest = name[mark.upperBound...].drop(while: \.isNumber)
        return name[..<mark.upperBound] + "N" + rest
    }

    private static func placeholder(_ family: CounterFamily) -> String? {
        switch family {
        case .listen, .socketMemory: "PORT"
        case .mtu, .tcpMetrics: "ADDRESS"
        case .rule, .impair, .log, .set: "NAME"
        case .trafficClass: "HANDLE"
        case .filter: "HOOK/PRIORITY"
        case .packet: "KIND"
        default: nil
        }
    }

    private static let tables: [(table: String, families: [CounterFamily])] = [
        (ExplanationTables.ip, [.ip]), (ExplanationTables.ipExt, [.ipExt]),
        (ExplanationTables.icmp, [.icmp]), (ExplanationTables.tcp, [.tcp]),
        (ExplanationTables.tcpHandshake, [.tcpExt]), (ExplanationTables.tcpQueues, [.tcpExt]),
        (ExplanationTables.tcpRecovery, [.tcpExt]), (ExplanationTables.mptcpExt, [.mptcpExt]),
        (ExplanationTables.datagram, [.udp, .udpLite, .udp6, .udpLite6]),
        (ExplanationTables.ip6, [.ip6]), (ExplanationTables.icmp6, [.icmp6]),
        (ExplanationTables.xfrm, [.xfrm]), (ExplanationTables.link, [.link]),
        (ExplanationTables.bridge, [.bridge]), (ExplanationTables.qdisc, [.qdisc]),
        (ExplanationTables.driver, [.ethtool]), (ExplanationTables.trafficClass, [.trafficClass]),
        (ExplanationTables.filter, [.filter]), (ExplanationTables.set, [.set]),
        (ExplanationTables.softnet, [.softnet]),
        (ExplanationTables.conntrack, [.conntrack]), (ExplanationTables.synproxy, [.synproxy]),
        (ExplanationTables.neighbourCache, [.arpCache, .ndiscCache]),
        (ExplanationTables.routeCache, [.routeCache]), (ExplanationTables.sockstat, [.sockstat]),
        (ExplanationTables.listen, [.listen]), (ExplanationTables.sockets, [.sockets]),
        (ExplanationTables.socketMemory, [.socketMemory]), (ExplanationTables.neighbour, [.neighbour]),
        (ExplanationTables.dropReasonsA, [.drop]), (ExplanationTables.dropReasonsB, [.drop]),
    ]

    private static func counter(named name: String, in family: CounterFamily) -> CounterID {
        switch family.shape {
        case .name: return CounterID(family, name)
        case .selector: return CounterID(family, "", selector: name)
        case .selectorAndName:
            let words = name.split(separator: " ").map(String.init)
            return words.count == 2
                ? CounterID(family, words[1], selector: words[0])
                : CounterID(family, name, selector: placeholder(family) ?? "NAME")
        }
    }
}
