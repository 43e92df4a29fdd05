import ArgumentParser
import LinuxSystem
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabVerdict

extension Netlab {
    /// `netlab run`
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reproduce a failure case and judge what the kernel's counters say.",
            discussion: """
                EXAMPLES
                  netlab run mtu-100
                  netlab run mtu-100 --set mtu=127 --json
                  netlab run ./mine.yaml --record mine.json
                  netlab run syn-lost --capture syn.pcapng
                """)

        @OptionGroup var scenario: ScenarioArgument
        @OptionGroup var permissions: PermissionOptions

        @Option(help: ArgumentHelp("Where to save the run's record.", valueName: "file"))
        var record: String?

        @Option(
            help: ArgumentHelp("Write every packet at both ends of every link, as pcapng.", valueName: "file")
        )
        var capture: String?

        @Flag(help: "Print the verdict as JSON instead of text.")
        var json = false

        @Flag(name: .shortAndLong, help: "Print the outcome alone.")
        var quiet = false

        mutating func run() async throws {
            let plan = try scenario.plan()
            Execution.sweep()
            let (permissions, capture) = (permissions, capture)
            let record = try await Execution.interruptibly {
                try await Execution.execute(plan, permissions: permissions, capture: capture)
            }
            let path = try RecordStore.save(record, to: self.record)
            let verdict = NetlabVerdict.Judge.judge(record, plan: plan)
            try Output.show(record, verdict, plan, json: json, quiet: quiet, path: path)
            try Execution.finish(verdict.outcome.exitCode)
        }
    }
}

/// What a user may allow.
struct PermissionOptions: ParsableArguments {
    @Flag(help: "Let the scenario change settings of the whole machine; they are put back.")
    var allowHostChanges = false

    @Flag(help: "Let a scenario that is not built in run programs.")
    var allowExec = false

    var allowed: Allowed { Allowed(hostChanges: allowHostChanges, exec: allowExec) }
}

/// What a user has allowed.
struct Allowed: Sendable {
    var hostChanges = false
    var exec = false
}
