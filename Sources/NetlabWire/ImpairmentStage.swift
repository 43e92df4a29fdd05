import NetlabModel

/// What one impairment does to one packet.
enum StageEffect {
    case pass
    /// Dropped by decision: seeded or by number, the same in every run.
    case drop
    /// Dropped because a queue was full: depends on time, so it stays out of the fate hash.
    case overflow
    /// Leaves at this time; `drawn` is the part that was decided by a seeded draw.
    case leave(at: Int64, drawn: Int64)
    /// Held so much longer by a pattern, even if it overtakes others.
    case delay(Int64)
    /// Skips delay, rate and slot.
    case overtake
    case duplicate
    /// This bit, counted from the beginning of the frame, is flipped.
    case flip(bit: Int)
    /// Kept until so many further packets have arrived.
    case hold(packets: Int)
}

/// What a stage may know about the moment.
struct StageMoment {
    /// When the packet arrived at the link, ns.
    var now: Int64
    /// When it leaves the stages before this one, ns; never before `now`.
    var time: Int64
    /// Made by a duplicating stage: decided by a stream of its own and never numbered.
    var isCopy: Bool
    /// False if the packet has been dropped already: seeded stages still draw, so that their series belongs
    /// to the packets offered and does not depend on the impairments before them.
    var isAlive: Bool
    /// Packets of this direction that are held at the moment.
    var held: Int
    /// Bytes of the frame.
    var frameBytes: Int
    /// The frame, or the super-packet that the segment is part of.
    var frame: UnsafeRawBufferPointer
}

/// One impairment at work in one direction: its state, and what it decides next.
///
/// A subclass for each kind. A new kind of impairment has to appear in `make`.
class ImpairmentStage {
    let definition: NamedImpairment
    let rule: MatchRule
    /// Where its hits are counted.
    let ledger: Int
    /// Whether its decisions depend on seed and packet numbers alone, not on time.
    var isSeeded: Bool { true }
    /// Whether a packet sent ahead by `reorder` meets it all the same.
    var meetsOvertaking: Bool { isSeeded }
    /// The longest a packet is held by one decision, ns: a year, so that sums cannot overflow.
    fileprivate static let longest: Int64 = 1 << 55

    init(_ definition: NamedImpairment, match: PacketMatch? = nil, ledger: Int) {
        self.definition = definition
        rule = MatchRule(match ?? definition.match)
        self.ledger = ledger
    }

    /// The effect on the next packet that the match lets through.
    func decide(_ view: PacketView, _ moment: StageMoment) -> StageEffect { .pass }

    /// - Parameters:
    ///   - entrance: the direction's name; with seed and the impairment's name it names the streams.
    ///   - memory: what the directions of the wire know together.
    static func make(
        _ definition: NamedImpairment, seed: UInt64, entrance: InterfaceID, ledger: Int, memory: WireMemory
    ) -> ImpairmentStage {
        func generator(_ purpose: String) -> SeededGenerator {
            SeededGenerator(seed: seed, stream: "\(entrance)\n\(definition.name)\n\(purpose)")
        }
        switch definition.impairment {
        case .loss(let model):
            return LossStage(definition, ledger: ledger, model, generator)
        case .delay(let model):
            return DelayStage(definition, ledger: ledger, model, generator)
        case .reorder(let probability, let correlation, let gap):
            return ReorderStage(definition, ledger: ledger, probability, correlation, gap, generator)
        case .duplicate(let probability, let correlation):
            return DuplicateStage(definition, ledger: ledger, probability, correlation, generator)
        case .corrupt(let probability, let correlation):
            return CorruptStage(definition, ledger: ledger, probability, correlation, generator)
        case .rate(let rate, let limit):
            return RateStage(definition, ledger: ledger, rate, limit: limit)
        case .limit(let packets):
            return LimitStage(definition, ledger: ledger, packets: packets)
        case .slot(let model):
            return SlotStage(definition, ledger: ledger, model, generator("slot"))
        case .pattern(let pattern):
            return PatternStage(definition, ledger: ledger, pattern)
        case .emulate(.twRecycle):
            return RecycleStage(definition, entrance: entrance, ledger: ledger, memory: memory)
        }
    }
}

private final class LossStage: ImpairmentStage {
    private var process: LossProcess
    private var copies: LossProcess

    init(
        _ definition: NamedImpairment, ledger: Int, _ model: LossModel,
        _ generator: (String) -> SeededGenerator
    ) {
        process = LossProcess(model, generator: generator("loss"))
        copies = LossProcess(model, generator: generator("loss copies"))
        super.init(definition, ledger: ledger)
    }

    override func decide(_ view: PacketView, _ moment: StageMoment) -> StageEffect {
        let loses = moment.isCopy ? copies.losesNext() : process.losesNext()
        return loses ? .drop : .pass
    }
}

private final class DelayStage: ImpairmentStage {
    private var random: CorrelatedRandom
    private var copies: CorrelatedRandom
    private let delay: Int64
    private let jitter: Int64
    private let table: DelayTable?
    private let keepsOrder: Bool
    private var last = Int64.min

    init(
        _ definition: NamedImpairment, ledger: Int, _ model: DelayModel,
        _ generator: (String) -> SeededGenerator
    ) {
        random = CorrelatedRandom(generator("delay"), correlation: model.correlation)
        copies = CorrelatedRandom(generator("delay copies"), correlation: model.correlation)
        delay = min(max(model.delay.nanoseconds, 0), Self.longest)
        // netem's sigma is a signed 32-bit number of nanoseconds.
        jitter = min(max(model.jitter.nanoseconds, 0), Int64(Int32.max))
        table = DelayTable.table(of: model.distribution)
        keepsOrder = model.keepsOrder
        super.init(definition, ledger: ledger)
    }

    override func decide(_ view: PacketView, _ moment: StageMoment) -> StageEffect {
        var drawn = delay
        if jitter > 0 {
            let number = moment.isCopy ? copies.next() : random.next()
            if let table {
                drawn = table.sample(mu: delay, sigma: jitter, number: number)
            } else {
                drawn += Int64(number) % (2 * jitter) - jitter
            }
        }
        drawn = max(drawn, 0)
        guard moment.isAlive else { return .leave(at: moment.time, drawn: drawn) }
        var time = moment.time + drawn
        if keepsOrder {
            time = max(time, last)
            last = time
        }
        return .leave(at: time, drawn: drawn)
    }
}

private final class ReorderStage: ImpairmentStage {
    private var random: CorrelatedRandom
    private var copies: CorrelatedRandom
    private let chance: Chance
    private let gap: Int
    private var passed = 0

    init(
        _ definition: NamedImpairment, ledger: Int, _ probability: Probability, _ correlation: Probability,
        _ gap: Int?, _ generator: (String) -> SeededGenerator
    ) {
        random = CorrelatedRandom(generator("reorder"), correlation: correlation)
        copies = CorrelatedRandom(generator("reorder copies"), correlation: correlation)
        chance = Chance(probability)
        // tc sends gap 1 if none was given.
        self.gap = max(gap ?? 1, 1)
        super.init(definition, ledger: ledger)
    }

    override func decide(_ view: PacketView, _ moment: StageMoment) -> StageEffect {
        if moment.isCopy { return copies.happens(chance) ? .overtake : .pass }
        guard passed >= gap - 1, random.happens(chance) else {
            passed += 1
            return .pass
        }
        passed = 0
        return .overtake
    }
}

private final class DuplicateStage: ImpairmentStage {
    private var random: CorrelatedRandom
    private var copies: CorrelatedRandom
    private let chance: Chance

    init(
        _ definition: NamedImpairment, ledger: Int, _ probability: Probability, _ correlation: Probability,
        _ generator: (String) -> SeededGenerator
    ) {
        random = CorrelatedRandom(generator("duplicate"), correlation: correlation)
        copies = CorrelatedRandom(generator("duplicate copies"), correlation: correlation)
        chance = Chance(probability)
        super.init(definition, ledger: ledger)
    }

    override func decide(_ view: PacketView, _ moment: StageMoment) -> StageEffect {
        let happens = moment.isCopy ? copies.happens(chance) : random.happens(chance)
        return happens ? .duplicate : .pass
    }
}

private final class CorruptStage: ImpairmentStage {
    private var random: CorrelatedRandom
    private var copies: CorrelatedRandom
    private var places: SeededGenerator
    private let chance: Chance

    init(
        _ definition: NamedImpairment, ledger: Int, _ probability: Probability, _ correlation: Probability,
        _ generator: (String) -> SeededGenerator
    ) {
        random = CorrelatedRandom(generator("corrupt"), correlation: correlation)
        copies = CorrelatedRandom(generator("corrupt copies"), correlation: correlation)
        places = generator("corrupt place")
        chance = Chance(probability)
        super.init(definition, ledger: ledger)
    }

    override func decide(_ view: PacketView, _ moment: StageMoment) -> StageEffect {
        let happens = moment.isCopy ? copies.happens(chance) : random.happens(chance)
        guard happens, view.packetBytes > 0 else { return .pass }
        // One draw for each packet hit, whatever its size. The Ethernet header is spared: a frame for
        // another address would vanish without any counter of IP.
        let place = Int(places.below(UInt64(view.packetBytes) * 8))
        return .flip(bit: view.networkOffset * 8 + place)
    }
}

private final class RateStage: ImpairmentStage {
    private let bitsPerSecond: Int64
    private let limit: Int
    /// When the packets in the queue will have been sent; ascending, the first `head` are history.
    private var departures: [Int64] = []
    private var head = 0
    private var freeAt = Int64.min

    override var isSeeded: Bool { false }

    init(_ definition: NamedImpairment, ledger: Int, _ rate: DataRate, limit: Int) {
        bitsPerSecond = Int64(max(rate.bitsPerSecond, 1))
        self.limit = limit
        super.init(definition, ledger: ledger)
    }

    override func decide(_ view: PacketView, _ moment: StageMoment) -> StageEffect {
        while head < departures.count, departures[head] <= moment.time { head += 1 }
        if head == departures.count {
            departures.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 1024, head > departures.count / 2 {
            departures.removeFirst(head)
            head = 0
        }
        guard departures.count - head < limit else { return .overflow }
        let serialisation = Int64(moment.frameBytes) * 8 * 1_000_000_000 / bitsPerSecond
        freeAt = max(freeAt, moment.time) + serialisation
        departures.append(freeAt)
        return .leave(at: freeAt, drawn: 0)
    }
}

private final class LimitStage: ImpairmentStage {
    private let packets: Int

    override var isSeeded: Bool { false }
    override var meetsOvertaking: Bool { true }

    init(_ definition: NamedImpairment, ledger: Int, packets: Int) {
        self.packets = packets
        super.init(definition, ledger: ledger)
    }

    override func decide(_ view: PacketView, _ moment: StageMoment) -> StageEffect {
        moment.held >= packets ? .overflow : .pass
    }
}

private final class SlotStage: ImpairmentStage {
    private var random: SeededGenerator
    private let minimum: Int64
    private let spread: Int64
    private let packets: Int
    private let bytes: Int
    private var opensAt = Int64.min
    private var packetsLeft = 0
    private var bytesLeft = 0

    override var isSeeded: Bool { false }

    init(_ definition: NamedImpairment, ledger: Int, _ model: SlotModel, _ generator: SeededGenerator) {
        random = generator
        minimum = min(max(model.minimum.nanoseconds, 0), Self.longest)
        spread = min(max(model.maximum.nanoseconds - minimum, 0), Self.longest)
        packets = model.packets ?? .max
        bytes = model.bytes?.bytes ?? .max
        super.init(definition, ledger: ledger)
    }

    /// A packet that comes after the slot opened waits for the next one, as in netem.
    override func decide(_ view: PacketView, _ moment: StageMoment) -> StageEffect {
        if opensAt < moment.time { openNext(after: moment.time) }
        let time = opensAt
        packetsLeft -= 1
        bytesLeft -= moment.frameBytes
        if packetsLeft <= 0 || bytesLeft <= 0 { openNext(after: opensAt) }
        return .leave(at: time, drawn: 0)
    }

    private func openNext(after time: Int64) {
        opensAt = time + minimum + Int64(random.below(UInt64(spread) + 1))
        packetsLeft = packets
        bytesLeft = bytes
    }
}

private final class PatternStage: ImpairmentStage {
    private let pattern: PacketPattern
    private let numbers: [Int]
    private let effectNanoseconds: Int64
    private var number = 0
    private var next = 0

    init(_ definition: NamedImpairment, ledger: Int, _ pattern: PacketPattern) {
        self.pattern = pattern
        if case .numbers(let numbers) = pattern.selection {
            self.numbers = numbers.sorted()
        } else {
            numbers = []
        }
        if case .delay(let delay) = pattern.action {
            effectNanoseconds = min(max(delay.nanoseconds, 0), Self.longest)
        } else {
            effectNanoseconds = 0
        }
        super.init(definition, ledger: ledger)
    }

    override func decide(_ view: PacketView, _ moment: StageMoment) -> StageEffect {
        guard isChosen(isCopy: moment.isCopy) else { return .pass }
        switch pattern.action {
        case .drop: return .drop
        case .delay: return .delay(effectNanoseconds)
        case .duplicate: return .duplicate
        case .corrupt:
            guard view.packetBytes > 0 else { return .pass }
            return .flip(bit: (view.networkOffset + view.packetBytes - 1) * 8)
        case .holdUntil(let packets): return .hold(packets: max(packets, 1))
        }
    }

    private func isChosen(isCopy: Bool) -> Bool {
        if isCopy {
            if case .all = pattern.selection { return true }
            return false
        }
        number += 1
        switch pattern.selection {
        case .all: return true
        case .first(let count): return number <= count
        case .every(let count): return count > 0 && number % count == 0
        case .numbers:
            while next < numbers.count, numbers[next] < number { next += 1 }
            return next < numbers.count && numbers[next] == number
        }
    }
}
