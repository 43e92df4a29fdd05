import ArgumentParser
import LinuxSystem
import NetlabModel
import NetlabRunner

/// Executing a plan from the command line: progress, Ctrl-C, privileges.
enum Execution {
    static func execute(
        _ plan: NetlabModel.Plan, permissions: PermissionOptions, withheld: String? = nil
    ) async throws -> RunRecord {
        var options = options(permissions, isBuiltIn: plan.source.path.hasPrefix("builtin:"))
        options.withheld = withheld
        let run = ScenarioRun(plan: plan, options: options) { Terminal.progress(line($0, plan)) }
        defer { Terminal.endProgress() }
        return await run.execute()
    }

    /// What the user allows. Built-in scenarios may run programs: their text is part of the binary.
    static func options(_ permissions: PermissionOptions, isBuiltIn: Bool) -> ScenarioRun.Options {
        var options = ScenarioRun.Options()
        options.allowsHostChanges = permissions.allowHostChanges
        options.allowsExec = permissions.allowExec || isBuiltIn
        options.commandLine = CommandLine.arguments
        options.tool = Netlab.version
        return options
    }

    private static func line(_ progress: ScenarioRun.Progress, _ plan: NetlabModel.Plan) -> String {
        switch progress {
        case .building: "\(plan.name): building the lab"
        case .phase(let name, let number, let count): "\(plan.name): phase \(number) of \(count), \(name)"
        case .tearingDown: "\(plan.name): taking the lab down"
        }
    }
}
