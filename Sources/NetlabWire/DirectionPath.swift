import NetlabModel

/// One direction of a link without its devices: frames go in, and come out when they are due. Pure: time is
/// an argument, and the far end a closure that says whether it took the frame.
final class DirectionPath {
    typealias Delivery = (UnsafeRawBufferPointer) -> Bool

    let engine: DirectionEngine
    private let pool: FramePool
    private var queue = HoldQueue()
    private var parked: [UInt64: HeldFrame] = [:]
    private var sequence: UInt64 = 0

    /// - Parameter holdCapacity: bytes of memory for held packets; above it they are dropped and counted.
    init(
        seed: UInt64, entrance: InterfaceID, impairments: [NamedImpairment], logCapacity: Int = 0,
        holdCapacity: Int = 256 << 20
    ) {
        engine = DirectionEngine(
            seed: seed, entrance: entrance, impairments: impairments, logCapacity: logCapacity)
        pool = FramePool(capacity: holdCapacity)
    }

    /// When the next held packet is due, ns; nil if none is.
    var nextRelease: Int64? { queue.nextRelease }

    /// Takes one frame in. What is due at `now` has to be let out first (`release(until:)`). The frame's
    /// bytes are changed for the time of the call and restored.
    func offer(_ frame: UnsafeMutableRawBufferPointer, now: Int64, deliver: Delivery) {
        let view = PacketView(frame: UnsafeRawBufferPointer(frame))
        engine.offer(view, frameBytes: frame.count, now: now)
        let number = engine.packetNumber
        for index in engine.outputs.indices {
            let output = engine.outputs[index]
            let itsNumber = output.isCopy ? 0 : number
            switch output.disposition {
            case .send where output.release <= now:
                flip(frame, output.flipsOf)
                let isTaken = deliver(UnsafeRawBufferPointer(frame))
                flip(frame, output.flipsOf)
                book(isTaken, bytes: frame.count, number: itsNumber)
            case .send, .park:
                flip(frame, output.flipsOf)
                let held = pool.hold(UnsafeRawBufferPointer(frame), number: itsNumber)
                flip(frame, output.flipsOf)
                guard let held else {
                    engine.lost(frameBytes: frame.count, .capacity)
                    continue
                }
                if output.disposition == .park {
                    parked[output.id] = held
                } else {
                    push(held, output.release)
                }
            case .unpark:
                if let held = parked.removeValue(forKey: output.id) { push(held, output.release) }
            }
        }
        if !engine.outputs.isEmpty { release(until: now, deliver: deliver) }
    }

    /// Lets out everything that is due at `now`.
    func release(until now: Int64, deliver: Delivery) {
        while let entry = queue.pop(until: now) {
            if now != .max { engine.noteLateness(now - entry.release) }
            let isTaken = deliver(UnsafeRawBufferPointer(entry.frame.buffer))
            book(isTaken, bytes: entry.frame.bytes, number: entry.frame.number)
            pool.release(entry.frame)
        }
    }

    /// Puts other impairments in place; packets held by a pattern that is gone become due.
    func replace(_ impairments: [NamedImpairment], now: Int64) {
        engine.replace(impairments, now: now)
        for output in engine.outputs {
            if let held = parked.removeValue(forKey: output.id) { push(held, output.release) }
        }
    }

    /// Lets out everything held, due or not, in order of its time; the parked ones last.
    func drain(deliver: Delivery) {
        release(until: .max, deliver: deliver)
        for (_, held) in parked.sorted(by: { $0.key < $1.key }) {
            book(deliver(UnsafeRawBufferPointer(held.buffer)), bytes: held.bytes, number: held.number)
            pool.release(held)
        }
        forgetParked()
    }

    /// Drops everything held and books it as `stopped`.
    func discard() {
        while let entry = queue.pop(until: .max) {
            engine.lost(frameBytes: entry.frame.bytes, .stopped)
            pool.release(entry.frame)
        }
        for held in parked.values {
            engine.lost(frameBytes: held.bytes, .stopped)
            pool.release(held)
        }
        forgetParked()
    }

    private func forgetParked() {
        parked.removeAll()
        engine.forgetParked()
    }

    private func push(_ frame: HeldFrame, _ release: Int64) {
        sequence += 1
        queue.push(HoldQueue.Entry(release: release, sequence: sequence, frame: frame))
    }

    private func book(_ isTaken: Bool, bytes: Int, number: Int) {
        if isTaken {
            engine.delivered(frameBytes: bytes, number: number)
        } else {
            engine.lost(frameBytes: bytes, .device)
        }
    }

    /// Flips the bits of one output; doing it twice restores the frame.
    private func flip(_ frame: UnsafeMutableRawBufferPointer, _ output: Int) {
        guard !engine.flips.isEmpty else { return }
        for flip in engine.flips where flip.output == output && flip.bit / 8 < frame.count {
            frame[flip.bit / 8] ^= 1 << UInt8(flip.bit % 8)
        }
    }
}
