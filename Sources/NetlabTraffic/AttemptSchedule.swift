import LinuxSystem
import NetlabModel

/// When the attempts of a flow begin: so many at once (closed loop), or each at its own time (open loop).
///
/// In an open loop an attempt is due at its time whatever became of those before, and its latency counts from
/// then: a stalled server shows in every attempt that should have been made meanwhile (no coordinated omission).
final class AttemptSchedule {
    /// Attempts that may end while more are begun, before others have their turn.
    private static let endsInATurn = 64

    private let count: Int
    private let concurrency: Int
    private let rate: EventRate?
    private let loop: EventLoop
    /// Let go of at the end: it holds the flow, which holds this schedule.
    private var attempt: ((_ number: Int, _ due: Int64) -> Void)?
    private var whenFinished: (() -> Void)?

    private var startedAt: Int64 = 0
    private var begun = 0
    private var over = 0
    private var isBeginning = false
    private var isStopped = false
    private var timer: TimerQueue.Identifier?

    /// - Parameters:
    ///   - attempt: makes an attempt, numbered from 1; it may end before this returns.
    ///   - finished: called once, when all attempts are over.
    init(
        count: Int, concurrency: Int, rate: EventRate?, loop: EventLoop,
        attempt: @escaping (_ number: Int, _ due: Int64) -> Void, finished: @escaping () -> Void
    ) {
        self.count = count
        self.concurrency = max(1, concurrency)
        self.rate = rate
        self.loop = loop
        self.attempt = attempt
        whenFinished = finished
    }

    var isFinished: Bool { whenFinished == nil }

    func begin() {
        startedAt = MonotonicClock.instant()
        if count == 0 { finish() } else { beginMore() }
    }

    /// Notes that an attempt has ended.
    func ended() {
        over += 1
        guard !isStopped else { return }
        if over == count { finish() } else if rate == nil { beginMore() }
    }

    /// Begins no more attempts.
    func stop() {
        isStopped = true
        loop.cancel(timer)
    }

    func finish() {
        stop()
        let action = whenFinished
        whenFinished = nil
        attempt = nil
        action?()
    }

    /// How many attempts may be under way together with the one that is being made now, itself included.
    var company: Int { rate == nil ? max(1, min(concurrency, count - begun + 1)) : 1 }

    private func beginMore() {
        // It may end before `attempt` returns and come back here: the loop below goes on, not the stack.
        guard !isBeginning else { return }
        isBeginning = true
        defer { isBeginning = false }
        let overBefore = over
        while begun < count, !isStopped, let attempt {
            let due: Int64
            if let rate {
                due = startedAt + Int64(Double(begun) * 1e9 / max(rate.perSecond, 1e-6))
                if due > MonotonicClock.instant() {
                    timer = loop.at(due) { [self] in beginMore() }
                    return
                }
            } else {
                guard begun - over < concurrency else { return }
                // Attempts that end at once leave the others on this loop no turn.
                guard over - overBefore < Self.endsInATurn else {
                    return loop.soon { [self] in beginMore() }
                }
                due = MonotonicClock.instant()
            }
            begun += 1
            attempt(begun, due)
        }
    }
}
