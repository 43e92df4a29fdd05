import ArgumentParser
import NetlabVerdict

extension Netlab {
    /// `netlab judge`
    struct Judge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Judge a saved record again. Needs no root and touches nothing.",
            discussion: """
                EXAMPLES
                  netlab run mtu-100 --record mtu.json; netlab judge mtu.json
                """)

        @Argument(help: "A record that netlab run saved.", completion: .file(extensions: ["json"]))
        var record: String

        @Flag(help: "Print the verdict as JSON instead of text.")
        var json = false

        @Flag(name: .shortAndLong, help: "Print the outcome alone.")
        var quiet = false

        func run() throws {
            let record = try RecordStore.load(record)
            let plan = try ScenarioArgument.plan(of: record.scenario, withholding: record.withheld)
            let verdict = NetlabVerdict.Judge.judge(record, plan: plan)
            try Output.show(record, verdict, plan, json: json, quiet: quiet, path: self.record)
            throw ExitCode(verdict.outcome.exitCode)
        }
    }
}
