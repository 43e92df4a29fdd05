import Synchronization
import Testing

@testable import NetlabTraffic

struct AttemptScheduleTests {
    /// Holds its schedule, as a flow does; the schedule's closures hold it in turn.
    private final class Owner: @unchecked Sendable {
        var schedule: AttemptSchedule?
        var attempts = 0

        func begin(count: Int, endsAttempts: Bool, loop: EventLoop, finished: @escaping () -> Void) {
            let schedule = AttemptSchedule(count: count, concurrency: 2, rate: nil, loop: loop) {
                [self] _, _ in
                attempts += 1
                if endsAttempts { self.schedule?.ended() }
            } finished: {
                finished()
            }
            self.schedule = schedule
            schedule.begin()
        }
    }

    /// Otherwise a suite would collect an event loop, and the namespace of every flow, with each phase.
    @Test(arguments: [true, false])
    func scheduleThatIsOverKeepsNothingAlive(endsAttempts: Bool) async throws {
        let loop = try EventLoop(name: "nl-test")
        weak var observed: Owner?
        let attempts: Int = await withCheckedContinuation { continuation in
            let owner = Owner()
            observed = owner
            loop.submit {
                owner.begin(count: 5, endsAttempts: endsAttempts, loop: loop) {}
                if !endsAttempts { owner.schedule?.finish() }
                continuation.resume(returning: owner.attempts)
            }
        }
        #expect(attempts == (endsAttempts ? 5 : 2))
        await withCheckedContinuation { continuation in loop.stop { continuation.resume() } }
        #expect(observed == nil)
    }
}
