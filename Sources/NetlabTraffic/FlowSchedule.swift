import LinuxSystem
import NetlabModel

/// Starts flows when they are due and tells when all are done; confined to the clients' loop.
final class FlowSchedule: @unchecked Sendable {
    private let drivers: [any FlowDriver]
    private let loop: EventLoop
    private var finishedNames: Set<String> = []
    private var awaited = 0
    private var timers: [TimerQueue.Identifier] = []
    private var origin: Int64 = 0
    private var isCancelled = false
    private var done: (() -> Void)?

    init(_ drivers: [any FlowDriver], loop: EventLoop) {
        self.drivers = drivers
        self.loop = loop
    }

    /// Complains about names that clash and about waiting that never ends.
    static func check(_ flows: [Flow]) throws(TrafficError) {
        var predecessors: [String: String] = [:]
        var names: Set<String> = []
        for flow in flows {
            guard names.insert(flow.name).inserted else {
                throw .order(flow: flow.name, problem: "another flow bears this name")
            }
            predecessors[flow.name] = flow.after
        }
        for flow in flows {
            guard let first = flow.after else { continue }
            guard names.contains(first) else {
                throw .order(flow: flow.name, problem: "it waits for \(first), which does not exist")
            }
            var name = first
            var steps = 0
            while let next = predecessors[name] {
                name = next
                steps += 1
                guard steps <= flows.count else {
                    throw .order(flow: flow.name, problem: "it waits for itself, through \(first)")
                }
            }
        }
    }

    /// Begins; `done` is called once, when every awaited flow has finished.
    func begin(done: @escaping () -> Void) {
        self.done = done
        awaited = drivers.count(where: \.isAwaited)
        origin = MonotonicClock.instant()
        let services = drivers.filter(\.isService)
        var left = services.count
        guard left > 0 else { return beginOthers() }
        for service in services {
            service.awaitReadiness { [self] in
                left -= 1
                if left == 0 { loop.submit { [self] in beginOthers() } }
            }
            start(service)
        }
    }

    private func beginOthers() {
        guard !isCancelled else { return finish() }
        origin = MonotonicClock.instant()
        for driver in drivers where driver.flow.after == nil && !driver.isService {
            arm(driver, since: origin)
        }
        if awaited == 0 { finish() }
    }

    /// Starts a flow now, or as long after that instant as it asks for.
    private func arm(_ driver: any FlowDriver, since instant: Int64) {
        let due = instant + driver.flow.start.nanoseconds
        if due <= MonotonicClock.instant() {
            start(driver)
        } else {
            timers.append(loop.at(due) { [self] in start(driver) })
        }
    }

    private func start(_ driver: any FlowDriver) {
        guard !isCancelled else { return }
        driver.begin(origin: origin) { [self] in
            // Not from within the flow's own call: it may be in the middle of something.
            loop.submit { [self] in finished(driver.flow.name, isAwaited: driver.isAwaited) }
        }
    }

    private func finished(_ name: String, isAwaited: Bool) {
        guard finishedNames.insert(name).inserted else { return }
        let end = MonotonicClock.instant()
        for driver in drivers where driver.flow.after == name { arm(driver, since: end) }
        guard isAwaited else { return }
        awaited -= 1
        if awaited == 0 { finish() }
    }

    /// Ends everything early.
    func cancel() {
        guard !isCancelled else { return }
        isCancelled = true
        for timer in timers { loop.cancel(timer) }
        for driver in drivers { driver.cancel() }
        finish()
    }

    private func finish() {
        let action = done
        done = nil
        action?()
    }

    /// Closes what the clients still hold.
    func close(closed: @escaping () -> Void) {
        var left = drivers.count
        guard left > 0 else { return closed() }
        for driver in drivers {
            driver.close {
                left -= 1
                if left == 0 { closed() }
            }
        }
    }

    func progress(of name: String) -> FlowProgress? {
        drivers.first { $0.flow.name == name }?.progress
    }

    func outcomes() -> [String: FlowOutcome] {
        Dictionary(drivers.map { ($0.flow.name, $0.outcome()) }, uniquingKeysWith: { first, _ in first })
    }
}
