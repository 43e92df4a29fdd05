import ArgumentParser
import NetlabModel
import NetlabScenario

extension Netlab {
    /// `netlab validate`
    struct Validate: AsyncParsableCommand {
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

        func run() async throws {
            let values = try ScenarioArgument.split(parameters)
            let sources = try scenarios.map { try ScenarioArgument.source(of: $0, parameters: values) }
            var broken = 0
            for (source, result) in zip(sources, await Self.parsed(sources)) {
                if !result.diagnostics.isEmpty {
                    let list = DiagnosticList(file: source.path, diagnostics: result.diagnostics)
                    Terminal.complain(list.description)
                }
                if result.isSound { Terminal.say("\(source.path): valid") } else { broken += 1 }
            }
            if broken > 0 { throw ExitCode(65) }
        }

        private typealias Parsed = (isSound: Bool, diagnostics: [Diagnostic])

        /// Files know nothing of each other, so that each CPU reads some; the results are in the files' order.
        private static func parsed(_ sources: [ScenarioSource]) async -> [Parsed] {
            await withTaskGroup(of: (index: Int, result: Parsed).self) { group in
                for (index, source) in sources.enumerated() {
                    group.addTask {
                        let (plan, diagnostics) = ScenarioParser.parse(source)
                        return (index, (plan != nil, diagnostics))
                    }
                }
                var results = [Parsed](repeating: (false, []), count: sources.count)
                for await (index, result) in group { results[index] = result }
                return results
            }
        }
    }
}
