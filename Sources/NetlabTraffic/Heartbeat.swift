import LinuxSystem
import Synchronization

/// Measures for how long a loop was kept from running, by a machine with too much to do: it wants to be woken every ten
/// milliseconds, and adds up by how much it was late.
///
/// A timeout says how long an answer may take on its way, not how long netlab itself may wait for a processor.
final class Heartbeat: Sendable {
    private static let interval: Int64 = 10_000_000
    /// Later than this is held up; waking takes a while on an idle machine, too.
    private static let tolerance: Int64 = 2_000_000

    private let loop: EventLoop
    private let total = Atomic<Int64>(0)
    /// When the next beat should be; 0 while nobody wants to know.
    private let nextBeat = Atomic<Int64>(0)
    private let users = Mutex(0)

    init(of loop: EventLoop) { self.loop = loop }

    /// Nanoseconds so far, with what a beat that is overdue is late by now.
    var heldUp: Int64 {
        let due = nextBeat.load(ordering: .relaxed)
        return total.load(ordering: .relaxed) + (due > 0 ? Self.lateness(due) : 0)
    }

    private static func lateness(_ due: Int64) -> Int64 {
        let late = MonotonicClock.instant() - due
        return late > tolerance ? late : 0
    }

    /// Measures until as many `release()`s have come.
    func retain() {
        users.withLock { $0 += 1 }
        loop.submit { [self] in beat() }
    }

    func release() {
        users.withLock { $0 -= 1 }
    }

    /// On the loop. A beat that finds nobody who wants it is the last.
    private func beat() {
        guard nextBeat.load(ordering: .relaxed) == 0, users.withLock({ $0 > 0 }) else { return }
        let due = MonotonicClock.instant() + Self.interval
        nextBeat.store(due, ordering: .relaxed)
        _ = loop.at(due) { [self] in
            total.add(Self.lateness(due), ordering: .relaxed)
            nextBeat.store(0, ordering: .relaxed)
            beat()
        }
    }
}
