import NetlabModel

/// One direction of a link without its devices: frames go in, and come out when they are due. Pure: time is
/// an argument, and the far end a closure that says what became of the frame.
struct DirectionPath {
    /// What the far end says of a frame.
    enum Acceptance {
        case taken, refused
        /// There is no far end.
        case unplugged
        /// `settle` will tell, in the same order.
        case later
    }

    /// Hands a frame to the far end; and whether its bytes stay as they are until the owner takes in the next ones.
    typealias Delivery = (_ frame: UnsafeRawBufferPointer, _ isLasting: Bool) -> Acceptance

    private(set) var engine: DirectionEngine
    private let pool: FramePool
    private var queue = HoldQueue()
    private var parked: [UInt64: HeldFrame] = [:]
    private var sequence: UInt64 = 0
    /// Handed over and not settled, from `settled` on.
    private var leaving: [(traffic: Traffic, number: Int)] = []
    private var settled = 0

    /// - Parameter holdCapacity: bytes of memory for held packets; above it they are dropped and counted.
    init(
        seed: UInt64, entrance: InterfaceID, impairments: [NamedImpairment], logCapacity: Int = 0,
        holdCapacity: Int = 256 << 20, memory: WireMemory = WireMemory()
    ) {
        engine = DirectionEngine(
            seed: seed, entrance: entrance, impairments: impairments, logCapacity: logCapacity,
            memory: memory)
        pool = FramePool(capacity: holdCapacity)
    }

    /// When the next held packet is due, ns; nil if none is.
    var nextRelease: Int64? { queue.nextRelease }

    /// Takes one frame in that is one packet. What is due at `now` has to be let out first
    /// (`release(until:)`). The frame's bytes are changed for the time of the call and restored.
    mutating func offer(_ frame: UnsafeMutableRawBufferPointer, now: Int64, deliver: Delivery) {
        let view = PacketView(frame: UnsafeRawBufferPointer(frame))
        engine.offer(view, UnsafeRawBufferPointer(frame), frameBytes: frame.count, now: now)
        let traffic = Traffic(packets: 1, bytes: frame.count)
        for index in engine.outputs.indices {
            let output = engine.outputs[index]
            flip(frame, output.flipsOf)
            dispatch(
                UnsafeRawBufferPointer(frame), output, traffic, isLasting: engine.flips.isEmpty, now: now,
                deliver: deliver)
            flip(frame, output.flipsOf)
        }
        if !engine.outputs.isEmpty { release(until: now, deliver: deliver) }
    }

    /// Takes one frame in that bears a virtio-net header and may be many packets. Each segment has a fate of
    /// its own; neighbours that leave together and unharmed stay together.
    mutating func offerSuperPacket(_ source: UnsafeMutableRawBufferPointer, now: Int64, deliver: Delivery) {
        let packet = SuperPacket(source)
        var run = 0..<0
        var runRelease: Int64 = 0
        var runNumber = 0
        for segment in 0..<packet.segments {
            engine.offer(
                packet.view(of: segment), packet.frame, frameBytes: packet.frameBytes(of: segment), now: now)
            if engine.outputs.count == 1, engine.flips.isEmpty, engine.outputs[0].disposition == .send,
                !engine.outputs[0].isCopy
            {
                let release = engine.outputs[0].release
                if run.isEmpty || release != runRelease {
                    send(run, of: packet, runRelease, runNumber, now: now, deliver: deliver)
                    run = segment..<segment
                    runRelease = release
                    runNumber = engine.packetNumber
                }
                run = run.lowerBound..<segment + 1
                if release <= now { engine.aboutToLeave += 1 }
                continue
            }
            send(run, of: packet, runRelease, runNumber, now: now, deliver: deliver)
            run = 0..<0
            for index in engine.outputs.indices {
                let output = engine.outputs[index]
                let isFlipped = engine.flips.contains { $0.output == output.flipsOf }
                // A partial checksum is never verified, so a flipped bit would not be noticed.
                let bytes = packet.write(segment..<segment + 1, to: pool.workspace, finishes: isFlipped)
                let frame = UnsafeMutableRawBufferPointer(rebasing: pool.workspace[..<bytes])
                if isFlipped {
                    flip(
                        UnsafeMutableRawBufferPointer(rebasing: frame[SuperPacket.prefix...]), output.flipsOf)
                }
                dispatch(
                    UnsafeRawBufferPointer(frame), output,
                    Traffic(packets: 1, bytes: packet.frameBytes(of: segment)), now: now, deliver: deliver)
            }
            release(until: now, deliver: deliver)
        }
        send(run, of: packet, runRelease, runNumber, now: now, deliver: deliver)
    }

    /// Books a frame that came in by a cable that is not there; no impairment sees it.
    ///
    /// - Parameter hasSegments: whether it bears a virtio-net header and may be many packets.
    mutating func refuse(_ frame: UnsafeMutableRawBufferPointer, hasSegments: Bool) {
        guard hasSegments else {
            return engine.refused(Traffic(packets: 1, bytes: frame.count))
        }
        let packet = SuperPacket(frame)
        for segment in 0..<packet.segments {
            engine.refused(Traffic(packets: 1, bytes: packet.frameBytes(of: segment)))
        }
    }

    /// Sends or holds segments that leave together.
    private mutating func send(
        _ run: Range<Int>, of packet: SuperPacket, _ due: Int64, _ number: Int, now: Int64, deliver: Delivery
    ) {
        guard !run.isEmpty else { return }
        engine.aboutToLeave = 0
        var frame = UnsafeRawBufferPointer(packet.source)
        if run.count < packet.segments {
            let bytes = packet.write(run, to: pool.workspace)
            frame = UnsafeRawBufferPointer(rebasing: pool.workspace[..<bytes])
        }
        let traffic = Traffic(
            packets: run.count, bytes: run.reduce(0) { $0 + packet.frameBytes(of: $1) })
        let output = DirectionEngine.Output(
            disposition: .send, release: due, id: 0, isCopy: number == 0, flipsOf: -1)
        dispatch(
            frame, output, traffic, number: number, isLasting: run.count == packet.segments, now: now,
            deliver: deliver)
    }

    /// Does with a frame what was decided.
    private mutating func dispatch(
        _ frame: UnsafeRawBufferPointer, _ output: DirectionEngine.Output, _ traffic: Traffic,
        number: Int? = nil, isLasting: Bool = false, now: Int64, deliver: Delivery
    ) {
        let number = output.isCopy ? 0 : number ?? engine.packetNumber
        switch output.disposition {
        case .send where output.release <= now:
            book(deliver(frame, isLasting), traffic, number: number)
        case .send, .park:
            guard let held = pool.hold(frame, traffic, number: number) else {
                return engine.lost(traffic, .capacity)
            }
            if output.disposition == .park { parked[output.id] = held } else { push(held, output.release) }
        case .unpark:
            if let held = parked.removeValue(forKey: output.id) { push(held, output.release) }
        }
    }

    /// Lets out everything that is due at `now`.
    mutating func release(until now: Int64, deliver: Delivery) {
        while let entry = queue.pop(until: now) {
            if now != .max { engine.noteLateness(now - entry.release) }
            book(deliver(entry.frame.buffer, false), entry.frame.traffic, number: entry.frame.number)
            pool.release(entry.frame)
        }
    }

    /// Puts other impairments in place; packets held by a pattern that is gone become due.
    mutating func replace(_ impairments: [NamedImpairment], now: Int64) {
        engine.replace(impairments, now: now)
        for output in engine.outputs {
            if let held = parked.removeValue(forKey: output.id) { push(held, output.release) }
        }
    }

    /// Lets out everything held, due or not, in order of its time; the parked ones last.
    mutating func drain(deliver: Delivery) {
        release(until: .max, deliver: deliver)
        for (_, held) in parked.sorted(by: { $0.key < $1.key }) {
            book(deliver(held.buffer, false), held.traffic, number: held.number)
            pool.release(held)
        }
        forgetParked()
    }

    /// Drops everything held and books it as `stopped`.
    mutating func discard() {
        while let entry = queue.pop(until: .max) {
            engine.lost(entry.frame.traffic, .stopped)
            pool.release(entry.frame)
        }
        for held in parked.values {
            engine.lost(held.traffic, .stopped)
            pool.release(held)
        }
        forgetParked()
    }

    private mutating func forgetParked() {
        parked.removeAll()
        engine.forgetParked()
    }

    private mutating func push(_ frame: HeldFrame, _ release: Int64) {
        sequence += 1
        queue.push(HoldQueue.Entry(release: release, sequence: sequence, frame: frame))
    }

    private mutating func book(_ acceptance: Acceptance, _ traffic: Traffic, number: Int) {
        switch acceptance {
        case .taken: engine.delivered(traffic, number: number)
        case .refused: engine.lost(traffic, .device)
        case .unplugged: engine.lost(traffic, .unplugged)
        case .later:
            engine.handedOver += traffic.packets
            leaving.append((traffic, number))
        }
    }

    /// Books the next of the frames that were to be settled later.
    mutating func settle(isTaken: Bool) {
        guard settled < leaving.count else { return }
        let (traffic, number) = leaving[settled]
        settled += 1
        if settled == leaving.count {
            leaving.removeAll(keepingCapacity: true)
            settled = 0
        }
        engine.handedOver -= traffic.packets
        book(isTaken ? .taken : .refused, traffic, number: number)
    }

    /// Flips the bits of one output; doing it twice restores the frame.
    private func flip(_ frame: UnsafeMutableRawBufferPointer, _ output: Int) {
        guard !engine.flips.isEmpty else { return }
        for flip in engine.flips where flip.output == output && flip.bit / 8 < frame.count {
            frame[flip.bit / 8] ^= 1 << UInt8(flip.bit % 8)
        }
    }
}
