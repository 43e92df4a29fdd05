import CMnl

/// A queueing discipline and its settings.
public enum QdiscKind: Hashable, Sendable {
    /// Lets packets through at a rate, with a burst; what exceeds the queue is dropped.
    case tbf(TokenBucket)
    /// First in, first out, limited in packets; nil takes the device's `txqueuelen`.
    case pfifo(limitPackets: UInt32?)
    /// First in, first out, limited in bytes; nil takes MTU × `txqueuelen`.
    case bfifo(limitBytes: UInt32?)
    /// Three bands by type of service, limited by the device's `txqueuelen`.
    case pfifoFast
    case fqCodel(FQCodel)
    /// Classes with rates of their own; packets of no class go to the default one, or unlimited if it is 0.
    case htb(defaultClass: UInt16)
    /// A hook for filters on what comes in.
    case ingress
    /// Hooks for filters on what comes in and on what leaves.
    case clsact
    case netem(Netem)

    /// The name that `tc` uses.
    public var name: String {
        switch self {
        case .tbf: "tbf"
        case .pfifo: "pfifo"
        case .bfifo: "bfifo"
        case .pfifoFast: "pfifo_fast"
        case .fqCodel: "fq_codel"
        case .htb: "htb"
        case .ingress: "ingress"
        case .clsact: "clsact"
        case .netem: "netem"
        }
    }

    func encode(into message: inout MessageBuilder) {
        switch self {
        case .tbf(let bucket): bucket.encode(into: &message)
        case .pfifo(let limit), .bfifo(let limit):
            guard let limit else { return }
            message.put(TCA_OPTIONS, "TCA_OPTIONS", structure: tc_fifo_qopt(limit: limit))
        case .fqCodel(let settings): settings.encode(into: &message)
        case .htb(let defaultClass):
            message.nest(TCA_OPTIONS, "TCA_OPTIONS", marked: false) {
                $0.put(
                    TCA_HTB_INIT, "TCA_HTB_INIT",
                    structure: tc_htb_glob(
                        version: 3, rate2quantum: 10, defcls: UInt32(defaultClass), debug: 0, direct_pkts: 0))
            }
        case .netem(let netem): netem.encode(into: &message)
        case .pfifoFast, .ingress, .clsact: break
        }
    }
}

/// Settings of a token bucket filter.
///
/// Kernel: `sch_tbf`, `TCA_TBF_PARMS`. The rate's link layer is given as Ethernet, which needs no rate table (3.8).
/// Equivalent to: `tc qdisc … tbf rate RATE burst BURST limit LIMIT`
public struct TokenBucket: Hashable, Sendable {
    public var rateBytesPerSecond: UInt64
    /// What may be sent at once, and the longest packet that passes at all.
    public var burstBytes: UInt32
    /// What waits at most before packets are dropped.
    public var limitBytes: UInt32

    public init(rateBytesPerSecond: UInt64, burstBytes: UInt32, limitBytes: UInt32) {
        self.rateBytesPerSecond = rateBytesPerSecond
        self.burstBytes = burstBytes
        self.limitBytes = limitBytes
    }

    func encode(into message: inout MessageBuilder) {
        var options = tc_tbf_qopt()
        options.rate = RateSpecification.structure(rateBytesPerSecond)
        options.limit = limitBytes
        options.buffer = RateSpecification.ticks(bytes: burstBytes, at: rateBytesPerSecond)
        message.nest(TCA_OPTIONS, "TCA_OPTIONS", marked: false) {
            $0.put(TCA_TBF_PARMS, "TCA_TBF_PARMS", structure: options)
            $0.put(TCA_TBF_BURST, "TCA_TBF_BURST", burstBytes)
            if rateBytesPerSecond > UInt64(UInt32.max) {
                $0.put(TCA_TBF_RATE64, "TCA_TBF_RATE64", rateBytesPerSecond)
            }
        }
    }

    /// Reads `TCA_OPTIONS` as the kernel shows it; nil if it lacks the settings.
    public init?(options: [UInt8]) {
        let attributes = AttributeReader(options[...])
        guard let settings: tc_tbf_qopt = attributes[TCA_TBF_PARMS]?.payload.structure() else { return nil }
        rateBytesPerSecond = attributes[TCA_TBF_RATE64]?.uint64 ?? UInt64(settings.rate.rate)
        limitBytes = settings.limit
        burstBytes = RateSpecification.bytes(ticks: settings.buffer, at: rateBytesPerSecond)
    }
}

/// Settings of fq_codel; nil leaves one to the kernel.
///
/// Equivalent to: `tc qdisc … fq_codel limit L flows F target T interval I quantum Q [no]ecn`
public struct FQCodel: Hashable, Sendable {
    public var limitPackets: UInt32?
    public var flows: UInt32?
    public var targetMicroseconds: UInt32?
    public var intervalMicroseconds: UInt32?
    public var quantumBytes: UInt32?
    public var marksECN: Bool?

    public init() {}

    func encode(into message: inout MessageBuilder) {
        message.nest(TCA_OPTIONS, "TCA_OPTIONS", marked: false) {
            if let limitPackets { $0.put(TCA_FQ_CODEL_LIMIT, "TCA_FQ_CODEL_LIMIT", limitPackets) }
            if let flows { $0.put(TCA_FQ_CODEL_FLOWS, "TCA_FQ_CODEL_FLOWS", flows) }
            if let quantumBytes { $0.put(TCA_FQ_CODEL_QUANTUM, "TCA_FQ_CODEL_QUANTUM", quantumBytes) }
            if let intervalMicroseconds {
                $0.put(TCA_FQ_CODEL_INTERVAL, "TCA_FQ_CODEL_INTERVAL", intervalMicroseconds)
            }
            if let targetMicroseconds {
                $0.put(TCA_FQ_CODEL_TARGET, "TCA_FQ_CODEL_TARGET", targetMicroseconds)
            }
            if let marksECN { $0.put(TCA_FQ_CODEL_ECN, "TCA_FQ_CODEL_ECN", UInt32(marksECN ? 1 : 0)) }
        }
    }
}

/// A class of an htb qdisc.
///
/// Equivalent to: `tc class … htb rate RATE ceil CEIL burst BURST cburst CBURST prio PRIO quantum QUANTUM`
public struct HTBClass: Hashable, Sendable {
    public var rateBytesPerSecond: UInt64
    /// What it may borrow up to.
    public var ceilBytesPerSecond: UInt64
    public var burstBytes: UInt32
    public var ceilBurstBytes: UInt32
    /// 0 is served first.
    public var priority: UInt32 = 0
    /// What is sent in one round; 0 lets the kernel choose.
    public var quantumBytes: UInt32 = 0

    public init(rateBytesPerSecond: UInt64, ceilBytesPerSecond: UInt64? = nil, burstBytes: UInt32 = 1600) {
        self.rateBytesPerSecond = rateBytesPerSecond
        self.ceilBytesPerSecond = ceilBytesPerSecond ?? rateBytesPerSecond
        self.burstBytes = burstBytes
        ceilBurstBytes = burstBytes
    }

    func encode(into message: inout MessageBuilder) {
        var options = tc_htb_opt()
        options.rate = RateSpecification.structure(rateBytesPerSecond)
        options.ceil = RateSpecification.structure(ceilBytesPerSecond)
        options.buffer = RateSpecification.ticks(bytes: burstBytes, at: rateBytesPerSecond)
        options.cbuffer = RateSpecification.ticks(bytes: ceilBurstBytes, at: ceilBytesPerSecond)
        options.quantum = quantumBytes
        options.prio = priority
        message.nest(TCA_OPTIONS, "TCA_OPTIONS", marked: false) {
            $0.put(TCA_HTB_PARMS, "TCA_HTB_PARMS", structure: options)
            if rateBytesPerSecond > UInt64(UInt32.max) {
                $0.put(TCA_HTB_RATE64, "TCA_HTB_RATE64", rateBytesPerSecond)
            }
            if ceilBytesPerSecond > UInt64(UInt32.max) {
                $0.put(TCA_HTB_CEIL64, "TCA_HTB_CEIL64", ceilBytesPerSecond)
            }
        }
    }

    /// Reads `TCA_OPTIONS` of a class as the kernel shows it; nil if it lacks the settings.
    public init?(options: [UInt8]) {
        let attributes = AttributeReader(options[...])
        guard let settings: tc_htb_opt = attributes[TCA_HTB_PARMS]?.payload.structure() else { return nil }
        rateBytesPerSecond = attributes[TCA_HTB_RATE64]?.uint64 ?? UInt64(settings.rate.rate)
        ceilBytesPerSecond = attributes[TCA_HTB_CEIL64]?.uint64 ?? UInt64(settings.ceil.rate)
        burstBytes = RateSpecification.bytes(ticks: settings.buffer, at: rateBytesPerSecond)
        ceilBurstBytes = RateSpecification.bytes(ticks: settings.cbuffer, at: ceilBytesPerSecond)
        priority = settings.prio
        quantumBytes = settings.quantum
    }
}

/// Rates and bursts in the packet scheduler's terms.
private enum RateSpecification {
    private static let ticksPerSecond = 1_000_000_000.0 / 64
    private static let ethernet: UInt8 = 1

    static func structure(_ bytesPerSecond: UInt64) -> tc_ratespec {
        var rate = tc_ratespec()
        rate.rate = UInt32(clamping: bytesPerSecond)
        rate.linklayer = ethernet
        return rate
    }

    /// How long so many bytes take at a rate.
    static func ticks(bytes: UInt32, at bytesPerSecond: UInt64) -> UInt32 {
        guard bytesPerSecond > 0 else { return .max }
        return UInt32(clamping: Int64(Double(bytes) * ticksPerSecond / Double(bytesPerSecond)))
    }

    static func bytes(ticks: UInt32, at bytesPerSecond: UInt64) -> UInt32 {
        UInt32(min(Double(UInt32.max), (Double(ticks) / ticksPerSecond * Double(bytesPerSecond)).rounded()))
    }
}
