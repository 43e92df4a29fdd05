import Glibc
import LinuxSystem
import NetlabModel

/// One direction of a wire at work: from one device to the other. Whoever holds its lock may call it; the
/// descriptors are non-blocking.
struct WireLane {
    /// Frames read in a row before others may have the lock.
    private static let batch = 64

    /// The end where the packets enter.
    let entrance: InterfaceID
    private let input: Int32
    private let output: Int32
    private let carriesSuperPackets: Bool
    private var path: DirectionPath
    /// False once the device is gone: its namespace was unmade before the wire.
    private(set) var isOpen = true
    /// The first error of a device other than being down or unmade.
    private(set) var failure: SystemError?

    init(
        from: WireEnd, to: WireEnd, seed: UInt64, impairments: [NamedImpairment], options: Wire.Options,
        memory: WireMemory
    ) {
        entrance = from.id
        input = from.device.fileDescriptor
        output = to.device.fileDescriptor
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
        if isReadable, isOpen, !take() { return 0 }
        guard let due = path.nextRelease else { return -1 }
        return max(due - Self.now, 0)
    }

    /// Reads at most one batch of frames and passes them on.
    ///
    /// - Returns: whether the device has been emptied.
    private mutating func take() -> Bool {
        let scratch = path.intake
        let output = output
        var now = Self.now
        for count in 0..<Self.batch {
            let length = read(input, scratch.baseAddress, scratch.count)
            guard length > 0 else {
                if length < 0 { note(errno) }
                return true
            }
            if count > 0, path.engine.usesTime { now = Self.now }
            if let due = path.nextRelease, due <= now { release(until: now) }
            let frame = UnsafeMutableRawBufferPointer(rebasing: scratch[..<length])
            if carriesSuperPackets {
                path.offerSuperPacket(frame, now: now) {
                    write(output, $0.baseAddress, $0.count) == $0.count
                }
            } else {
                path.offer(frame, now: now) { write(output, $0.baseAddress, $0.count) == $0.count }
            }
        }
        return false
    }

    private mutating func release(until now: Int64) {
        let output = output
        path.release(until: now) { write(output, $0.baseAddress, $0.count) == $0.count }
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

    mutating func update(_ impairments: [NamedImpairment]) { path.replace(impairments, now: Self.now) }

    /// Delivers what is held at once, or books it as dropped.
    mutating func finish(delivering: Bool) {
        let output = output
        if delivering {
            path.drain { write(output, $0.baseAddress, $0.count) == $0.count }
        } else {
            path.discard()
        }
    }

    var statistics: WireStatistics { path.engine.statistics }
    var fates: [FateRecord] { path.engine.fates }
}
