import Glibc
import LinuxSystem
import Synchronization

/// What the capture's owner and its thread tell one another.
final class PacketCaptureMailbox: Sendable {
    struct Entry: Sendable {
        var ring: PacketRing
        var name: String
        var cut: UInt32
        var startTime: UInt64
    }

    private struct State {
        var entries: [Entry] = []
        var isStopping = false
        var isReleasing = false
        var hasEnded = false
        var summary: PacketCapture.Summary?
    }

    let wake: EventFD
    private let released: EventFD
    private let state = Mutex(State())

    init() throws(SystemError) {
        wake = try EventFD()
        released = try EventFD()
    }

    func add(_ entry: Entry) {
        state.withLock { $0.entries.append(entry) }
        wake.signal()
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        wake.signal()
    }

    /// Asks the thread to let go of its interfaces, and waits until it has.
    func release() {
        let isAlone = state.withLock { state in
            state.isReleasing = !state.hasEnded
            return state.hasEnded
        }
        if isAlone { return }
        wake.signal()
        var entry = pollfd(fd: released.fileDescriptor, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, -1) <= 0 {}
        released.drain()
    }

    /// The thread has let go of all interfaces that it had.
    func confirmRelease() { released.signal() }

    func finish(_ summary: PacketCapture.Summary) {
        let isAwaited = state.withLock { state in
            state.summary = summary
            state.hasEnded = true
            state.entries = []
            return state.isReleasing
        }
        if isAwaited { released.signal() }
    }

    /// New interfaces since the last call, and what is to be done.
    func take() -> (entries: [Entry], isReleasing: Bool, isStopping: Bool) {
        wake.drain()
        return state.withLock { state in
            defer {
                state.entries = []
                state.isReleasing = false
            }
            return (state.entries, state.isReleasing, state.isStopping)
        }
    }

    var summary: PacketCapture.Summary? { state.withLock { $0.summary } }
}
