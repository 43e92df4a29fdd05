import NetlabModel
import Netlink

/// The qdisc at the egress of one port of a middle, and the impairments that it stands for.
struct MiddleQueue: Equatable {
    var kind: QdiscKind
    var impairments: [NamedImpairment]

    /// The qdisc for packets that leave by a port, or nil if none is needed: what nftables does is not its
    /// business.
    init?(_ link: Link, towards port: Int) {
        let wanted = MiddleShaping.impairments(of: link, towards: port)
        guard !wanted.isEmpty else { return nil }
        impairments = wanted
        if let bucket = MiddleShaping.bucket(for: wanted) {
            kind = .tbf(
                TokenBucket(
                    rateBytesPerSecond: UInt64(bucket.rate.bitsPerSecond / 8),
                    burstBytes: UInt32(bucket.burst.bytes), limitBytes: UInt32(bucket.limit.bytes)))
        } else {
            kind = .netem(Self.netem(wanted, seed: link.seed &+ UInt64(port)))
        }
    }

    /// Whether this needs sch_netem.
    var needsNetem: Bool { kind.name == "netem" }

    /// Whether netem holds what it was told, and its seed: older kernels leave that out of what they tell, and take another one.
    ///
    /// - Parameter readBack: what the kernel shows of the qdisc.
    func readBackText(_ readBack: Netem?) -> String? {
        guard case .netem(let asked) = kind else { return nil }
        guard let readBack else { return "this kernel does not show what netem holds" }
        let differences = asked.differences(from: readBack)
        let settings =
            differences.isEmpty
            ? "netem holds all that it was told"
            : "netem holds something else than it was told (\(differences.joined(separator: ", ")))"
        guard let seed = asked.seed else { return settings }
        return settings
            + (readBack.seed == seed
                ? ", with its seed" : "; this kernel takes no seed, and loses other packets each time")
    }

    static func netem(_ impairments: [NamedImpairment], seed: UInt64) -> Netem {
        func scaled(_ probability: Probability) -> ScaledProbability {
            ScaledProbability(probability.fraction)
        }
        var netem = Netem()
        netem.seed = seed
        for named in impairments {
            switch named.impairment {
            case .loss(.random(let share, let correlation)):
                netem.loss = .random(scaled(share), correlation: scaled(correlation))
            case .loss(.gilbertElliott(let p, let r, let bad, let good)):
                netem.loss = .gilbertElliott(
                    toBad: scaled(p), toGood: scaled(r), lossInBad: scaled(bad), lossInGood: scaled(good))
            case .loss(.markov(let p13, let p31, let p32, let p23, let p14)):
                netem.loss = .fourState(
                    p13: scaled(p13), p31: scaled(p31), p32: scaled(p32), p23: scaled(p23), p14: scaled(p14))
            case .delay(let model):
                netem.delayNanoseconds = model.delay.nanoseconds
                netem.jitterNanoseconds = model.jitter.nanoseconds
                netem.delayCorrelation = scaled(model.correlation)
                switch model.distribution {
                case .uniform: netem.distribution = nil
                case .normal: netem.distribution = .normal
                case .pareto: netem.distribution = .pareto
                case .paretonormal: netem.distribution = .paretoNormal
                }
            case .reorder(let share, let correlation, let gap):
                netem.reorder = scaled(share)
                netem.reorderCorrelation = scaled(correlation)
                netem.reorderGap = UInt32(gap ?? 1)
            case .duplicate(let share, let correlation):
                netem.duplicate = scaled(share)
                netem.duplicateCorrelation = scaled(correlation)
            case .corrupt(let share, let correlation):
                netem.corrupt = scaled(share)
                netem.corruptCorrelation = scaled(correlation)
            case .rate(let rate, let limit):
                netem.rate = Netem.Rate(bytesPerSecond: UInt64(rate.bitsPerSecond / 8))
                netem.limitPackets = UInt32(limit)
            case .limit(let packets): netem.limitPackets = UInt32(packets)
            case .slot(let slot):
                var slots = Netem.Slots()
                slots.minimumDelayNanoseconds = slot.minimum.nanoseconds
                slots.maximumDelayNanoseconds = slot.maximum.nanoseconds
                slots.packets = Int32(slot.packets ?? 0)
                slots.bytes = Int32(slot.bytes?.bytes ?? 0)
                netem.slots = slots
            case .pattern, .emulate: continue
            }
        }
        return netem
    }
}
