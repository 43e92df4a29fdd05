import ArgumentParser
import Glibc
import LinuxSystem
import NetlabModel
import NetlabRunner
import Synchronization

/// Executing plans from the command line: progress, Ctrl-C, what a crash left behind.
enum Execution {
    /// Does work that a signal cancels; the second signal ends the process at once.
    ///
    /// Labs are taken down before this returns. Afterwards `finish` lets the shell see the signal.
    static func interruptibly<Success: Sendable>(
        _ body: @escaping @Sendable () async throws -> Success
    ) async throws -> Success {
        let signals = try Signals()
        let work = Task { try await body() }
        let watcher = Task {
            for await signal in signals.stream {
                if received.exchange(signal, ordering: .relaxed) != 0 { Signals.end(by: signal) }
                Terminal.endProgress()
                Terminal.complain(
                    "netlab: \(SignalName.name(signal)): taking everything down; once more ends at once")
                work.cancel()
            }
        }
        defer { watcher.cancel() }
        return try await work.value
    }

    /// Ends the command with an exit code, or by the signal that interrupted it.
    static func finish(_ code: Int32) throws -> Never {
        let signal = received.load(ordering: .relaxed)
        if signal != 0 { Signals.end(by: signal) }
        throw ExitCode(code)
    }

    private static let received = Atomic<Int32>(0)

    /// Executes one plan with a progress line.
    static func execute(
        _ plan: NetlabModel.Plan, permissions: PermissionOptions, withheld: String? = nil,
        capture: String? = nil
    ) async throws -> RunRecord {
        var options = options(permissions.allowed, isBuiltIn: plan.source.path.hasPrefix("builtin:"))
        options.capture = capture
        options.withheld = withheld
        let run = ScenarioRun(plan: plan, options: options) { Terminal.progress(line($0, plan)) }
        defer { Terminal.endProgress() }
        return await run.execute()
    }

    /// What the user allows. Built-in scenarios may run programs: their text is part of the binary.
    static func options(_ allowed: Allowed, isBuiltIn: Bool) -> ScenarioRun.Options {
        var options = ScenarioRun.Options()
        options.allowsHostChanges = allowed.hostChanges
        options.allowsExec = allowed.exec || isBuiltIn
        options.commandLine = CommandLine.arguments
        options.tool = Netlab.version
        return options
    }

    /// Undoes what a killed netlab left behind, before anything new is made.
    static func sweep() {
        do {
            let report = try Sweep.stale()
            for line in report.undone + report.failures { Terminal.complain("netlab: \(line)") }
        } catch {
            Terminal.complain("netlab: could not look for what a killed run left behind: \(error)")
        }
    }

    static func line(_ progress: ScenarioRun.Progress, _ plan: NetlabModel.Plan) -> String {
        switch progress {
        case .building: "\(plan.name): building the lab"
        case .phase(let name, let number, let count): "\(plan.name): phase \(number) of \(count), \(name)"
        case .tearingDown: "\(plan.name): taking the lab down"
        }
    }
}
