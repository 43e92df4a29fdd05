import ArgumentParser
import LinuxSystem
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabScenario
import NetlabVerdict

extension Netlab {
    /// `netlab sweep`. (`Sweep` is the name of what cleans up.)
    struct SweepParameter: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sweep",
            abstract: "Run a scenario over a range of a parameter, and find where its verdict flips.",
            discussion: """
                Values are whole numbers; a value with which the scenario is not valid is told and not run. A unit behind the range is put behind each of them. Without a step and without
                --find-threshold, at most 25 values are run, spread evenly.

                EXAMPLES
                  netlab sweep mtu-100 mtu=60..300:20
                  netlab sweep mtu-100 mtu=60..300 --find-threshold      the exact MTU
                  netlab sweep mtu-100 'request=50..300 B' --find-threshold --phase fault

                EXIT CODES
                  0 answered   1 --find-threshold found no flip   3 unsupported here
                """)

        /// Values of a sweep for which no step was asked.
        static let usualValues = 25
        /// A table of more would be read by nobody; --find-threshold takes any range.
        static let mostValues = 1000

        @OptionGroup var scenario: ScenarioArgument

        @Argument(
            help: ArgumentHelp("The parameter and its values.", valueName: "param=lo..hi[:step][ unit]"),
            transform: {
                do { return try SweepRange($0) } catch { throw ValidationError("\(error)") }
            })
        var range: SweepRange

        @Option(name: .shortAndLong, help: "Labs at once.")
        var jobs = 4

        @Option(help: "Seconds each run may take.")
        var timeout = 120

        @Flag(help: "Find the exact values between which the outcome changes.")
        var findThreshold = false

        @Option(help: ArgumentHelp("Look at the outcome of this phase alone.", valueName: "name"))
        var phase: String?

        @OptionGroup var permissions: PermissionOptions

        func validate() throws {
            guard jobs >= 1 else { throw ValidationError("--jobs wants 1 or more") }
            guard timeout >= 1 else { throw ValidationError("--timeout wants 1 or more") }
            if !findThreshold, range.step != nil, range.count > Self.mostValues {
                throw ValidationError(
                    "\(range.count) values are more than \(Self.mostValues); take a larger step, or --find-threshold"
                )
            }
        }

        mutating func run() async throws {
            let source = try scenario.source()
            let (range, phase, jobs, finds) = (range, phase, jobs, findThreshold)
            // Where neither end makes a valid scenario, the parameter's name or its unit is wrong.
            let ends = [range.lower, range.upper].map { Self.parsed(source, range, $0) }
            guard let plan = ends.lazy.compactMap(\.plan).first else {
                Terminal.complain("netlab: with \(range.parameter)=\(range.text(of: range.lower)):")
                Terminal.complain(
                    DiagnosticList(file: source.path, diagnostics: ends[0].diagnostics).description)
                throw ExitCode(65)
            }
            let phases = plan.phases.map(\.name)
            if let phase, !phases.contains(phase) {
                throw ValidationError(
                    "there is no phase \"\(phase)\"; they are \(phases.joined(separator: ", "))")
            }
            Execution.sweep()
            let options = Execution.options(
                permissions.allowed, isBuiltIn: source.path.hasPrefix("builtin:"))
            let limit = Duration.seconds(timeout)
            let (rows, flips) = try await Execution.interruptibly {
                var rows: [Int: SweepText.Row] = [:]
                var search = ThresholdSearch<Outcome?>(
                    count: range.count,
                    firstPoints: finds ? 9 : range.step == nil ? Self.usualValues : range.count)
                while !Task.isCancelled {
                    // Without --find-threshold the first look is all.
                    let places = finds || rows.isEmpty ? search.next(atMost: jobs) : []
                    if places.isEmpty { break }
                    var plans: [NetlabModel.Plan] = []
                    for place in places {
                        let (plan, diagnostics) = Self.parsed(source, range, range.value(at: place))
                        if let plan {
                            plans.append(plan)
                        } else {
                            rows[place] = SweepText.Row(
                                value: range.text(of: range.value(at: place)), outcome: nil,
                                cause: diagnostics.first { $0.severity == .error }?.message)
                            search.record(nil, at: place)
                        }
                    }
                    let suite = SuiteRun(plans: plans, options: options, jobs: jobs, timeout: limit) {
                        NetlabVerdict.Judge.judge($0, plan: $1)
                    }
                    Terminal.progress("\(source.name): \(rows.count) values done, \(places.count) under way")
                    for result in await suite.execute() {
                        guard result.record.interruption != "interrupted",
                            let text = result.plan.source.parameters[range.parameter],
                            let place = places.first(where: { range.text(of: range.value(at: $0)) == text })
                        else { continue }
                        let row = Self.row(result, text, phase)
                        rows[place] = row
                        search.record(row.outcome, at: place)
                    }
                    // A cancelled look is incomplete, and would be asked for again.
                    if places.contains(where: { rows[$0] == nil }) { break }
                }
                Terminal.endProgress()
                let flips = search.flips.compactMap { flip -> SweepText.Flip? in
                    guard let before = rows[flip.before], let after = rows[flip.after] else { return nil }
                    return SweepText.Flip(before: before, after: after)
                }
                return (rows.sorted { $0.key < $1.key }.map(\.value), flips)
            }
            Terminal.say(SweepText.render(rows, parameter: range.parameter, style: Output.style))
            if findThreshold {
                Terminal.say(
                    SweepText.thresholds(
                        flips, rows: rows, parameter: range.parameter,
                        range: "\(range.lower)..\(range.upper)\(range.unit)", style: Output.style))
            }
            let isUnsupported = !rows.isEmpty && rows.allSatisfy { $0.outcome == .unsupported }
            try Execution.finish(
                isUnsupported
                    ? Outcome.unsupported.exitCode
                    : findThreshold && !flips.contains(where: \.isVerdict) ? 1 : 0)
        }

        /// The scenario at one value.
        private static func parsed(
            _ source: ScenarioSource, _ range: SweepRange, _ value: Int
        ) -> (plan: NetlabModel.Plan?, diagnostics: [Diagnostic]) {
            var source = source
            source.parameters[range.parameter] = range.text(of: value)
            return ScenarioParser.parse(source)
        }

        /// What came of one value, as a whole or in one phase.
        private static func row(_ result: SuiteRun.Result, _ value: String, _ phase: String?) -> SweepText.Row
        {
            var entry = result.entry
            if let found = entry.verdict.phases.first(where: { $0.name == phase }) {
                entry.verdict = Verdict(outcome: found.outcome, causes: [], phases: [found])
            }
            return SweepText.Row(value: value, outcome: entry.verdict.outcome, cause: entry.cause)
        }
    }
}
