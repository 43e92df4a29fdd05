import Foundation
import NetlabModel
import NetlabScenario
import Testing

@Suite struct FuzzTests {
    #if DEBUG
        /// Without optimisation everything takes several times as long.
        private static let limit = Duration.milliseconds(500)
    #else
        private static let limit = Duration.milliseconds(100)
    #endif

    private static func parse(_ text: String) {
        let source = ScenarioSource(name: "fuzz", path: "fuzz.yaml", text: text)
        let (plan, diagnostics) = ScenarioParser.parse(source)
        // Rendering counts columns of its own, and a plan has to survive being walked through.
        _ = DiagnosticList(file: "fuzz.yaml", diagnostics: diagnostics).description
        _ = ScenarioSummary.read(source)
        if plan == nil { #expect(diagnostics.contains { $0.severity == .error }) }
    }

    /// NETLAB_FUZZ_SECONDS makes it longer, NETLAB_FUZZ_SEED different.
    @Test func noTextCrashesOrHangsTheParser() throws {
        let environment = ProcessInfo.processInfo.environment
        let time = Duration.seconds(environment["NETLAB_FUZZ_SECONDS"].flatMap(Double.init) ?? 2)
        let seed = environment["NETLAB_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
        var mutator = TextMutator(
            seed: seed, corpus: try ScenarioFile.catalogue().map(\.text) + [BrokenScenario.sound])
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: time)
        var count = 0
        while clock.now < end {
            count += 1
            let text = mutator.next()
            let cost = ThreadTime.measure { Self.parse(text) }
            #expect(cost < Self.limit, "text \(count) of seed \(seed) takes \(cost):\n\(text)")
        }
        #expect(count > 0)
        print("fuzz: \(count) texts of seed \(seed)")
    }
}
