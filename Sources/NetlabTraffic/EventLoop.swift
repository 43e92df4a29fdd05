import CNetlab
import Glibc
import LinuxSystem
import Synchronization

/// What epoll reports about a descriptor.
struct Readiness: OptionSet {
    let rawValue: UInt32

    static let readable = Readiness(rawValue: 0x001)
    static let writable = Readiness(rawValue: 0x004)
    static let error = Readiness(rawValue: 0x008)
    static let hangUp = Readiness(rawValue: 0x010)
    static let peerClosed = Readiness(rawValue: 0x2000)
}

/// One epoll loop on a thread of its own that stays in the home namespace.
///
/// Everything but `submit` and `stop` is called on that thread alone; the objects it serves are confined to
/// it as well, which is why they need no locks.
final class EventLoop: @unchecked Sendable {
    /// Names a watched descriptor.
    struct Watch: Hashable {
        fileprivate let slot: Int
        fileprivate let generation: UInt32
    }

    private struct Slot {
        var generation: UInt32 = 0
        var descriptor: Int32 = -1
        var handler: ((Readiness) -> Void)?
    }

    private struct Inbox {
        var work: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private let epoll: OwnedFileDescriptor
    private let wake: EventFD
    private let inbox = Mutex(Inbox())

    /// Room for one read, for whatever runs on this loop; its contents last until the next read.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 64)

    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var timers = TimerQueue()
    private var postponed: [() -> Void] = []
    private var isStopping = false

    /// Starts the thread.
    ///
    /// - Throws: `SystemError` of epoll_create1, eventfd or pthread_create.
    init(name: String) throws(SystemError) {
        let made = cnetlab_epoll_create()
        guard made >= 0 else { throw .last("epoll_create1") }
        let epoll = LowDescriptors.spare(made)
        self.epoll = OwnedFileDescriptor(adopting: epoll)
        wake = try EventFD()
        guard cnetlab_epoll_add(epoll, wake.fileDescriptor, Readiness.readable.rawValue, .max) == 0 else {
            throw .last("epoll_ctl", on: "eventfd")
        }
        _ = try HomeThread(name: name) { self.turn() }
    }

    deinit { scratch.deallocate() }

    // MARK: From any thread

    /// Has the loop's thread run this soon, after what was submitted before.
    ///
    /// - Returns: false if the loop has been stopped; the work is then dropped.
    @discardableResult
    func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        let isOpen = inbox.withLock { inbox in
            if !inbox.isClosed { inbox.work.append(work) }
            return !inbox.isClosed
        }
        if isOpen { wake.signal() }
        return isOpen
    }

    /// Ends the thread after all that was submitted before has run.
    ///
    /// - Parameter ended: the thread's last act, at home and with nothing locked.
    func stop(ended: @escaping @Sendable () -> Void = {}) {
        submit {
            self.isStopping = true
            self.lastAct = ended
        }
    }

    // MARK: On the loop's thread

    private var lastAct: () -> Void = {}

    /// Watches a descriptor; the handler is called while it is ready, until `unwatch`.
    func watch(_ descriptor: Int32, _ interest: Readiness, handler: @escaping (Readiness) -> Void)
        throws(SystemError) -> Watch
    {
        let index = freeSlots.popLast() ?? slots.count
        if index == slots.count { slots.append(Slot()) }
        slots[index].descriptor = descriptor
        slots[index].handler = handler
        let watch = Watch(slot: index, generation: slots[index].generation)
        guard cnetlab_epoll_add(epoll.number, descriptor, interest.rawValue, Self.tag(watch)) == 0 else {
            let error = SystemError.last("epoll_ctl")
            free(index)
            throw error
        }
        return watch
    }

    /// Changes what a watched descriptor is awaited for. Errors and hang-ups are reported whatever it is.
    func change(_ watch: Watch, to interest: Readiness) {
        guard isCurrent(watch) else { return }
        // It can fail only for a descriptor that was closed while being watched, which nobody here does.
        _ = cnetlab_epoll_change(
            epoll.number, slots[watch.slot].descriptor, interest.rawValue, Self.tag(watch))
    }

    /// Stops watching; the descriptor may stay open.
    func unwatch(_ watch: Watch) {
        guard isCurrent(watch) else { return }
        _ = cnetlab_epoll_remove(epoll.number, slots[watch.slot].descriptor)
        free(watch.slot)
    }

    /// Stops watching a descriptor that is closed right afterwards.
    ///
    /// Kernel: the last close takes it out of epoll, `eventpoll_release()`. A child that is being started may hold
    /// a copy until it calls execve; what is reported until then bears a mark that nobody has any more.
    func forget(_ watch: Watch) {
        if isCurrent(watch) { free(watch.slot) }
    }

    /// Has something run at the end of this turn, after all that was ready; from the loop's thread.
    func soon(_ action: @escaping () -> Void) { postponed.append(action) }

    /// Calls back at a time of `MonotonicClock`, unless cancelled before.
    func at(_ deadline: Int64, _ action: @escaping () -> Void) -> TimerQueue.Identifier {
        timers.add(deadline: deadline, action: action)
    }

    func cancel(_ timer: TimerQueue.Identifier?) {
        if let timer { timers.cancel(timer) }
    }

    private func isCurrent(_ watch: Watch) -> Bool {
        slots[watch.slot].generation == watch.generation && slots[watch.slot].handler != nil
    }

    private func free(_ index: Int) {
        slots[index].handler = nil
        slots[index].generation &+= 1
        freeSlots.append(index)
    }

    private static func tag(_ watch: Watch) -> UInt64 {
        UInt64(watch.generation) << 32 | UInt64(UInt32(watch.slot))
    }

    private func turn() {
        cnetlab_sharpen_timers()
        var ready = [cnetlab_ready](repeating: cnetlab_ready(), count: 256)
        while !isStopping {
            let timeout = postponed.isEmpty ? timeUntilTimer() : 0
            let count = cnetlab_epoll_wait_nanoseconds(epoll.number, &ready, Int32(ready.count), timeout)
            for index in 0..<Int(max(count, 0)) {
                let tag = ready[index].token
                if tag == .max {
                    wake.drain()
                    continue
                }
                // The handler of an earlier event of this round may have closed this descriptor, and its slot may
                // even serve another one by now: the generation tells.
                let watch = Watch(
                    slot: Int(tag & 0xffff_ffff), generation: UInt32(truncatingIfNeeded: tag >> 32))
                guard isCurrent(watch), let handler = slots[watch.slot].handler else { continue }
                handler(Readiness(rawValue: ready[index].events))
            }
            runTimers()
            runPostponed()
            runInbox()
        }
        inbox.withLock { $0.isClosed = true }
        runInbox()
        slots = []
        postponed = []
        timers = TimerQueue()
        lastAct()
        lastAct = {}
    }

    /// Nanoseconds; -1 without a timer.
    private func timeUntilTimer() -> Int64 {
        timers.nextDeadline().map { max(0, $0 - MonotonicClock.instant()) } ?? -1
    }

    private func runPostponed() {
        guard !postponed.isEmpty else { return }
        let actions = postponed
        postponed = []
        for action in actions { action() }
    }

    private func runTimers() {
        guard !timers.isEmpty else { return }
        let now = MonotonicClock.instant()
        while let action = timers.takeDue(at: now) { action() }
    }

    private func runInbox() {
        let work = inbox.withLock { inbox in
            let work = inbox.work
            inbox.work = []
            return work
        }
        for action in work { action() }
    }
}
