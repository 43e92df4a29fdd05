import NetlabModel

/// ICMP and ICMPv6 messages by number, which the kernel counts without names: `IcmpMsg.InType3`, `Icmp6.OutType135`.
enum ControlMessageTypes {
    /// What `InType3` or `OutType135` counts; nil if the name is of another form.
    static func text(_ family: CounterFamily, _ name: String) -> String? {
        for (direction, verb) in [("InType", "received"), ("OutType", "sent")] {
            guard name.hasPrefix(direction), let type = UInt8(name.dropFirst(direction.count)) else {
                continue
            }
            let protocolName = family == .icmp6 ? "ICMPv6" : "ICMP"
            let meaning = (family == .icmp6 ? icmp6[type] : icmp[type]).map { " (\($0))" } ?? ""
            return "\(protocolName) messages of type \(type)\(meaning) \(verb)."
        }
        return nil
    }

    /// Counters that name the same messages in words.
    static func named(_ family: CounterFamily, _ name: String) -> [String] {
        let words = family == .icmp6 ? counters6 : counters
        for direction in ["In", "Out"] {
            let prefix = direction + "Type"
            guard name.hasPrefix(prefix), let type = UInt8(name.dropFirst(prefix.count)),
                let word = words[type]
            else { continue }
            return ["\(family == .icmp6 ? "Icmp6" : "Icmp").\(direction)\(word)"]
        }
        return []
    }

    private static let counters: [UInt8: String] = [
        0: "EchoReps", 3: "DestUnreachs", 4: "SrcQuenchs", 5: "Redirects", 8: "Echos", 11: "TimeExcds",
        12: "ParmProbs",
        13: "Timestamps", 14: "TimestampReps", 17: "AddrMasks", 18: "AddrMaskReps",
    ]

    private static let counters6: [UInt8: String] = [
        1: "DestUnreachs", 2: "PktTooBigs", 3: "TimeExcds", 4: "ParmProblems", 128: "Echos",
        129: "EchoReplies",
        130: "GroupMembQueries", 131: "GroupMembResponses", 132: "GroupMembReductions", 133: "RouterSolicits",
        134: "RouterAdvertisements", 135: "NeighborSolicits", 136: "NeighborAdvertisements", 137: "Redirects",
        143: "MLDv2Reports",
    ]

    /// RFC 792, 950, 1256.
    private static let icmp: [UInt8: String] = [
        0: "echo reply", 3: "destination unreachable", 4: "source quench", 5: "redirect", 8: "echo request",
        9: "router advertisement", 10: "router solicitation", 11: "time exceeded", 12: "parameter problem",
        13: "timestamp request", 14: "timestamp reply", 17: "address mask request", 18: "address mask reply",
    ]

    /// RFC 4443, 2710, 4861, 3810.
    private static let icmp6: [UInt8: String] = [
        1: "destination unreachable", 2: "packet too big", 3: "time exceeded", 4: "parameter problem",
        128: "echo request", 129: "echo reply", 130: "multicast listener query",
        131: "multicast listener report",
        132: "multicast listener done", 133: "router solicitation", 134: "router advertisement",
        135: "neighbour solicitation", 136: "neighbour advertisement", 137: "redirect",
        143: "multicast listener report, version 2",
    ]
}
