import Glibc
import LinuxSystem
import NetlabModel

/// One direction of a wire at work: from one device to the other. Whoever holds its lock may call it; the
/// descriptors are non-blocking.
struct WireLane {
    /// Batches of frames taken in a row before others may have the lock.
    private static let batches = 4

    /// The end where the packets enter.
    let entrance: InterfaceID
    private let frames: FrameBatch
    private let carriesSuperPackets: Bool
    private var path: DirectionPath
    /// Whether the cable is plugged in where packets enter, and where they leave.
    private var isPlugged = (in: true, out: true)
    /// False once the device is gone: its namespace was unmade before the wire.
    private(set) var isOpen = true
    /// The first error of a device other than being down or unmade.
    private(set) var failure: SystemError?

    init(
        from: WireEnd, to: WireEnd, seed: UInt64, impairments: [NamedImpairment], options: Wire.Options,
        memory: WireMemory
    ) {
        entrance = from.id
        frames = FrameBatch(
            input: from.device.fileDescriptor, output: to.device.fileDescriptor,
            carriesSuperPackets: from.device.carriesSuperPackets, mayUseRing: options.usesRing)
        carriesSuperPackets = from.device.carriesSuperPackets
        path = DirectionPath(
            seed: seed, entrance: from.id, impairments: impairments, logCapacity: options.fateLogCapacity,
            holdCapacity: options.holdCapacity.bytes, memory: memory)
    }

    private static var now: Int64 { Int64(bitPattern: MonotonicClock.now()) }

    /// One turn: lets out what is due, takes in what is there, and says how long to sleep.
    ///
    /// - Returns: the longest sleep, ns; negative for ever, 0 for none.
    mutating func turn(isReadable: Bool) -> Int64 {
        if path.nextRelease != nil { release(until: Self.now) }
        if isReadable, isOpen {
            var isEmpty = false
            for _ in 0..<Self.batches where !isEmpty { isEmpty = take() }
            if !isEmpty { return 0 }
        }
        guard let due = path.nextRelease else { return -1 }
        return max(due - Self.now, 0)
    }

    /// Reads one batch of frames and passes them on. They all have come by now, so they have one time.
    ///
    /// - Returns: whether the device has been emptied.
    private mutating func take() -> Bool {
        let frames = frames
        let hasExit = isPlugged.out
        let (count, error) = frames.read()
        let now = Self.now
        for place in 0..<count {
            guard let frame = frames.frame(place) else { continue }
            if let due = path.nextRelease, due <= now {
                path.release(until: now) { frames.hand($0, isLasting: $1, over: hasExit) }
            }
            if !isPlugged.in {
                path.refuse(frame, hasSegments: carriesSuperPackets)
            } else if carriesSuperPackets {
                path.offerSuperPacket(frame, now: now) { frames.hand($0, isLasting: $1, over: hasExit) }
            } else {
                path.offer(frame, now: now) { frames.hand($0, isLasting: $1, over: hasExit) }
            }
        }
        settle()
        if error != 0 { note(error) }
        return error != 0
    }

    private mutating func release(until now: Int64) {
        let frames = frames
        let hasExit = isPlugged.out
        path.release(until: now) { frames.hand($0, isLasting: $1, over: hasExit) }
        settle()
    }

    /// Writes what was handed over, and books what became of it.
    private mutating func settle() {
        frames.settle { path.settle(isTaken: $0) }
    }

    private mutating func note(_ error: Int32) {
        switch error {
        case EAGAIN, EINTR, EIO: break
        case EBADFD: isOpen = false
        default:
            isOpen = false
            if failure == nil { failure = SystemError("read", errno: error, on: "\(entrance)") }
        }
    }

    /// The device is gone; what is held still leaves in its time.
    mutating func close() { isOpen = false }

    /// Plugs the cable in or pulls it out at an end. What waits in a device that was pulled out is lost; what is held
    /// is lost when it would leave.
    mutating func plug(_ isIn: Bool, at end: InterfaceID) {
        if end == entrance { isPlugged.in = isIn } else { isPlugged.out = isIn }
    }

    mutating func update(_ impairments: [NamedImpairment]) { path.replace(impairments, now: Self.now) }

    /// Delivers what is held at once, or books it as dropped.
    mutating func finish(delivering: Bool) {
        if delivering {
            let frames = frames
            let hasExit = isPlugged.out
            path.drain { frames.hand($0, isLasting: $1, over: hasExit) }
            settle()
        } else {
            path.discard()
        }
    }

    /// Whether frames go many at a time.
    var usesRing: Bool { frames.usesRing }
    var statistics: WireStatistics { path.engine.statistics }
    var fates: [FateRecord] { path.engine.fates }
}

extension FrameBatch {
    /// Puts a frame behind those that wait to be written, if there is an end to write it to.
    fileprivate func hand(
        _ frame: UnsafeRawBufferPointer, isLasting: Bool, over hasExit: Bool
    ) -> DirectionPath.Acceptance {
        guard hasExit else { return .unplugged }
        add(frame, isLasting: isLasting)
        return .later
    }
}
