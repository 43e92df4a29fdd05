import ArgumentParser
import LinuxSystem
import NetlabCatalogue
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabScenario
import NetlabVM
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
                  netlab test mtu-100 --repeat 100     is its verdict stable?
                  netlab test --kernels host,debian-6.1-cloud,debian-6.12-cloud --html matrix.html
                """)

        @Argument(
            help: "Names of built-in scenarios or paths of files; the whole catalogue if there is none.")
        var scenarios: [String] = []

        @Option(help: "Only those with this tag; may be given several times.")
        var tag: [String] = []

        @Option(name: .shortAndLong, help: "Labs at once.")
        var jobs = 4

        @Option(
            help:
                "How often a scenario that did not pass is run again. One that passes then is reported as flaky."
        )
        var retry = 0

        @Option(
            name: .customLong("repeat"),
            help: "How often each scenario is run. Of repetitions that passed, reports keep no counters.")
        var repeats = 1

        @Option(help: "Seconds each scenario may take.")
        var timeout = 120

        @Option(help: ArgumentHelp("Run only the i-th of n equal shares.", valueName: "i/n"))
        var shard: String?

        @Option(
            help: ArgumentHelp(
                "Run on several kernels, in virtual machines but for \"host\", and show one table.",
                valueName: "host,kernel…"),
            completion: .custom { _, _, _ in ["host"] + KernelCache.standard.kernels().map(\.name) })
        var kernels: String?

        @OptionGroup var links: DriverOption
        @OptionGroup var permissions: PermissionOptions
        @OptionGroup var files: ReportFiles

        func validate() throws {
            guard jobs >= 1 else { throw ValidationError("--jobs wants 1 or more") }
            guard retry >= 0 else { throw ValidationError("--retry wants 0 or more") }
            guard repeats >= 1 else { throw ValidationError("--repeat wants 1 or more") }
            guard kernels != nil || files.html == nil else {
                throw ValidationError("--html shows scenarios against kernels; give --kernels too")
            }
            guard kernels == nil || (files.tap == nil && repeats == 1) else {
                throw ValidationError("several kernels go neither with --tap nor with --repeat")
            }
            guard timeout >= 1 else { throw ValidationError("--timeout wants 1 or more") }
            _ = try share(of: [Int]())
        }

        mutating func run() async throws {
            let names = scenarios.isEmpty ? Catalogue.scenarios.map(\.name) : scenarios
            let plans = try share(
                of: names.map {
                    try ScenarioArgument.plan(
                        of: ScenarioArgument.source(of: $0, parameters: links.added(to: [:])))
                }
                .filter { plan in tag.allSatisfy { plan.tags.contains($0) } })
            guard !plans.isEmpty else { throw ValidationError("no scenario matches") }
            if let kernels { return try await runMatrix(plans, on: kernels) }

            let suite = SuiteRun(
                plans: plans, options: Execution.options(permissions.allowed, isBuiltIn: scenarios.isEmpty),
                jobs: jobs,
                timeout: .seconds(timeout), retries: retry, repeats: repeats
            ) { NetlabVerdict.Judge.judge($0, plan: $1) }
            Execution.sweep()
            let start = ContinuousClock.now
            let style = Output.style
            let results = try await Execution.interruptibly {
                await suite.execute { event in
                    if case .finished(let result) = event {
                        Terminal.say(SuiteText.line(result.entry, style: style))
                    }
                }
            }
            let entries = results.map(\.entry)
            let time = ContinuousClock.now - start
            try files.write(entries, time: time)
            if Environment.current["GITHUB_ACTIONS"] == "true" {
                GitHubAnnotations.lines(entries).forEach(Terminal.say)
            }
            Terminal.say("")
            Terminal.say(
                repeats > 1
                    ? SuiteText.series(entries, time: time, style: style)
                    : SuiteText.summary(entries, time: time, style: style))
            try Execution.finish(Outcome.merged(entries.map(\.verdict.outcome)).exitCode)
        }

        private func runMatrix(_ plans: [NetlabModel.Plan], on kernels: String) async throws {
            let names = kernels.split(separator: ",").map(String.init)
            guard !names.isEmpty, Set(names).count == names.count else {
                throw ValidationError("--kernels wants names, each once, such as host,debian-6.1-cloud")
            }
            let places: [MatrixRun.Place]
            do {
                places = try await MatrixRun.places(names)
            } catch {
                throw ValidationError("\(error)")
            }
            Execution.sweep()
            let run = MatrixRun(
                plans: plans, places: places, jobs: jobs, timeout: .seconds(timeout), retries: retry,
                allowed: permissions.allowed,
                options: Execution.options(permissions.allowed, isBuiltIn: scenarios.isEmpty))
            let style = Output.style
            let matrix = try await Execution.interruptibly {
                await run.execute { kernel, entry in
                    Terminal.say("\(kernel)  \(SuiteText.line(entry, style: style))")
                }
            }
            try files.write(matrix)
            Terminal.say("")
            Terminal.say(MatrixText.render(matrix, style: style))
            try Execution.finish(matrix.outcome.exitCode)
        }

        /// The part of a list that this shard runs: every n-th, so that neighbours in the catalogue are
        /// spread.
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

/// Where a suite's results are written besides the terminal; any of them at once.
struct ReportFiles: ParsableArguments {
    @Option(help: ArgumentHelp("Write JUnit XML, for Jenkins and GitLab.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Write TAP 14.", valueName: "file"))
    var tap: String?

    @Option(help: ArgumentHelp("Write records and verdicts as JSON, one scenario a line.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("With --kernels: write one page of HTML.", valueName: "file"))
    var html: String?

    func write(_ matrix: KernelMatrix) throws {
        do {
            if let junit { try OutputFile.write(MatrixJUnit.render(matrix), to: junit) }
            if let json {
                try OutputFile.write(String(decoding: try RecordJSON.encode(matrix), as: UTF8.self), to: json)
            }
            if let html {
                let generated = "netlab \(Netlab.version), \(WallClock.rfc3339())"
                try OutputFile.write(MatrixHTML.render(matrix, generated: generated), to: html)
            }
        } catch {
            Terminal.complain("netlab: a report could not be written: \(error)")
            throw ExitCode(74)
        }
    }

    func write(_ entries: [SuiteEntry], time: Duration) throws {
        do {
            if let junit {
                try OutputFile.write(JUnitReport.render(entries, time: time), to: junit)
            }
            if let tap { try OutputFile.write(TAPReport.render(entries), to: tap) }
            if let json {
                let lines = try entries.map { entry in
                    String(
                        decoding: try RecordJSON.encodeLine(
                            JudgedRun(record: entry.record, verdict: entry.verdict)),
                        as: UTF8.self)
                }
                try OutputFile.write(lines.joined(), to: json)
            }
        } catch {
            Terminal.complain("netlab: a report could not be written: \(error)")
            throw ExitCode(74)
        }
    }

    private struct JudgedRun: Encodable {
        var record: RunRecord
        var verdict: Verdict
    }
}

extension SuiteRun.Result {
    /// The result as reports take it.
    var entry: SuiteEntry {
        SuiteEntry(plan: plan, record: record, verdict: verdict, tries: tries, round: round, time: time)
    }
}
