/// A deliberate departure from a clean link.
///
/// No `switch` over this type has a `default`: a new case makes the compiler list what has to be written
/// (parser, wire, kernel driver, `plan` line, documentation, tests, a scenario).
public enum Impairment: Hashable, Sendable {
    case loss(LossModel)
    case delay(DelayModel)
    /// The packet overtakes the delayed ones: sent at once with this probability, and at every `gap`-th
    /// packet.
    case reorder(Probability, correlation: Probability, gap: Int?)
    /// A second copy is sent right behind the first.
    case duplicate(Probability, correlation: Probability)
    /// One random bit is flipped.
    case corrupt(Probability, correlation: Probability)
    /// Serialisation at a rate, with a queue of at most `limit` packets in front of it.
    case rate(DataRate, limit: Int)
    /// At most this many packets are held by delay and rate together.
    case limit(packets: Int)
    /// Packets leave only in slots, as on a wireless or cable medium.
    case slot(SlotModel)
    /// What happens to chosen packets, by their number: exact and repeatable.
    case pattern(PacketPattern)
    /// What a kernel of other times did to packets, done by the link instead.
    case emulate(Emulation)
}

/// Behaviour that kernels once had and no longer have.
public enum Emulation: String, CaseIterable, Hashable, Sendable {
    /// The sysctl net.ipv4.tcp_tw_recycle of the host that the packets go to.
    ///
    /// A SYN is dropped if its source address has shown a newer timestamp when that host closed a connection
    /// with it less than 60 s ago, or if it has no timestamp then. All clients behind one address share a memory.
    ///
    /// Kernel: before 4.12; `tcp_conn_request()`, `tcp_peer_is_proven()`, `tcp_remember_stamp()`.
    case twRecycle = "tw_recycle"
}

/// Which packets a lossy link drops.
public enum LossModel: Hashable, Sendable {
    /// Each packet for itself; `correlation` is netem's: how much the last decision weighs in the next one.
    case random(Probability, correlation: Probability)
    /// Gilbert-Elliott: `p` good → bad, `r` bad → good, loss `1-h` in the bad state, `1-k` in the good one.
    case gilbertElliott(p: Probability, r: Probability, lossInBad: Probability, lossInGood: Probability)
    /// netem's four states: probabilities p13, p31, p32, p23, p14.
    case markov(p13: Probability, p31: Probability, p32: Probability, p23: Probability, p14: Probability)
}

/// How long packets are held.
public struct DelayModel: Hashable, Sendable {
    public enum Distribution: String, CaseIterable, Hashable, Sendable {
        case uniform, normal, pareto, paretonormal
    }

    public var delay: Duration
    /// Uniform: plus or minus at most this. Others: one standard deviation.
    public var jitter: Duration
    public var distribution: Distribution
    public var correlation: Probability
    /// Whether a packet may overtake another with a longer delay. netem allows it; a queue does not.
    public var keepsOrder: Bool

    public init(
        delay: Duration, jitter: Duration = .zero, distribution: Distribution = .uniform,
        correlation: Probability = Probability(0), keepsOrder: Bool = false
    ) {
        self.delay = delay
        self.jitter = jitter
        self.distribution = distribution
        self.correlation = correlation
        self.keepsOrder = keepsOrder
    }
}

/// Slots in which packets may leave.
public struct SlotModel: Hashable, Sendable {
    public var minimum: Duration
    public var maximum: Duration
    /// At most so many packets and bytes in one slot; nil: no bound.
    public var packets: Int?
    public var bytes: ByteCount?

    public init(minimum: Duration, maximum: Duration, packets: Int? = nil, bytes: ByteCount? = nil) {
        self.minimum = minimum
        self.maximum = maximum
        self.packets = packets
        self.bytes = bytes
    }
}

/// Chosen packets and what happens to them. Packets are counted from 1 in each direction, among those
/// that the impairment's match lets through.
public struct PacketPattern: Hashable, Sendable {
    public enum Selection: Hashable, Sendable {
        case all
        case first(Int)
        /// The n-th, the 2n-th, the 3n-th packet.
        case every(Int)
        /// These numbers, ascending.
        case numbers([Int])
    }

    public enum Action: Hashable, Sendable {
        case drop
        case delay(Duration)
        case duplicate
        /// One bit is flipped in the last byte of the packet.
        case corrupt
        /// Kept until this many further packets of the direction, matched or not, have come through; leaves
        /// right behind the last of them.
        case holdUntil(packets: Int)
    }

    public var selection: Selection
    public var action: Action

    public init(_ action: Action, _ selection: Selection) {
        self.action = action
        self.selection = selection
    }
}
