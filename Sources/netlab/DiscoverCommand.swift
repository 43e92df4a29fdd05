import ArgumentParser
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabVerdict

extension Netlab {
    /// `netlab discover`
    struct Discover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run a scenario several times and list the counters that its fault moves.",
            discussion: """
                Lists what rose in a fault phase of every run and in no control phase, as lines for expect:. Counters that
                other programs on the machine move too are left out.

                EXAMPLES
                  netlab discover mtu-100
                  netlab discover ./mine.yaml --runs 5
                """)

        @OptionGroup var scenario: ScenarioArgument

        @Option(help: "How often the scenario is run.")
        var runs = 3

        @Flag(help: "Print what was found as JSON.")
        var json = false

        @OptionGroup var permissions: PermissionOptions

        func validate() throws {
            guard runs >= 1 else { throw ValidationError("--runs wants 1 or more") }
        }

        mutating func run() async throws {
            let plan = try scenario.plan()
            Execution.sweep()
            let (permissions, runs) = (permissions, runs)
            // One after the other: labs at once compete for the processors, and figures vary more.
            let records = try await Execution.interruptibly {
                var records: [RunRecord] = []
                for _ in 0..<runs where !Task.isCancelled {
                    records.append(try await Execution.execute(plan, permissions: permissions))
                }
                return records
            }
            // A run that did not go through all phases says nothing; the reason is the reader's next step.
            let whole = records.filter { $0.missing.isEmpty && $0.failure == nil && $0.interruption == nil }
            guard whole.count == runs else {
                for record in records where record.missing.isEmpty {
                    if let cause = record.failure ?? record.interruption {
                        Terminal.complain("netlab: a run of \(plan.name) did not finish: \(cause)")
                    }
                }
                for need in records.first?.missing ?? [] {
                    Terminal.complain("netlab: \(need.need): \(need.reason); \(need.cure)")
                }
                let isUnsupported = records.contains { !$0.missing.isEmpty }
                try Execution.finish((isUnsupported ? Outcome.unsupported : .inconclusive).exitCode)
            }
            let found = CounterDiscovery.discover(in: whole, plan: plan)
            if json {
                Terminal.say(String(decoding: try RecordJSON.encode(found), as: UTF8.self))
            } else {
                let phases = plan.phases.filter { $0.role == .fault }.map(\.name)
                Terminal.say(DiscoveryText.render(found, phases: phases, runs: runs, style: Output.style))
            }
            try Execution.finish(0)
        }
    }
}
