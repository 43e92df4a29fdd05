/// What became of a packet, one bit for each thing that happened to it.
public struct Fate: OptionSet, Hashable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let dropped = Fate(rawValue: 1)
    public static let duplicated = Fate(rawValue: 2)
    public static let corrupted = Fate(rawValue: 4)
    public static let delayed = Fate(rawValue: 8)
    public static let overtaking = Fate(rawValue: 16)
    public static let held = Fate(rawValue: 32)
    /// Dropped by a full queue; together with `dropped`.
    public static let overflow = Fate(rawValue: 64)

    /// `passed`, `dropped`, `delayed+corrupted`.
    public var description: String {
        let names: [(Fate, String)] = [
            (.dropped, "dropped"), (.duplicated, "duplicated"), (.corrupted, "corrupted"),
            (.delayed, "delayed"), (.overtaking, "overtaking"), (.held, "held"), (.overflow, "overflow"),
        ]
        let words = names.filter { contains($0.0) }.map(\.1)
        return words.isEmpty ? "passed" : words.joined(separator: "+")
    }
}

/// One line of the fate log.
public struct FateRecord: Hashable, Codable, Sendable {
    /// The packet's number in its direction, from 1; housekeeping is not numbered.
    public var packet: Int
    /// CLOCK_MONOTONIC when it arrived, ns.
    public var time: Int64
    /// When it leaves the link, ns; the time of arrival if it was dropped or is held by a pattern.
    public var release: Int64
    public var fate: Fate
    /// The impairment that dropped it, else the last one that touched it; nil if none did.
    public var cause: String?
}

/// The last so many fates, in a ring that is allocated once.
struct FateLog {
    struct Entry {
        var packet: Int
        var time: Int64
        var release: Int64
        var fate: Fate
        var ledger: Int32
    }

    private var entries: [Entry] = []
    private var next = 0
    let capacity: Int

    init(capacity: Int) {
        self.capacity = max(capacity, 0)
        entries.reserveCapacity(self.capacity)
    }

    mutating func add(_ entry: Entry) {
        guard capacity > 0 else { return }
        if entries.count < capacity {
            entries.append(entry)
        } else {
            entries[next] = entry
            next = (next + 1) % capacity
        }
    }

    /// Oldest first.
    var inOrder: [Entry] { Array(entries[next...] + entries[..<next]) }
}
