/// One connection that connection tracking knew while the traffic was done and the sockets still open.
///
/// Equivalent to: a line of `conntrack -L`
public struct TrackedConnection: Hashable, Codable, Sendable {
    /// What one end sends, as the node sees it.
    public struct Direction: Hashable, Codable, Sendable {
        /// `10.0.0.1:40000`, `[2001:db8::1]:80`; without a port where the transport has none.
        public var source: String
        public var destination: String
        /// Nil unless accounting is on (`net.netfilter.nf_conntrack_acct`).
        public var packets: Int64?
        public var bytes: Int64?

        public init(source: String, destination: String, packets: Int64? = nil, bytes: Int64? = nil) {
            self.source = source
            self.destination = destination
            self.packets = packets
            self.bytes = bytes
        }
    }

    public var node: String
    /// `tcp`, `udp`, `icmp`, …, or the protocol's number.
    public var transport: String
    public var original: Direction
    /// The other direction as it is expected to come back: under NAT not the mirror image of `original`.
    public var reply: Direction
    /// `SYN_SENT`, `ESTABLISHED`, …: the kernel's name without `TCP_CONNTRACK_`; nil for other transports.
    public var state: String?
    /// Names of the kernel's status bits in their order, such as `SEEN_REPLY`, `ASSURED`, `SRC_NAT`: `IPS_*`.
    public var status: [String]
    /// Until it is forgotten, in seconds.
    public var timeoutSeconds: Int64
    public var mark: Int64

    public init(
        node: String, transport: String, original: Direction, reply: Direction, state: String? = nil,
        status: [String] = [], timeoutSeconds: Int64 = 0, mark: Int64 = 0
    ) {
        self.node = node
        self.transport = transport
        self.original = original
        self.reply = reply
        self.state = state
        self.status = status
        self.timeoutSeconds = timeoutSeconds
        self.mark = mark
    }
}
