import LinuxSystem
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabVM
import NetlabVerdict

/// Scenarios on several kernels: this host's, and others in virtual machines, one kernel after the other.
struct MatrixRun: Sendable {
    /// The word for this machine's own kernel.
    static let host = "host"

    /// A kernel that everything shall run on.
    enum Place: Sendable {
        case host
        case machine(KernelImage)

        var name: String {
            switch self {
            case .host: MatrixRun.host
            case .machine(let kernel): kernel.name
            }
        }

        var release: String {
            switch self {
            case .host: KernelRelease.running.text
            case .machine(let kernel): kernel.release
            }
        }
    }

    var plans: [NetlabModel.Plan]
    var places: [Place]
    var jobs: Int
    var timeout: Duration
    var retries: Int
    var allowed: Allowed
    var options: ScenarioRun.Options

    /// Resolves the names that the user gave, before anything runs.
    ///
    /// - Throws: `KernelError` for a kernel that is neither in the cache nor a file.
    static func places(_ names: [String]) async throws -> [Place] {
        var places: [Place] = []
        for name in names {
            places.append(
                name == host ? .host : .machine(try await KernelCache.standard.image(for: name)))
        }
        return places
    }

    /// Runs everything; what a cancellation kept from running is missing in the matrix.
    func execute(_ report: @escaping @Sendable (String, SuiteEntry) -> Void) async -> KernelMatrix {
        let start = ContinuousClock.now
        var columns: [[String: SuiteEntry]] = []
        for place in places {
            var entries: [String: SuiteEntry] = [:]
            for result in await suite(on: place).execute({ event in
                if case .finished(let result) = event { report(place.name, result.entry) }
            }) { entries[result.plan.name] = result.entry }
            columns.append(entries)
        }
        return KernelMatrix(
            columns: places.map { KernelMatrix.Column(name: $0.name, release: $0.release) },
            rows: plans.map { plan in row(plan, columns.map { $0[plan.name] }) },
            time: (ContinuousClock.now - start).nanoseconds)
    }

    private func row(_ plan: NetlabModel.Plan, _ entries: [SuiteEntry?]) -> KernelMatrix.Row {
        KernelMatrix.Row(
            scenario: plan.name, title: plan.title,
            cells: entries.map { entry in
                entry.map {
                    KernelMatrix.Cell(
                        outcome: $0.verdict.outcome, cause: $0.cause, time: $0.time.nanoseconds,
                        tries: $0.tries)
                }
            }, differences: MatrixComparison.differences(in: entries.map { $0?.record }, plan: plan))
    }

    /// Whether a machine's clock is to count instructions: where a scenario is made for it, and wherever the processor is emulated,
    /// as a guest that is slow and waits for its turn would meet its time-outs otherwise.
    private static func wantsVirtualTime(
        _ plan: NetlabModel.Plan, _ processors: Int, on kernel: KernelImage
    ) async -> Bool {
        if MachineOptions.wantsVirtualTime(plan) { return true }
        guard processors == 1, let emulator = try? await Emulator.find() else { return false }
        return await Acceleration.choose(emulator, kernel: kernel).acceleration == .tcg
    }

    private func suite(on place: Place) -> SuiteRun {
        switch place {
        case .host:
            return SuiteRun(
                plans: plans, options: options, jobs: jobs, timeout: timeout, retries: retries,
                judge: { Judge.judge($0, plan: $1) })
        case .machine(let kernel):
            // An emulated processor takes a whole one of this machine's; more machines than those are only slower.
            let machines = min(jobs, max(HostFacts.description.cpus, 1))
            let (timeout, allowed) = (timeout, allowed)
            return SuiteRun(
                plans: plans, options: options, jobs: machines, timeout: timeout + .seconds(30),
                retries: retries,
                elsewhere: { plan in
                    var settings = VirtualMachine.Settings()
                    settings.limit = timeout
                    for case .cpus(let count) in plan.needs {
                        settings.processors = max(settings.processors, count)
                    }
                    settings.isVirtualTime = await Self.wantsVirtualTime(
                        plan, settings.processors, on: kernel)
                    return await VirtualRun(
                        plan: plan, kernel: kernel, settings: settings, allowed: allowed
                    ).execute()
                }, judge: { Judge.judge($0, plan: $1) })
        }
    }
}
