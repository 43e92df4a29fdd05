import ArgumentParser
import NetlabCatalogue
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabScenario
import NetlabVerdict

extension Netlab {
    /// `netlab test`
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run many scenarios in parallel labs.",
            discussion: """
                EXAMPLES
                  netlab test                          the whole catalogue
                  netlab test mtu-100 ./mine.yaml      some scenarios
                  netlab test --tag tcp --jobs 4       by tag
                  netlab test --shard 1/3              the first third
                """)

        @Argument(help: "Names of built-in scenarios or paths of files; the whole catalogue if there is none.")
        var scenarios: [String] = []

        @Option(help: "Only those with this tag; may be given several times.")
        var tag: [String] = []

        @Option(name: .shortAndLong, help: "Labs at once.")
        var jobs = 4

        @Option(help: "How often a scenario that did not pass is run again. One that passes then is reported as flaky.")
        var retry = 0

        @Option(help: "Seconds each scenario may take.")
        var timeout = 120

        @Option(help: ArgumentHelp("Run only the i-th of n equal shares.", valueName: "i/n"))
        var shard: String?

        @OptionGroup var permissions: PermissionOptions

        func validate() throws {
            guard jobs >= 1 else { throw ValidationError("--jobs wants 1 or more") }
            guard retry >= 0 else { throw ValidationError("--retry wants 0 or more") }
            guard timeout >= 1 else { throw ValidationError("--timeout wants 1 or more") }
            _ = try share(of: [Int]())
        }

        mutating func run() async throws {
            let names = scenarios.isEmpty ? Catalogue.scenarios.map(\.name) : scenarios
            let plans = try share(
                of: names.map { try ScenarioArgument.plan(of: ScenarioArgument.source(of: $0, parameters: [:])) }
                    .filter { plan in tag.allSatisfy { plan.tags.contains($0) } })
            guard !plans.isEmpty else { throw ValidationError("no scenario matches") }

            let suite = SuiteRun(
                plans: plans, options: Execution.options(permissions, isBuiltIn: scenarios.isEmpty), jobs: jobs,
                timeout: .seconds(timeout), retries: retry
            ) { NetlabVerdict.Judge.judge($0, plan: $1) }
            Execution.sweep()
            let results = try await Execution.interruptibly {
                await suite.execute { event in
                    if case .finished(let result) = event { Terminal.say(Self.line(result)) }
                }
            }
            let counts = Outcome.allCases.map { outcome in
                "\(results.count { $0.verdict.outcome == outcome }) \(outcome.rawValue)"
            }
            Terminal.say("\(results.count) scenarios: " + counts.joined(separator: ", "))
            try Execution.finish(Outcome.merged(results.map(\.verdict.outcome)).exitCode)
        }

        private static func line(_ result: SuiteRun.Result) -> String {
            let cause = result.verdict.causes.first ?? result.verdict.phases.first { $0.outcome != .passed }.map { phase in
                "\(phase.name): "
                    + (phase.causes.first ?? phase.expectations.first { $0.outcome != .passed }.map {
                        "\($0.text) — \($0.finding)"
                    } ?? "")
            }
            let flaky = result.isFlaky ? " (flaky: passed at try \(result.tries))" : ""
            return "\(result.verdict.outcome.rawValue)  \(result.plan.name)  \(DecimalText.short(result.time.inSeconds, decimals: 2)) s\(flaky)"
                + (cause.map { "\n    \($0)" } ?? "")
        }

        /// The part of a list that this shard runs: every n-th, so that neighbours in the catalogue are spread.
        private func share<Element>(of all: [Element]) throws -> [Element] {
            guard let shard else { return all }
            let parts = shard.split(separator: "/").compactMap { Int($0) }
            guard parts.count == 2, parts[1] >= 1, (1...parts[1]).contains(parts[0]) else {
                throw ValidationError("--shard wants i/n with i from 1 to n, such as 1/3")
            }
            return all.enumerated().filter { $0.offset % parts[1] == parts[0] - 1 }.map(\.element)
        }
    }
}
