import CMnl
import Glibc

/// A rule that decides which table a route is looked up in.
public struct Rule: Hashable, Sendable {
    /// What is done with a packet that the rule matches.
    public enum Action: Hashable, Sendable {
        /// Look up in a table; go on with the next rule if it has no route.
        case lookup(table: UInt32)
        case blackhole
        case unreachable
        case prohibit
    }

    public var family: AddressFamily
    /// Rules with lower numbers are asked first; the kernel's own are 0 (local), 32766 (main), 32767 (default).
    public var priority: UInt32
    public var action: Action
    /// Source prefix; nil for any.
    public var source: [UInt8]?
    public var sourcePrefixLength = 0
    /// Destination prefix; nil for any.
    public var destination: [UInt8]?
    public var destinationPrefixLength = 0
    /// The name of the device a packet came in by; `lo` for packets made here.
    public var inputDevice: String?
    public var outputDevice: String?
    /// The mark that a packet has to have.
    public var mark: UInt32?
    public var markMask: UInt32 = .max

    public init(_ family: AddressFamily, priority: UInt32, _ action: Action) {
        self.family = family
        self.priority = priority
        self.action = action
    }

    /// Reads an `RTM_NEWRULE` message; nil if it is too short, or of an action or family not known here.
    init?(_ message: NetlinkMessage) {
        guard message.type == RTM_NEWRULE, let header: fib_rule_hdr = message.header(),
            let family = AddressFamily(rawValue: header.family)
        else { return nil }
        let attributes = message.attributes(after: fib_rule_hdr.self)
        self.family = family
        priority = attributes[FRA_PRIORITY]?.uint32 ?? 0
        switch Int(header.action) {
        case FR_ACT_TO_TBL: action = .lookup(table: attributes[FRA_TABLE]?.uint32 ?? UInt32(header.table))
        case FR_ACT_BLACKHOLE: action = .blackhole
        case FR_ACT_UNREACHABLE: action = .unreachable
        case FR_ACT_PROHIBIT: action = .prohibit
        default: return nil
        }
        source = attributes[FRA_SRC]?.bytes
        sourcePrefixLength = Int(header.src_len)
        destination = attributes[FRA_DST]?.bytes
        destinationPrefixLength = Int(header.dst_len)
        inputDevice = attributes[FRA_IIFNAME]?.string
        outputDevice = attributes[FRA_OIFNAME]?.string
        mark = attributes[FRA_FWMARK]?.uint32
        markMask = attributes[FRA_FWMASK]?.uint32 ?? .max
    }
}

extension RouteSocket {
    /// Adds a rule.
    ///
    /// Equivalent to: `ip rule add priority P from PREFIX to PREFIX iif NAME fwmark M lookup T`
    /// - Throws: `NetlinkError` with EEXIST if there is the same one (since 4.12).
    public func addRule(_ rule: Rule) throws(NetlinkError) {
        try socket.send(
            request(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule), "add rule of priority \(rule.priority)")
    }

    /// Deletes the first rule that has all that is given.
    ///
    /// Equivalent to: `ip rule delete …`
    /// - Throws: `NetlinkError` with ENOENT if there is none.
    public func deleteRule(_ rule: Rule) throws(NetlinkError) {
        try socket.send(request(RTM_DELRULE, 0, rule), "delete rule of priority \(rule.priority)")
    }

    /// The rules of a family, in the order in which they are asked.
    ///
    /// Equivalent to: `ip [-6] rule show`
    public func rules(_ family: AddressFamily) throws(NetlinkError) -> [Rule] {
        var header = fib_rule_hdr()
        header.family = family.rawValue
        let message = MessageBuilder(type: RTM_GETRULE, header: header)
        return try socket.send(message, as: .dump, "list rules").compactMap(Rule.init)
    }

    private func request(_ type: Int, _ flags: Int32, _ rule: Rule) -> MessageBuilder {
        var header = fib_rule_hdr()
        header.family = rule.family.rawValue
        header.src_len = rule.source == nil ? 0 : UInt8(clamping: rule.sourcePrefixLength)
        header.dst_len = rule.destination == nil ? 0 : UInt8(clamping: rule.destinationPrefixLength)
        var table: UInt32?
        switch rule.action {
        case .lookup(let number):
            header.action = UInt8(FR_ACT_TO_TBL)
            table = number
        case .blackhole: header.action = UInt8(FR_ACT_BLACKHOLE)
        case .unreachable: header.action = UInt8(FR_ACT_UNREACHABLE)
        case .prohibit: header.action = UInt8(FR_ACT_PROHIBIT)
        }
        var message = MessageBuilder(type: type, flags: flags, header: header)
        message.put(FRA_PRIORITY, "FRA_PRIORITY", rule.priority)
        if let table { message.put(FRA_TABLE, "FRA_TABLE", table) }
        if let source = rule.source { message.put(FRA_SRC, "FRA_SRC", bytes: source) }
        if let destination = rule.destination { message.put(FRA_DST, "FRA_DST", bytes: destination) }
        if let device = rule.inputDevice { message.put(FRA_IIFNAME, "FRA_IIFNAME", device) }
        if let device = rule.outputDevice { message.put(FRA_OIFNAME, "FRA_OIFNAME", device) }
        if let mark = rule.mark {
            message.put(FRA_FWMARK, "FRA_FWMARK", mark)
            message.put(FRA_FWMASK, "FRA_FWMASK", rule.markMask)
        }
        return message
    }
}
