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
        /// Which of the repetitions this is, from 1; nil if each scenario runs once.
        public var round: Int?
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
    /// How often each scenario runs.
    var repeats: Int
    /// Carries a plan out elsewhere than on this host.
    let elsewhere: (@Sendable (Plan) async -> RunRecord)?
    let judge: @Sendable (RunRecord, Plan) -> Verdict

    /// - Parameter elsewhere: carries plans out where each has a machine of its own, so that none has to run alone; nil
    ///   for this host.
    public init(
        plans: [Plan], options: ScenarioRun.Options, jobs: Int, timeout: Duration, retries: Int = 0,
        repeats: Int = 1, elsewhere: (@Sendable (Plan) async -> RunRecord)? = nil,
        judge: @escaping @Sendable (RunRecord, Plan) -> Verdict
    ) {
        self.plans = plans
        self.options = options
        self.jobs = max(jobs, 1)
        self.timeout = timeout
        self.retries = retries
        self.repeats = max(repeats, 1)
        self.elsewhere = elsewhere
        self.judge = judge
    }

    /// Runs everything.
    ///
    /// - Returns: the results in the order of the plans, whatever order they finished in; the repetitions of one plan
    ///   follow each other. Scenarios that a cancellation kept from starting are missing.
    public func execute(_ report: @escaping @Sendable (Event) -> Void = { _ in }) async -> [Result] {
        // Round by round: what disturbs the machine for a while then disturbs many scenarios a little.
        let numbered = (0..<repeats).flatMap { round in
            plans.enumerated().map {
                Repetition(index: $0.offset * repeats + round, round: round, plan: $0.element)
            }
        }
        let alone = numbered.filter { elsewhere == nil && Self.mustRunAlone($0.plan) }
        let together = numbered.filter { elsewhere != nil || !Self.mustRunAlone($0.plan) }
        var results: [Int: Result] = [:]

        await withTaskGroup(of: (Int, Result).self) { group in
            var waiting = together[...]
            func startNext() {
                guard !Task.isCancelled, let next = waiting.popFirst() else { return }
                report(.started(next.plan.name))
                group.addTask { (next.index, await run(next)) }
            }
            for _ in 0..<jobs { startNext() }
            while let (index, result) = await group.next() {
                results[index] = result
                report(.finished(result))
                startNext()
            }
        }
        for next in alone where !Task.isCancelled {
            report(.started(next.plan.name))
            let result = await run(next)
            results[next.index] = result
            report(.finished(result))
        }
        return results.sorted { $0.key < $1.key }.map(\.value)
    }

    /// One run that is to be made.
    private struct Repetition {
        var index: Int
        /// From 0.
        var round: Int
        var plan: Plan
    }

    private func run(_ repetition: Repetition) async -> Result {
        let plan = repetition.plan
        var tries = 0
        while true {
            tries += 1
            let start = ContinuousClock.now
            var record = await Self.limited(to: timeout) { [elsewhere, options] in
                if let elsewhere { return await elsewhere(plan) }
                return await ScenarioRun(plan: plan, options: options).execute()
            }
            let verdict = judge(record, plan)
            let isFinal = verdict.outcome == .passed || verdict.outcome == .unsupported
            // Each phase's counters are a third of a megabyte: a long series keeps those that somebody will look at.
            if repeats > 1, isFinal { record.phases = record.phases.map { PhaseRecord(name: $0.name) } }
            let result = Result(
                plan: plan, record: record, verdict: verdict, tries: tries,
                round: repeats > 1 ? repetition.round + 1 : nil, time: ContinuousClock.now - start)
            if isFinal || tries > retries || Task.isCancelled { return result }
        }
    }

    /// Executes a run that may not take longer than this; its lab is taken down all the same.
    public static func limited(_ run: ScenarioRun, to limit: Duration) async -> RunRecord {
        await limited(to: limit) { await run.execute() }
    }

    private static func limited(
        to limit: Duration, _ work: @escaping @Sendable () async -> RunRecord
    ) async -> RunRecord {
        let execution = Task { await work() }
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
