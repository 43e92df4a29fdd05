import NetlabModel

/// Decides the fate of every packet of one direction and keeps the books. It has no clock and makes no
/// system call: the same packets with the same seed meet the same fates.
///
/// Impairments apply in the listed order; a copy made by one passes those behind it. Seeded decisions
/// belong to the packets *offered*: a packet dropped by an earlier impairment still advances the series and
/// the packet numbers of the later ones, so that adding or removing one impairment never moves another's.
struct DirectionEngine {
    enum Disposition {
        /// Leaves at `release`.
        case send
        /// Kept until a later packet sets it free.
        case park
        /// A parked packet, now free to leave at `release`.
        case unpark
    }

    /// One packet that comes of an offered one.
    struct Output {
        var disposition: Disposition
        var release: Int64
        /// Names the packet while it is parked.
        var id: UInt64
        var isCopy: Bool
        /// Where its flipped bits stand in `flips`.
        var flipsOf: Int
    }

    private struct Passage {
        var release: Int64
        var patternDelay: Int64 = 0
        var overtakes = false
        var dropLedger = -1
        var isOverflow = false
        var fate: Fate = []
        var lastLedger = -1
        var seededDrop = -1
        var seededFate: Fate = []
        var drawn: Int64 = 0
        var hold = 0
        var holdLedger = -1
        var nextStage = 0
        var isCopy: Bool
    }

    private struct Parked {
        var id: UInt64
        var remaining: Int
        var release: Int64
        var ledger: Int
    }

    private let seed: UInt64
    private let entrance: InterfaceID
    /// What the directions of one wire know together.
    private let memory: WireMemory
    private var stages: [ImpairmentStage] = []
    private var ledger: [ImpairmentStatistics] = []
    private var ledgerHashes: [UInt64] = []
    private var log: FateLog
    private var hash = FateHash()
    private var passages: [Passage] = []
    private var parked: [Parked] = []
    private var nextID: UInt64 = 0
    private var books = WireStatistics()
    private var otherDrops: [DropCause: Traffic] = [:]
    private var highestDelivered = 0
    /// Packets that are decided and about to be delivered: segments wait for the rest of their frame.
    var aboutToLeave = 0
    /// Packets that have been handed to the far end, which has not said yet whether it took them.
    var handedOver = 0

    /// What comes of the packet offered last: valid until the next call.
    private(set) var outputs: [Output] = []
    /// Flipped bits of those outputs, as (output's `flipsOf`, bit of the frame).
    private(set) var flips: [(output: Int, bit: Int)] = []
    /// The number of the packet offered last; 0 for housekeeping.
    private(set) var packetNumber = 0
    private var numbered = 0

    /// - Parameters:
    ///   - entrance: the end at which the packets of this direction enter the link.
    ///   - logCapacity: how many fates are remembered; 0 for none.
    init(
        seed: UInt64, entrance: InterfaceID, impairments: [NamedImpairment], logCapacity: Int = 0,
        memory: WireMemory = WireMemory()
    ) {
        self.seed = seed
        self.memory = memory
        self.entrance = entrance
        log = FateLog(capacity: logCapacity)
        outputs.reserveCapacity(16)
        passages.reserveCapacity(16)
        flips.reserveCapacity(16)
        replace(impairments, now: 0)
    }

    /// Whether the fates can depend on the time of arrival.
    private(set) var usesTime = false

    /// Puts other impairments in place between two packets. Those that are unchanged keep their state; new
    /// and changed ones begin anew. Parked packets whose impairment is gone appear in `outputs`.
    mutating func replace(_ impairments: [NamedImpairment], now: Int64) {
        var old = stages
        stages = impairments.filter {
            $0.from == nil || $0.from == entrance || $0.impairment.watchesBothDirections
        }.map { definition in
            if let index = old.firstIndex(where: { $0.definition == definition }) {
                return old.remove(at: index)
            }
            return .make(
                definition, seed: seed, entrance: entrance, ledger: ledgerIndex(definition.name),
                memory: memory)
        }
        usesTime = stages.contains { stage in
            switch stage.definition.impairment {
            case .delay, .rate, .limit, .slot, .pattern, .reorder, .emulate: true
            case .loss, .duplicate, .corrupt: false
            }
        }
        outputs.removeAll(keepingCapacity: true)
        flips.removeAll(keepingCapacity: true)
        let gone = Set(old.map(\.ledger)).subtracting(stages.map(\.ledger))
        for packet in parked where gone.contains(packet.ledger) {
            unpark(packet, release: max(packet.release, now))
        }
        parked.removeAll { gone.contains($0.ledger) }
    }

    private mutating func ledgerIndex(_ name: String) -> Int {
        if let index = ledger.firstIndex(where: { $0.name == name }) { return index }
        ledger.append(ImpairmentStatistics(name: name))
        ledgerHashes.append(FateHash.of(name))
        return ledger.count - 1
    }

    /// Decides about one packet; the results are in `outputs` and `flips`.
    ///
    /// - Parameters:
    ///   - frame: the bytes that the view describes; of a segment inside a super-packet the whole of it.
    ///   - frameBytes: length of the frame with its Ethernet header.
    ///   - now: time of arrival, ns, never before that of the packet before.
    mutating func offer(_ view: PacketView, _ frame: UnsafeRawBufferPointer, frameBytes: Int, now: Int64) {
        outputs.removeAll(keepingCapacity: true)
        flips.removeAll(keepingCapacity: true)
        let held = books.inFlight.packets - aboutToLeave - handedOver
        books.offered.add(frameBytes)
        books.inFlight.add(frameBytes)
        if view.isHousekeeping {
            books.housekeeping.add(frameBytes)
            packetNumber = 0
        } else {
            numbered += 1
            packetNumber = numbered
        }
        let firstID = nextID + 1
        if stages.isEmpty, parked.isEmpty {
            nextID = firstID
            outputs.append(
                Output(disposition: .send, release: now, id: firstID, isCopy: false, flipsOf: -1))
            record(Passage(release: now, isCopy: false), now: now)
            return
        }
        passages.removeAll(keepingCapacity: true)
        passages.append(Passage(release: now, isCopy: false))
        var index = 0
        while index < passages.count {
            pass(index, view, frame, frameBytes: frameBytes, now: now, held: held)
            conclude(index, frameBytes: frameBytes, now: now)
            index += 1
        }
        let original = passages[0]
        if !view.isHousekeeping, original.dropLedger < 0 { countDownParked(behind: original, from: firstID) }
        record(original, now: now)
    }

    private mutating func pass(
        _ index: Int, _ view: PacketView, _ frame: UnsafeRawBufferPointer, frameBytes: Int, now: Int64,
        held: Int
    ) {
        var passage = passages[index]
        var position = passage.nextStage
        while position < stages.count {
            let stage = stages[position]
            position += 1
            guard stage.rule.matches(view) else { continue }
            let isAlive = passage.dropLedger < 0
            if !isAlive, passage.isCopy { break }
            if !passage.isCopy { ledger[stage.ledger].considered += 1 }
            if !stage.isSeeded, !isAlive || passage.overtakes && !stage.meetsOvertaking { continue }
            let effect = stage.decide(
                view,
                StageMoment(
                    now: now, time: passage.release, isCopy: passage.isCopy,
                    isAlive: isAlive && !passage.overtakes, held: held, frameBytes: frameBytes, frame: frame))
            apply(effect, of: stage, to: &passage, index: index, isAlive: isAlive, next: position, now: now)
        }
        passages[index] = passage
    }

    private mutating func apply(
        _ effect: StageEffect, of stage: ImpairmentStage, to passage: inout Passage, index: Int,
        isAlive: Bool,
        next: Int, now: Int64
    ) {
        var bits: Fate = []
        switch effect {
        case .pass: return
        case .drop:
            if stage.isSeeded, passage.seededDrop < 0 { passage.seededDrop = stage.ledger }
            bits = .dropped
            if isAlive { passage.dropLedger = stage.ledger }
        case .overflow:
            bits = [.dropped, .overflow]
            passage.dropLedger = stage.ledger
            passage.isOverflow = true
        case .leave(let time, let drawn):
            if passage.seededDrop < 0 { passage.drawn &+= drawn }
            guard isAlive, !passage.overtakes, time > passage.release else { return }
            passage.release = time
        case .delay(let nanoseconds):
            if passage.seededDrop < 0 { passage.drawn &+= nanoseconds }
            if isAlive {
                passage.release += nanoseconds
                passage.patternDelay += nanoseconds
            }
        case .overtake:
            bits = .overtaking
            if isAlive {
                passage.overtakes = true
                passage.release = now + passage.patternDelay
            }
        case .duplicate:
            bits = .duplicated
            if isAlive {
                var copy = passage
                copy.isCopy = true
                copy.nextStage = next
                copy.fate = []
                passages.append(copy)
                for flip in flips where flip.output == index {
                    flips.append((passages.count - 1, flip.bit))
                }
            }
        case .flip(let bit):
            bits = .corrupted
            if isAlive { flips.append((index, bit)) }
        case .hold(let packets):
            bits = .held
            if isAlive, packets > passage.hold {
                passage.hold = packets
                passage.holdLedger = stage.ledger
            }
        }
        if stage.isSeeded, passage.seededDrop < 0 || passage.seededDrop == stage.ledger {
            passage.seededFate.formUnion(bits)
        }
        guard isAlive else { return }
        passage.fate.formUnion(bits)
        passage.lastLedger = stage.ledger
        ledger[stage.ledger].hits += 1
    }

    /// Books one passage that is through, and turns it into an output if it survived.
    private mutating func conclude(_ index: Int, frameBytes: Int, now: Int64) {
        let passage = passages[index]
        if passage.isCopy {
            books.duplicated.add(frameBytes)
            books.inFlight.add(frameBytes)
        }
        if passage.fate.contains(.corrupted) { books.corrupted += 1 }
        guard passage.dropLedger < 0 else {
            books.inFlight.remove(frameBytes)
            if passage.isOverflow {
                ledger[passage.dropLedger].overflowed.add(frameBytes)
            } else {
                ledger[passage.dropLedger].dropped.add(frameBytes)
            }
            return
        }
        if passage.release > now || passage.hold > 0 {
            books.delayed += 1
            passages[index].fate.insert(.delayed)
        }
        nextID += 1
        if passage.hold > 0 {
            parked.append(
                Parked(
                    id: nextID, remaining: passage.hold, release: passage.release, ledger: passage.holdLedger)
            )
        }
        outputs.append(
            Output(
                disposition: passage.hold > 0 ? .park : .send, release: passage.release, id: nextID,
                isCopy: passage.isCopy, flipsOf: index))
    }

    /// A further packet has come through: those parked before it may be free now.
    private mutating func countDownParked(behind passage: Passage, from firstID: UInt64) {
        guard !parked.isEmpty else { return }
        for index in parked.indices where parked[index].id < firstID {
            parked[index].remaining -= 1
            if parked[index].remaining <= 0 {
                unpark(parked[index], release: max(parked[index].release, passage.release))
            }
        }
        parked.removeAll { $0.remaining <= 0 }
    }

    private mutating func unpark(_ packet: Parked, release: Int64) {
        outputs.append(
            Output(disposition: .unpark, release: release, id: packet.id, isCopy: false, flipsOf: -1))
    }

    private mutating func record(_ passage: Passage, now: Int64) {
        guard packetNumber > 0 else { return }
        hash.add(UInt64(packetNumber))
        hash.add(UInt64(passage.seededFate.rawValue))
        hash.add(UInt64(bitPattern: passage.drawn))
        if passage.seededDrop >= 0 { hash.add(ledgerHashes[passage.seededDrop]) }
        guard log.capacity > 0 else { return }
        let isGone = passage.dropLedger >= 0
        log.add(
            FateLog.Entry(
                packet: packetNumber, time: now, release: isGone ? now : passage.release, fate: passage.fate,
                ledger: Int32(isGone ? passage.dropLedger : passage.lastLedger)))
    }

    /// Books what the far end took.
    ///
    /// - Parameter number: of the first packet in it; 0 for copies and housekeeping.
    mutating func delivered(_ traffic: Traffic, number: Int) {
        books.inFlight.remove(traffic)
        books.delivered.add(traffic)
        if number > highestDelivered {
            highestDelivered = number + traffic.packets - 1
        } else if number > 0 {
            books.reordered += traffic.packets
        }
    }

    /// Books what was lost for a reason that is no impairment.
    mutating func lost(_ traffic: Traffic, _ cause: DropCause) {
        books.inFlight.remove(traffic)
        otherDrops[cause, default: .none].add(traffic)
    }

    /// Books what came in while the cable was pulled out where packets enter.
    mutating func refused(_ traffic: Traffic) {
        books.offered.add(traffic)
        otherDrops[.unplugged, default: .none].add(traffic)
    }

    /// Books how much later than due a held packet leaves, ns.
    mutating func noteLateness(_ nanoseconds: Int64) { books.lateness.add(nanoseconds) }

    /// Forgets parked packets; their owner books them.
    mutating func forgetParked() { parked.removeAll() }

    var statistics: WireStatistics {
        var result = books
        result.impairments = ledger
        result.dropped = otherDrops
        for entry in ledger {
            if entry.dropped != .none { result.dropped[.impairment(entry.name)] = entry.dropped }
            if entry.overflowed != .none { result.dropped[.overflow(entry.name)] = entry.overflowed }
        }
        result.fateHash = hash.value
        return result
    }

    /// The remembered fates, oldest first.
    var fates: [FateRecord] {
        log.inOrder.map { entry in
            FateRecord(
                packet: entry.packet, time: entry.time, release: entry.release, fate: entry.fate,
                cause: entry.ledger < 0 ? nil : ledger[Int(entry.ledger)].name)
        }
    }
}
