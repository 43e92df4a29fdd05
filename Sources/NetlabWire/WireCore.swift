import CNetlab
import Glibc
import LinuxSystem
import NetlabModel

/// Both directions of a wire at work. Whoever holds its lock may call it; the descriptors are non-blocking.
final class WireCore {
    /// What the thread shall do next.
    struct Pause {
        /// Longest sleep, ns; negative for ever, 0 for none.
        var nanoseconds: Int64
        /// Descriptors worth waiting for; -1 for one that is broken.
        var first: Int32
        var second: Int32
    }

    private struct Lane {
        let entrance: InterfaceID
        let input: Int32
        let output: Int32
        let path: DirectionPath
        /// False once the device is gone: its namespace was unmade before the wire.
        var isOpen = true
    }

    /// Frames read in a row before the other direction has its turn, and before others may have the lock.
    private static let batch = 64
    /// The largest super-packet with all headers.
    private static let scratchBytes = 131_072

    private var lanes: [Lane]
    private let scratch: UnsafeMutableRawBufferPointer
    private var impairments: [NamedImpairment]
    /// The first error of a device that is not just being down.
    private(set) var failure: SystemError?

    init(
        ends: (WireEnd, WireEnd), seed: UInt64, impairments: [NamedImpairment], options: Wire.Options
    ) {
        func lane(_ from: WireEnd, _ to: WireEnd) -> Lane {
            Lane(
                entrance: from.id, input: from.device.fileDescriptor, output: to.device.fileDescriptor,
                path: DirectionPath(
                    seed: seed, entrance: from.id, impairments: impairments,
                    logCapacity: options.fateLogCapacity, holdCapacity: options.holdCapacity.bytes))
        }
        lanes = [lane(ends.0, ends.1), lane(ends.1, ends.0)]
        scratch = .allocate(byteCount: Self.scratchBytes, alignment: 64)
        self.impairments = impairments
    }

    deinit { scratch.deallocate() }

    private static var now: Int64 { Int64(bitPattern: MonotonicClock.now()) }

    /// One turn: lets out what is due, takes in what is there, and says how long to sleep.
    ///
    /// - Parameter ready: what `cnetlab_wire_wait` reported.
    func turn(ready: Int32) -> Pause {
        var pause = Int64.max
        for index in lanes.indices {
            if ready & (1 << Int32(index + 8)) != 0 { lanes[index].isOpen = false }
            let isReadable = ready & (1 << Int32(index)) != 0
            let lane = lanes[index]
            if lane.path.nextRelease != nil { release(lane, until: Self.now) }
            if isReadable, lane.isOpen, !take(lane, index) { pause = 0 }
        }
        for lane in lanes {
            if let due = lane.path.nextRelease { pause = min(pause, max(due - Self.now, 0)) }
        }
        return Pause(
            nanoseconds: pause == .max ? -1 : pause, first: lanes[0].isOpen ? lanes[0].input : -1,
            second: lanes[1].isOpen ? lanes[1].input : -1)
    }

    /// Reads one batch.
    ///
    /// - Returns: whether the device has been emptied.
    private func take(_ lane: Lane, _ index: Int) -> Bool {
        let path = lane.path
        let output = lane.output
        var now = Self.now
        for count in 0..<Self.batch {
            let length = read(lane.input, scratch.baseAddress, scratch.count)
            guard length > 0 else {
                if length < 0, errno != EAGAIN, errno != EINTR { fail("read", lane: index) }
                return true
            }
            if count > 0, path.engine.usesTime { now = Self.now }
            if let due = path.nextRelease, due <= now { release(lane, until: now) }
            path.offer(UnsafeMutableRawBufferPointer(rebasing: scratch[..<length]), now: now) {
                write(output, $0.baseAddress, $0.count) == $0.count
            }
        }
        return false
    }

    private func release(_ lane: Lane, until now: Int64) {
        let output = lane.output
        lane.path.release(until: now) { write(output, $0.baseAddress, $0.count) == $0.count }
    }

    private func fail(_ operation: String, lane: Int) {
        // EBADFD and EIO: the device was unmade, or is down, which is no failure of the wire.
        if errno != EBADFD, errno != EIO, failure == nil {
            failure = .last(operation, on: "\(lanes[lane].entrance)")
        }
        if errno != EIO { lanes[lane].isOpen = false }
    }

    func update(_ impairments: [NamedImpairment]) {
        self.impairments = impairments
        for lane in lanes { lane.path.replace(impairments, now: Self.now) }
    }

    /// Ends both directions: delivers what is held at once, or books it as dropped.
    func finish(delivering: Bool) {
        for lane in lanes {
            let output = lane.output
            if delivering {
                lane.path.drain { write(output, $0.baseAddress, $0.count) == $0.count }
            } else {
                lane.path.discard()
            }
        }
    }

    var statistics: [InterfaceID: WireStatistics] {
        var result: [InterfaceID: WireStatistics] = [:]
        for lane in lanes { result[lane.entrance] = lane.path.engine.statistics }
        return result
    }

    func fates(from entrance: InterfaceID) -> [FateRecord] {
        lanes.first { $0.entrance == entrance }?.path.engine.fates ?? []
    }
}
