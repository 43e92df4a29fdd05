import ArgumentParser
import LinuxSystem
import NetlabCatalogue
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabVerdict

extension Netlab {
    /// `netlab coverage`
    struct Coverage: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the catalogue and tell which of this kernel's counters it moves, and which not.",
            discussion: """
                EXAMPLES
                  netlab coverage
                  netlab coverage --runs 3         what moves by chance is told apart
                  netlab coverage --json > coverage.json
                """)

        @Option(help: "How often each scenario is run; rare events may need more than one.")
        var runs = 1

        @Option(name: .shortAndLong, help: "Labs at once.")
        var jobs = 4

        @Option(help: "Seconds each run may take.")
        var timeout = 120

        @Flag(help: "Print the counts as JSON.")
        var json = false

        @Option(
            help: ArgumentHelp(
                "Also write which scenarios move each counter, as netlab explain tells it.",
                valueName: "file"))
        var movers: String?

        @OptionGroup var permissions: PermissionOptions

        func validate() throws {
            guard runs >= 1 else { throw ValidationError("--runs wants 1 or more") }
            guard jobs >= 1 else { throw ValidationError("--jobs wants 1 or more") }
            guard timeout >= 1 else { throw ValidationError("--timeout wants 1 or more") }
        }

        mutating func run() async throws {
            let plans = try Catalogue.scenarios.map {
                try ScenarioArgument.plan(of: ScenarioArgument.source(of: $0.name, parameters: [:]))
            }
            let all = (0..<runs).flatMap { _ in plans }
            let suite = SuiteRun(
                plans: all, options: Execution.options(permissions.allowed, isBuiltIn: true), jobs: jobs,
                timeout: .seconds(timeout)
            ) { NetlabVerdict.Judge.judge($0, plan: $1) }
            Execution.sweep()
            let results = try await Execution.interruptibly {
                let results = await suite.execute { event in
                    if case .started(let name) = event { Terminal.progress("coverage: \(name)") }
                }
                Terminal.endProgress()
                return results
            }
            var reasons: [String] = []
            do {
                reasons = try KernelDropReasons.names()
            } catch {
                Terminal.complain("netlab: the kernel does not tell its drop reasons: \(error)")
            }
            let coverage = CoverageCount.count(results.map(\.record), dropReasons: reasons)
            if let movers {
                let found = CoverageCount.movers(
                    results.map(\.record), plans: Dictionary(plans.map { ($0.name, $0) }) { $1 })
                try OutputFile.write(MoverTable.text(found), to: movers)
            }
            if json {
                Terminal.say(String(decoding: try RecordJSON.encode(coverage), as: UTF8.self))
            } else {
                Terminal.say(CoverageText.render(coverage, style: Output.style))
            }
            try Execution.finish(coverage.scenarios.isEmpty ? Outcome.unsupported.exitCode : 0)
        }
    }
}

/// The file that `netlab explain` knows from which scenarios move a counter.
enum MoverTable {
    /// Swift source, one counter a line.
    static func text(_ movers: [String: [String]]) -> String {
        let lines = movers.sorted { $0.key < $1.key }.map { id, scenarios in
            "        \(id)| \(scenarios.prefix(4).joined(separator: " "))\n"
        }
        return """
            extension Catalogue {
                /// Made by `netlab coverage --runs 3 --movers FILE`: counter, and scenarios whose fault always moves it.
                static let moverLines = \"""

            """ + lines.joined() + "        \"\"\"\n}\n"
    }
}
