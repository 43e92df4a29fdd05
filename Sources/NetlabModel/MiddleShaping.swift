/// What the queues at the egress of a middle do: all that rules cannot, for the packets that leave by a port.
public enum MiddleShaping {
    /// A token bucket: bytes of bucket and bytes of queue.
    public struct Bucket: Hashable, Sendable {
        public var rate: DataRate
        public var burst: ByteCount
        public var limit: ByteCount
    }

    /// The impairments of packets that leave by a port, without those that rules take care of.
    public static func impairments(of link: Link, towards port: Int) -> [NamedImpairment] {
        link.impairments.filter { named in
            (named.from == nil || named.from != link.ends[port]) && !named.isForRules
        }
    }

    /// The token bucket for a rate that stands alone; nil if there is more to do, which needs netem.
    public static func bucket(for impairments: [NamedImpairment]) -> Bucket? {
        guard impairments.count == 1, case .rate(let rate, let limit) = impairments[0].impairment else {
            return nil
        }
        // Two full frames, or what the rate lets through in 4 ms, so that timers do not hold the rate back.
        let burst = max(3200, rate.bitsPerSecond / 8 / 250)
        return Bucket(rate: rate, burst: ByteCount(burst), limit: ByteCount(burst + limit * 1514))
    }

    /// Why neither rules nor a qdisc of the kernel can do an impairment, whatever modules it has; nil if one can.
    public static func obstacle(to named: NamedImpairment) -> String? {
        guard !named.isForRules else { return nil }
        if case .pattern(let pattern) = named.impairment {
            return
                "nftables cannot \(pattern.action == .duplicate ? "duplicate" : "hold or change") single packets"
        }
        if case .emulate(let emulation) = named.impairment {
            return "no qdisc and no rule emulates \(emulation.rawValue)"
        }
        if !named.match.terms.isEmpty { return "a qdisc cannot tell packets of a kind apart" }
        if case .delay(let model) = named.impairment, model.keepsOrder, model.jitter != .zero {
            return "netem reorders packets of different delay"
        }
        return nil
    }
}
