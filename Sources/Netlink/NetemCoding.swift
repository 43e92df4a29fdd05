import CMnl

/// Numbers of attributes that headers before 6.6 do not have.
private enum NewerAttribute {
    static let seed = 14
}

extension Netem {
    /// What a tick of the packet scheduler lasts.
    ///
    /// Kernel: `PSCHED_SHIFT` 6, shown in `/proc/net/psched`; the same on every kernel since 2.6.31.
    private static let nanosecondsPerTick: Int64 = 64

    /// Puts `TCA_OPTIONS` in the order in which `tc` puts them.
    ///
    /// Delays that ticks cannot express exactly are sent in nanoseconds, too (since 4.15); `tc` cuts them off.
    func encode(into message: inout MessageBuilder) {
        message.nest(TCA_OPTIONS, "TCA_OPTIONS", marked: false) { options in
            options.appendStruct(qopt)
            // Those of reordering and corruption are elsewhere, but `tc` sends this structure with them, too.
            let correlations = [
                delayCorrelation, lossCorrelation, duplicateCorrelation, reorderCorrelation,
                corruptCorrelation,
            ]
            if correlations.contains(where: { $0 != .zero }) {
                options.put(
                    TCA_NETEM_CORR, "TCA_NETEM_CORR",
                    structure: tc_netem_corr(
                        delay_corr: delayCorrelation.rawValue, loss_corr: lossCorrelation.rawValue,
                        dup_corr: duplicateCorrelation.rawValue))
            }
            if reorder != .zero {
                options.put(
                    TCA_NETEM_REORDER, "TCA_NETEM_REORDER",
                    structure: tc_netem_reorder(
                        probability: reorder.rawValue, correlation: reorderCorrelation.rawValue))
            }
            if marksECN { options.put(TCA_NETEM_ECN, "TCA_NETEM_ECN", UInt32(1)) }
            if corrupt != .zero {
                options.put(
                    TCA_NETEM_CORRUPT, "TCA_NETEM_CORRUPT",
                    structure: tc_netem_corrupt(
                        probability: corrupt.rawValue, correlation: corruptCorrelation.rawValue))
            }
            if let slots { options.put(TCA_NETEM_SLOT, "TCA_NETEM_SLOT", structure: slots.structure) }
            encodeLossModel(into: &options)
            if let rate {
                let structure = tc_netem_rate(
                    rate: UInt32(clamping: rate.bytesPerSecond), packet_overhead: rate.packetOverheadBytes,
                    cell_size: rate.cellBytes, cell_overhead: rate.cellOverheadBytes)
                if rate.bytesPerSecond > UInt64(UInt32.max) {
                    options.put(TCA_NETEM_RATE64, "TCA_NETEM_RATE64", rate.bytesPerSecond)
                }
                options.put(TCA_NETEM_RATE, "TCA_NETEM_RATE", structure: structure)
            }
            if let distribution {
                options.put(TCA_NETEM_DELAY_DIST, "TCA_NETEM_DELAY_DIST", bytes: distribution.bytes)
            }
            if let distribution = slots?.distribution {
                options.put(TCA_NETEM_SLOT_DIST, "TCA_NETEM_SLOT_DIST", bytes: distribution.bytes)
            }
            if !Self.isWholeTicks(delayNanoseconds) {
                options.put(TCA_NETEM_LATENCY64, "TCA_NETEM_LATENCY64", delayNanoseconds)
            }
            if !Self.isWholeTicks(jitterNanoseconds) {
                options.put(TCA_NETEM_JITTER64, "TCA_NETEM_JITTER64", jitterNanoseconds)
            }
            if let seed { options.put(NewerAttribute.seed, "TCA_NETEM_PRNG_SEED", seed) }
        }
    }

    private func encodeLossModel(into options: inout MessageBuilder) {
        switch loss {
        case .none, .random: break
        case .fourState(let p13, let p31, let p32, let p23, let p14):
            options.nest(TCA_NETEM_LOSS, "TCA_NETEM_LOSS") {
                $0.put(
                    Int(NETEM_LOSS_GI), "NETEM_LOSS_GI",
                    structure: tc_netem_gimodel(
                        p13: p13.rawValue, p31: p31.rawValue, p32: p32.rawValue, p14: p14.rawValue,
                        p23: p23.rawValue))
            }
        case .gilbertElliott(let toBad, let toGood, let lossInBad, let lossInGood):
            options.nest(TCA_NETEM_LOSS, "TCA_NETEM_LOSS") {
                $0.put(
                    Int(NETEM_LOSS_GE), "NETEM_LOSS_GE",
                    structure: tc_netem_gemodel(
                        p: toBad.rawValue, r: toGood.rawValue, h: lossInBad.complement.rawValue,
                        k1: lossInGood.rawValue))
            }
        }
    }

    private var qopt: tc_netem_qopt {
        var opt = tc_netem_qopt()
        opt.latency = Self.ticks(delayNanoseconds)
        opt.limit = limitPackets
        if case .random(let probability, _) = loss { opt.loss = probability.rawValue }
        opt.gap = reorder != .zero ? max(reorderGap, 1) : reorderGap
        opt.duplicate = duplicate.rawValue
        opt.jitter = Self.ticks(jitterNanoseconds)
        return opt
    }

    private var lossCorrelation: ScaledProbability {
        if case .random(_, let correlation) = loss { correlation } else { .zero }
    }

    private static func ticks(_ nanoseconds: Int64) -> UInt32 {
        UInt32(clamping: nanoseconds / nanosecondsPerTick)
    }

    private static func isWholeTicks(_ nanoseconds: Int64) -> Bool {
        nanoseconds % nanosecondsPerTick == 0 && nanoseconds / nanosecondsPerTick <= Int64(UInt32.max)
    }

    /// Reads `TCA_OPTIONS` of a netem qdisc as the kernel shows it; nil if it is too short.
    ///
    /// Tables of distributions are not among what the kernel shows.
    public init?(options: [UInt8]) {
        guard let opt: tc_netem_qopt = options[...].structure() else { return nil }
        self.init()
        let attributes = AttributeReader(options[...].dropFirst(MemoryLayout<tc_netem_qopt>.size))
        func probability(_ attribute: Int, _ offset: Int) -> ScaledProbability {
            ScaledProbability(rawValue: attributes[attribute]?.payload.integer(at: offset) ?? 0)
        }
        delayNanoseconds =
            attributes[TCA_NETEM_LATENCY64]?.integer() ?? Int64(opt.latency) * Self.nanosecondsPerTick
        jitterNanoseconds =
            attributes[TCA_NETEM_JITTER64]?.integer() ?? Int64(opt.jitter) * Self.nanosecondsPerTick
        limitPackets = opt.limit
        duplicate = ScaledProbability(rawValue: opt.duplicate)
        reorderGap = opt.gap
        delayCorrelation = probability(TCA_NETEM_CORR, 0)
        duplicateCorrelation = probability(TCA_NETEM_CORR, 8)
        reorder = probability(TCA_NETEM_REORDER, 0)
        reorderCorrelation = probability(TCA_NETEM_REORDER, 4)
        corrupt = probability(TCA_NETEM_CORRUPT, 0)
        corruptCorrelation = probability(TCA_NETEM_CORRUPT, 4)
        marksECN = attributes[TCA_NETEM_ECN]?.uint32 == 1
        seed = attributes[NewerAttribute.seed]?.uint64
        if opt.loss != 0 {
            loss = .random(
                ScaledProbability(rawValue: opt.loss), correlation: probability(TCA_NETEM_CORR, 4))
        }
        if let model = attributes[TCA_NETEM_LOSS]?.nested { loss = Loss(model: model) ?? loss }
        if let value: tc_netem_rate = attributes[TCA_NETEM_RATE]?.payload.structure(),
            value.rate != 0 || attributes[TCA_NETEM_RATE64] != nil
        {
            var rate = Rate(bytesPerSecond: attributes[TCA_NETEM_RATE64]?.uint64 ?? UInt64(value.rate))
            rate.packetOverheadBytes = value.packet_overhead
            rate.cellBytes = value.cell_size
            rate.cellOverheadBytes = value.cell_overhead
            self.rate = rate
        }
        if let value: tc_netem_slot = attributes[TCA_NETEM_SLOT]?.payload.structure() {
            slots = Slots(value)
        }
    }
}

extension Netem.Loss {
    fileprivate init?(model: AttributeReader) {
        func value(_ number: UInt32) -> ScaledProbability { ScaledProbability(rawValue: number) }
        if let gi: tc_netem_gimodel = model[Int(NETEM_LOSS_GI)]?.payload.structure() {
            self = .fourState(
                p13: value(gi.p13), p31: value(gi.p31), p32: value(gi.p32), p23: value(gi.p23),
                p14: value(gi.p14))
        } else if let ge: tc_netem_gemodel = model[Int(NETEM_LOSS_GE)]?.payload.structure() {
            self = .gilbertElliott(
                toBad: value(ge.p), toGood: value(ge.r), lossInBad: value(ge.h).complement,
                lossInGood: value(ge.k1))
        } else {
            return nil
        }
    }
}

extension Netem.Slots {
    fileprivate var structure: tc_netem_slot {
        tc_netem_slot(
            min_delay: minimumDelayNanoseconds, max_delay: maximumDelayNanoseconds, max_packets: packets,
            max_bytes: bytes, dist_delay: distributionDelayNanoseconds,
            dist_jitter: distributionJitterNanoseconds)
    }

    fileprivate init(_ structure: tc_netem_slot) {
        minimumDelayNanoseconds = structure.min_delay
        maximumDelayNanoseconds = structure.max_delay
        packets = structure.max_packets
        bytes = structure.max_bytes
        distributionDelayNanoseconds = structure.dist_delay
        distributionJitterNanoseconds = structure.dist_jitter
    }
}
