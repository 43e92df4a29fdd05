import ArgumentParser
import NetlabModel
import NetlabScenario

extension Netlab {
    /// `netlab validate`
    struct Validate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check scenario files. All complaints at once; nothing is created.",
            discussion: """
                EXAMPLES
                  netlab validate ./mine.yaml
                  netlab validate scenarios/*.yaml
                """)

        @Argument(help: "Files, or names of built-in scenarios.")
        var scenarios: [String]

        @Option(
            name: .customLong("set"),
            help: ArgumentHelp("Set a parameter of the scenarios.", valueName: "name=value"))
        var parameters: [String] = []

        func run() throws {
            let values = try ScenarioArgument.split(parameters)
            var broken = 0
            for scenario in scenarios {
                let source = try ScenarioArgument.source(of: scenario, parameters: values)
                let (plan, diagnostics) = ScenarioParser.parse(source)
                if !diagnostics.isEmpty {
                    Terminal.complain(DiagnosticList(file: source.path, diagnostics: diagnostics).description)
                }
                if plan == nil { broken += 1 } else { Terminal.say("\(source.path): valid") }
            }
            if broken > 0 { throw ExitCode(65) }
        }
    }
}
