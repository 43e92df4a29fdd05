import NetlabModel

/// What one source of counters yielded: values by canonical counter ID, and what it cannot yield here.
struct Readings: Hashable, Sendable {
    private(set) var values: [String: Int64] = [:]
    /// Family or counter ID → why this kernel lacks it.
    var unsupported: [String: String] = [:]

    mutating func add(_ family: CounterFamily, _ name: TextLines.Word, _ value: Int64) {
        values[Self.key(family, name), default: 0] = value
    }

    mutating func add(_ id: CounterID, _ value: Int64) { values[id.description] = value }

    mutating func addIfAbsent(_ family: CounterFamily, _ name: String, _ value: Int64) {
        let key = CounterID(family, name).description
        if values[key] == nil { values[key] = value }
    }

    mutating func merge(_ other: Readings) {
        values.merge(other.values) { $1 }
        unsupported.merge(other.unsupported) { $1 }
    }

    /// `TcpExt.ListenDrops`, written in one go: a snapshot has hundreds of them.
    private static func key(_ family: CounterFamily, _ name: TextLines.Word) -> String {
        let prefix = family.rawValue.utf8
        return String(unsafeUninitializedCapacity: prefix.count + 1 + name.count) { room in
            var index = 0
            for byte in prefix {
                room.initializeElement(at: index, to: byte)
                index += 1
            }
            room.initializeElement(at: index, to: UInt8(ascii: family.isMIB ? "." : ":"))
            index += 1
            for byte in name {
                room.initializeElement(at: index, to: byte)
                index += 1
            }
            return index
        }
    }
}
