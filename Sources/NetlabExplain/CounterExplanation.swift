import NetlabModel

/// What a counter, a gauge or a drop reason means.
public struct CounterExplanation: Hashable, Sendable {
    /// The counter; for families whose names are chosen freely, with the placeholder in capitals: `listen:PORT drops`.
    public var id: String
    /// What it counts, in one or two plain sentences.
    public var text: String
    /// Where the kernel raises it, as `net/ipv4/tcp_input.c: tcp_conn_request`, as found by reading 6.12 and 7.2; ends with `…`
    /// if there are more places; empty if it is no counter of the kernel's, or is raised in drivers.
    public var raisedAt: [String]
    /// Versions of Linux: `4.6`, `by 5.10`, `after 6.1, by 6.12`; nil if it was not looked up.
    public var since: String?
    /// IDs of what often moves together with it, or tells more.
    public var movesWith: [String]
    /// The command that shows it to a person, run in the node.
    public var howToRead: String
    /// Whether it goes both ways.
    public var isGauge: Bool
    /// Whether it belongs to the whole machine, so that other programs move it too.
    public var isHostWide: Bool
}
