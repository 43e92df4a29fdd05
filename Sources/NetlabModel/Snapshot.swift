/// All readings of one instant.
public struct Snapshot: Hashable, Codable, Sendable {
    /// Nanoseconds since the start of the run.
    public var takenAt: Int64
    /// Subject (`client`, `client/eth0`, or a link's name) → counter ID in canonical spelling → value.
    public var readings: [String: [String: Int64]]
    /// Family (`MPTcpExt`) or counter ID → why this kernel or this user cannot read it.
    public var unsupported: [String: String]
    /// Probes that threw: family → error. Nothing of that family can be judged then.
    public var errors: [String: String]
    /// The books of links that count for themselves; absent if there are none.
    public var accounts: [LinkAccount]?

    public init(
        takenAt: Int64 = 0, readings: [String: [String: Int64]] = [:], unsupported: [String: String] = [:],
        errors: [String: String] = [:]
    ) {
        self.takenAt = takenAt
        self.readings = readings
        self.unsupported = unsupported
        self.errors = errors
    }

    /// The value of one reading, or nil if it was not read.
    public func value(_ id: CounterID, at subject: String) -> Int64? {
        readings[subject]?[id.description]
    }
}
