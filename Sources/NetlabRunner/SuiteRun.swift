import LinuxSystem
import NetlabModel

/// Many scenarios in parallel labs. Those that change settings of the whole machine, or read counters that
/// all labs share, run alone.
public struct SuiteRun: Sendable {
    /// What came of one scenario, with every try.
    public struct Result: Sendable {
        public var plan: Plan
        public var record: RunRecord
        public var verdict: Verdict
        /// How often it ran; more than once only if a retry was asked for.
        public var tries: Int
        /// Wall time of the last try.
        public var time: Duration

        /// Passed, but not at the first try.
        public var isFlaky: Bool { tries > 1 && verdict.outcome == .passed }
    }

    /// What a suite is doing, for live progress.
    public enum Event: Sendable {
        case started(String)
        case finished(Result)
    }

    var plans: [Plan]
    var options: ScenarioRun.Options
    /// At most this many labs at once.
    var jobs: Int
    /// For each scenario.
    var timeout: Duration
    var retries: Int
    let judge: @Sendable (RunRecord, Plan) -> Verdict

    public init(
        plans: [Plan], options: ScenarioRun.Options, jobs: Int, timeout: Duration, retries: Int = 0,
        judge: @escaping @Sendable (RunRecord, Plan) -> Verdict
    ) {
        self.plans = plans
        self.options = options
        self.jobs = max(jobs, 1)
        self.timeout = timeout
        self.retries = retries
        self.judge = judge
    }

    /// Runs everything.
    ///
    /// - Returns: the results in the order of the plans, whatever order they finished in. Scenarios that a
    ///   cancellation kept from starting are missing.
    public func execute(_ report: @escaping @Sendable (Event) -> Void = { _ in }) async -> [Result] {
        let numbered = Array(plans.enumerated())
        let alone = numbered.filter { Self.mustRunAlone($0.element) }
        let together = numbered.filter { !Self.mustRunAlone($0.element) }
        var results: [Int: Result] = [:]

        await withTaskGroup(of: (Int, Result).self) { group in
            var waiting = together[...]
            func startNext() {
                guard !Task.isCancelled, let (index, plan) = waiting.popFirst() else { return }
                report(.started(plan.name))
                group.addTask { (index, await run(plan)) }
            }
            for _ in 0..<jobs { startNext() }
            while let (index, result) = await group.next() {
                results[index] = result
                report(.finished(result))
                startNext()
            }
        }
        for (index, plan) in alone where !Task.isCancelled {
            report(.started(plan.name))
            let result = await run(plan)
            results[index] = result
            report(.finished(result))
        }
        return results.sorted { $0.key < $1.key }.map(\.value)
    }

    private func run(_ plan: Plan) async -> Result {
        var tries = 0
        while true {
            tries += 1
            let start = ContinuousClock.now
            let record = await Self.limited(ScenarioRun(plan: plan, options: options), to: timeout)
            let verdict = judge(record, plan)
            let result = Result(
                plan: plan, record: record, verdict: verdict, tries: tries, time: ContinuousClock.now - start)
            let isFinal = verdict.outcome == .passed || verdict.outcome == .unsupported
            if isFinal || tries > retries || Task.isCancelled { return result }
        }
    }

    /// Executes a run that may not take longer than this; its lab is taken down all the same.
    public static func limited(_ run: ScenarioRun, to limit: Duration) async -> RunRecord {
        let execution = Task { await run.execute() }
        let alarm = Task {
            try await Task.sleep(for: limit)
            execution.cancel()
        }
        var record = await withTaskCancellationHandler {
            await execution.value
        } onCancel: {
            execution.cancel()
        }
        alarm.cancel()
        if record.interruption != nil, !Task.isCancelled {
            record.interruption = "it took longer than the limit of \(limit.text)"
        }
        return record
    }

    private static func mustRunAlone(_ plan: Plan) -> Bool {
        plan.phases.contains { phase in
            !phase.state.host.isEmpty
                || phase.expectations.contains { expectation in
                    expectation.predicate.quantities.flatMap(\.leaves).contains { leaf in
                        if case .counter(_, let id) = leaf { id.isHostWide } else { false }
                    }
                }
        }
    }
}
