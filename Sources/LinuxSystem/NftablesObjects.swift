/// What packets passed a rule or a named counter.
public struct PacketCount: Hashable, Sendable {
    public var packets: UInt64
    public var bytes: UInt64

    public init(packets: UInt64, bytes: UInt64) {
        self.packets = packets
        self.bytes = bytes
    }
}

extension Nftables {
    /// The name of an object in a table.
    public struct ObjectName: Hashable, Sendable, CustomStringConvertible {
        /// `ip`, `ip6`, `inet`, `arp`, `bridge`, `netdev`.
        public var family: String
        public var table: String
        public var name: String

        public init(family: String, table: String, name: String) {
            self.family = family
            self.table = table
            self.name = name
        }

        public var description: String { "\(family) \(table) \(name)" }
    }

    /// An element of a set or map, in nft's spelling, with its counter if it has one.
    public struct SetElement: Hashable, Sendable {
        /// `10.0.0.1`, `10.0.0.0/24`, `1-5`, `10.0.0.1 . 80`.
        public var value: String
        public var count: PacketCount?
    }

    /// All named counters of the namespace.
    ///
    /// Equivalent to: `nft list counters`.
    public func counters() throws(NftablesError) -> [ObjectName: PacketCount] {
        var result: [ObjectName: PacketCount] = [:]
        for counter in try objects("list counters", named: "counter") {
            guard let name = Self.name(counter), let count = Self.count(counter) else { continue }
            result[name] = count
        }
        return result
    }

    /// The counters within rules that bear a comment: several rules of one comment add up.
    ///
    /// - Returns: by comment. A rule without `counter` counts nothing and is left out.
    /// Equivalent to: `nft list ruleset`.
    public func ruleCounters() throws(NftablesError) -> [String: PacketCount] {
        var result: [String: PacketCount] = [:]
        for rule in try objects("list ruleset", named: "rule") {
            guard let comment = rule["comment"]?.string else { continue }
            for statement in rule["expr"]?.array ?? [] {
                guard let counter = statement["counter"], let count = Self.count(counter) else { continue }
                let before = result[comment] ?? PacketCount(packets: 0, bytes: 0)
                result[comment] = PacketCount(
                    packets: before.packets + count.packets, bytes: before.bytes + count.bytes)
            }
        }
        return result
    }

    /// The names of all sets of the namespace, anonymous ones left out.
    public func sets() throws(NftablesError) -> [ObjectName] {
        try objects("list sets", named: "set").compactMap(Self.name)
    }

    /// All named sets of the namespace with their elements.
    ///
    /// Equivalent to: `nft list sets`.
    public func setElements() throws(NftablesError) -> [ObjectName: [SetElement]] {
        var result: [ObjectName: [SetElement]] = [:]
        for set in try objects("list sets", named: "set") {
            guard let name = Self.name(set) else { continue }
            result[name] = Self.elements(set)
        }
        return result
    }

    /// The elements of a set, in the kernel's order.
    ///
    /// Equivalent to: `nft list set FAMILY TABLE NAME`.
    public func elements(of set: ObjectName) throws(NftablesError) -> [SetElement] {
        let found = try objects("list set \(set)", named: "set").first
        return found.map(Self.elements) ?? []
    }

    private static func elements(_ set: JSONValue) -> [SetElement] {
        (set["elem"]?.array ?? []).map { element in
            let inner = element["elem"]
            return SetElement(
                value: Self.spell(inner?["val"] ?? element), count: inner?["counter"].flatMap(Self.count))
        }
    }

    /// Removes every table, also those of iptables-nft, in this namespace.
    ///
    /// Equivalent to: `nft flush ruleset`.
    public func flushRuleset() throws(NftablesError) {
        try run("flush ruleset")
    }

    private func objects(_ command: String, named kind: String) throws(NftablesError) -> [JSONValue] {
        let text = try run(command, format: .json)
        do {
            return (try JSONValue(parsing: text)["nftables"]?.array ?? []).compactMap { $0[kind] }
        } catch {
            throw NftablesError(commands: command, message: "libnftables printed what is \(error)")
        }
    }

    private static func name(_ object: JSONValue) -> ObjectName? {
        guard let family = object["family"]?.string, let table = object["table"]?.string,
            let name = object["name"]?.string
        else { return nil }
        return ObjectName(family: family, table: table, name: name)
    }

    private static func count(_ object: JSONValue) -> PacketCount? {
        guard let packets = object["packets"]?.unsigned, let bytes = object["bytes"]?.unsigned else {
            return nil
        }
        return PacketCount(packets: packets, bytes: bytes)
    }

    private static func spell(_ value: JSONValue) -> String {
        switch value {
        case .string(let text), .number(let text): return text
        case .bool(let truth): return truth ? "true" : "false"
        case .array(let parts): return parts.map(spell).joined(separator: " : ")
        case .null: return ""
        case .object:
            if let prefix = value["prefix"] {
                return spell(prefix["addr"] ?? .null) + "/" + spell(prefix["len"] ?? .null)
            }
            if let range = value["range"]?.array { return range.map(spell).joined(separator: "-") }
            if let parts = value["concat"]?.array { return parts.map(spell).joined(separator: " . ") }
            return value.text
        }
    }
}
