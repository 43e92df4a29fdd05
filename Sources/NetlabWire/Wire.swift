import LinuxSystem
import NetlabModel
import Synchronization

/// One end of a wire: a device, and the name by which impairments and books know it.
public struct WireEnd: Sendable {
    public var id: InterfaceID
    public var device: TAPDevice

    public init(_ id: InterfaceID, _ device: TAPDevice) {
        self.id = id
        self.device = device
    }
}

/// A link in user space: what enters one TAP device leaves the other, unless an impairment decides otherwise.
///
/// With the same seed, the same impairments and the same packets, the same packets are lost, doubled,
/// flipped and delayed by the same time, in every run. Each direction has a thread of its own, which stays in
/// the home namespace, sleeps while nothing is due, and never waits busily.
public final class Wire: Sendable {
    /// How a wire is equipped.
    public struct Options: Sendable {
        /// How many fates each direction remembers; 0 for none.
        public var fateLogCapacity = 0
        /// Memory for held packets of each direction; above it they are dropped and counted as `capacity`.
        public var holdCapacity = ByteCount(256 << 20)
        /// Whether frames may go many at a time, by io_uring, where the kernel allows it. No fate and no order depends on
        /// it, only what a packet costs.
        public var usesRing = true

        public init() {}
    }

    private let ends: (WireEnd, WireEnd)
    /// One for each direction, in the order of `ends`.
    let loops: [WireLoop]
    private let threads = Mutex<[HomeThread]>([])

    /// Joins two devices; nothing flows before `start`.
    ///
    /// - Parameters:
    ///   - seed: of every random decision.
    ///   - impairments: in order of application; `from` names the end where the packets enter.
    /// - Throws: `WireError` for names that collide or ends that are not this wire's; `SystemError` of eventfd.
    public init(
        ends: (WireEnd, WireEnd), seed: UInt64, impairments: [NamedImpairment], options: Options = Options()
    ) throws {
        try Self.check(ends, impairments)
        guard ends.0.device.carriesSuperPackets == ends.1.device.carriesSuperPackets else {
            throw WireError.unequalEnds(ends.0.id, ends.1.id)
        }
        self.ends = ends
        let memory = WireMemory()
        loops = try [ends, (ends.1, ends.0)].map {
            try WireLoop(
                from: $0.0, to: $0.1, seed: seed, impairments: impairments, options: options, memory: memory)
        }
    }

    deinit { for loop in loops { loop.requestStop() } }

    private static func check(
        _ ends: (WireEnd, WireEnd), _ impairments: [NamedImpairment]
    ) throws(WireError) {
        guard ends.0.id != ends.1.id else { throw .sameEnds(ends.0.id) }
        for impairment in impairments {
            if let end = impairment.from, end != ends.0.id, end != ends.1.id {
                throw .foreignEnd(impairment: impairment.name, end: end)
            }
        }
        for end in [ends.0.id, ends.1.id] {
            var names = Set<String>()
            for impairment in impairments where impairment.from == nil || impairment.from == end {
                guard names.insert(impairment.name).inserted else { throw .duplicateName(impairment.name) }
            }
        }
    }

    /// Starts the threads; frames flow as soon as the devices are up. Starting twice is starting once.
    ///
    /// - Throws: `SystemError` of pthread_create.
    public func start() throws(SystemError) {
        try threads.withLock { threads throws(SystemError) in
            for loop in loops.dropFirst(threads.count) {
                threads.append(try HomeThread(name: "wire") { loop.run() })
            }
        }
    }

    /// Puts other impairments in place, in each direction between two packets.
    ///
    /// Those that are unchanged keep their state and their place in their series; changed and new ones begin
    /// anew. Packets held already leave at their old time.
    /// - Throws: `WireError`; the old impairments stay then.
    public func update(impairments: [NamedImpairment]) throws(WireError) {
        try Self.check(ends, impairments)
        for loop in loops {
            loop.lane.withLock { $0.update(impairments) }
            // A packet that a pattern held may be due now, and the thread sleeps.
            loop.nudge()
        }
    }

    /// The books of both directions, by the end where the packets enter. The wire is not stopped; each
    /// direction is seen between two batches of packets.
    public func statistics() -> [InterfaceID: WireStatistics] {
        var result: [InterfaceID: WireStatistics] = [:]
        for loop in loops {
            let (entrance, books) = loop.lane.withLock { ($0.entrance, $0.statistics) }
            result[entrance] = books
        }
        return result
    }

    /// The last fates of the direction that enters at an end, oldest first; none unless
    /// `Options.fateLogCapacity` asked for them.
    public func fates(from end: InterfaceID) -> [FateRecord] {
        for loop in loops {
            let found = loop.lane.withLock { $0.entrance == end ? $0.fates : nil }
            if let found { return found }
        }
        return []
    }

    /// The first error of a device other than being down or unmade; nil if there was none.
    public var failure: SystemError? {
        for loop in loops {
            if let failure = loop.lane.withLock({ $0.failure }) { return failure }
        }
        return nil
    }

    /// Plugs the cable in or pulls it out, at one end or at both.
    ///
    /// From then on nothing gets in or out there: a device without carrier takes what is given to it all the same, and
    /// goes on sending for up to a second. Such packets are lost as `unplugged`.
    ///
    /// - Parameter end: nil for both.
    /// - Throws: `SystemError`: EINVAL before kernel 5.0.
    public func setCarrier(isUp: Bool, at end: InterfaceID? = nil) throws(SystemError) {
        for there in [ends.0, ends.1] where end == nil || end == there.id {
            // The cable is out before its device knows, and back after it.
            if isUp { try there.device.setCarrier(isUp: true) }
            for loop in loops { loop.lane.withLock { $0.plug(isUp, at: there.id) } }
            if !isUp { try there.device.setCarrier(isUp: false) }
        }
    }

    /// Ends the threads. The devices stay as long as their owners keep them, but nothing flows any more.
    ///
    /// Blocks until the threads have ended, about 0.1 ms. Starting again afterwards is not possible.
    /// - Parameter delivering: whether held packets are delivered at once; otherwise they are dropped and
    ///   counted as `stopped`.
    public func stop(delivering: Bool = false) {
        for loop in loops { loop.requestStop() }
        for thread in threads.withLock({ $0 }) { thread.join() }
        for loop in loops { loop.lane.withLock { $0.finish(delivering: delivering) } }
    }
}
