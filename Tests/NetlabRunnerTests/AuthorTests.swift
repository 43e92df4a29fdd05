import Foundation
import KernelTestSupport
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabScenario
import NetlabVerdict
import Testing

/// What authors are given: a file to begin with, a page of what there is, and answers about a scenario.
@Suite struct AuthorTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func plan(
        _ name: String, _ text: String, parameters: [String: String] = [:], withholding phase: String? = nil
    ) throws -> Plan {
        let source = ScenarioSource(name: name, path: "\(name).yaml", text: text, parameters: parameters)
        let (plan, diagnostics) = ScenarioParser.parse(source, withholding: phase)
        #expect(DiagnosticList(file: name, diagnostics: diagnostics).description == "")
        return try #require(plan)
    }

    private static func run(_ plans: [Plan]) async -> [SuiteRun.Result] {
        let suite = SuiteRun(
            plans: plans, options: ScenarioRun.Options(), jobs: 2, timeout: .seconds(60)
        ) { Judge.judge($0, plan: $1) }
        return await suite.execute()
    }

    @Test func committedCataloguePageIsCurrent() throws {
        let folder = Self.root.appending(path: "Scenarios")
        let plans = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "yaml" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map {
                try Self.plan(
                    $0.deletingPathExtension().lastPathComponent, try String(contentsOf: $0, encoding: .utf8))
            }
        #expect(plans.count >= 5)
        let page = try String(contentsOf: Self.root.appending(path: "docs/catalogue.md"), encoding: .utf8)
        let isCurrent = page == CatalogueMarkdown.render(plans)
        #expect(isCurrent, "docs/catalogue.md is old: swift run netlab list --markdown > docs/catalogue.md")
    }

    @Test func starterIsWithoutComplaintAndTeaches() throws {
        let plan = try Self.plan("mine", StarterScenario.text(named: "mine"))
        #expect(plan.phases.map(\.role) == [.control, .fault, .recovery])
        #expect(plan.lesson.hints.count == 3)
        #expect(plan.source.text.contains("netlab run ./mine.yaml"))
    }

    /// What the guide shows is what `netlab new` writes, which is run below.
    @Test func everyBlockOfTheGuideIsPartOfTheStarter() throws {
        let guide = try String(
            contentsOf: Self.root.appending(path: "docs/add-a-scenario.md"), encoding: .utf8)
        let starter = StarterScenario.text(named: "refused-again")
        let blocks = guide.components(separatedBy: "```yaml\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
        #expect(blocks.count >= 4)
        for block in blocks { #expect(starter.contains(block)) }
    }

    @Test(.needsRoot) func starterPassesAndFailsWithItsFaultWithheld() async throws {
        let text = StarterScenario.text(named: "mine")
        let results = await Self.run([
            try Self.plan("mine", text), try Self.plan("mine", text, withholding: "fault"),
        ])
        #expect(results.map(\.verdict.outcome) == [.passed, .failed])
    }

    @Test(.needsRoot) func whatIsDiscoveredCanBePastedAndHolds() async throws {
        let text = StarterScenario.text(named: "mine")
        let plan = try Self.plan("mine", text)
        // What was the same four times will be so a fifth time, also on a busy machine.
        let records = await Self.run([plan, plan, plan, plan]).map(\.record)
        let found = CounterDiscovery.discover(in: records, plan: plan)
        #expect(found.contains { $0.expectation == "server Tcp.OutRsts == 10" && $0.isMentioned })
        #expect(found.contains { $0.expectation == "client Tcp.AttemptFails == 10" && !$0.isMentioned })

        let lines = found.filter { $0.isSteady && !$0.isMentioned }.map { "          - \($0.expectation)\n" }
        let place = try #require(text.firstRange(of: "      - that: web.refused"))
        let indented = lines.map { $0.replacing("          - ", with: "      - ") }.joined()
        let pasted = text.replacingCharacters(in: place.lowerBound..<place.lowerBound, with: indented)
        let results = await Self.run([try Self.plan("pasted", pasted)])
        let unmet = results.flatMap(\.verdict.phases).flatMap(\.expectations).filter { $0.outcome != .passed }
        #expect(results.map(\.verdict.outcome) == [.passed], "\(unmet.map { "\($0.text): \($0.finding)" })")
    }

    /// Requests of 200 bytes get through a cable whose far end takes them from an MTU of 248 on: 52 bytes of headers, and veth
    /// lets 4 bytes more through than the MTU says.
    @Test(.needsRoot) func thresholdOfTheMTUCaseIsExact() async throws {
        let text = try String(
            contentsOf: Self.root.appending(path: "Scenarios/mtu-100.yaml"), encoding: .utf8)
        let range = try SweepRange("mtu=244..251")
        var search = ThresholdSearch<Outcome>(count: range.count, firstPoints: 2)
        while case let places = search.next(atMost: 2), !places.isEmpty {
            let plans = try places.map {
                try Self.plan("mtu-100", text, parameters: ["mtu": range.text(of: range.value(at: $0))])
            }
            let results = await Self.run(plans)
            try #require(results.count == places.count)
            for (place, result) in zip(places, results) {
                search.record(result.verdict.outcome, at: place)
            }
        }
        #expect(search.flips.map { range.value(at: $0.after) } == [248])
        #expect(search.flips.map(\.old) == [.passed])
        #expect(search.flips.map(\.new) == [.failed])
    }
}
