import LinuxSystem
import NetlabCatalogue
import NetlabModel
import NetlabReport
import NetlabScenario
import NetlabVerdict
import Testing

/// Records of `netlab prove NAME --kernel KERNEL --record NAME`, from kernels that no machine of today runs: they are the
/// negative control of scenarios whose fault such a kernel alone has. Fixtures/README.md says how they were made.
@Suite struct OldKernelRecordTests {
    /// A run as it was planned, and one whose fault was withheld, judged by what the scenario says today.
    struct Pair {
        var plan: Plan
        var normal: Verdict
        var withheld: Verdict
        var kernels: [String]
    }

    /// What the kernel of a fixture showed of a scenario.
    ///
    /// - Throws: what is wrong with the fixture: there is none, or it is of another lab than the scenario has now.
    static func pair(_ name: String, withholding phase: String) throws -> Pair {
        let (normal, plan) = try judged("\(name).json", name, withholding: nil)
        let (withheld, _) = try judged("\(name)-without-\(phase).json", name, withholding: phase)
        #expect(withheld.record.withheld == phase)
        #expect(normal.record.withheld == nil)
        return Pair(
            plan: plan, normal: normal.verdict, withheld: withheld.verdict,
            kernels: [normal.record.host.kernel, withheld.record.host.kernel])
    }

    private static func judged(
        _ file: String, _ name: String, withholding phase: String?
    ) throws -> (run: (record: RunRecord, verdict: Verdict), plan: Plan) {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        var record = try RecordJSON.record(from: TextFile.readBytes("/\(folder)/Fixtures/\(file)"))
        let plan = try CatalogueTests.plan(name, withholding: phase)
        let (recorded, _) = ScenarioParser.parse(record.scenario, withholding: phase)
        let then = try #require(recorded, "\(file): its text is no scenario any more")
        // The lesson and the expectations may have changed since; what was done must not.
        for part in plan.phases {
            #expect(
                plan.isSame(as: then, in: part.name, on: record.host.kernel),
                "\(file): phase \(part.name) is another one now; record it anew, see Fixtures/README.md")
        }
        record.scenario = plan.source
        record.planHash = plan.source.hash
        return ((record, Judge.judge(record, plan: plan)), plan)
    }

    @Test func recycleOfOldShutsOutWhoseClockIsBehind() throws {
        let pair = try Self.pair("tw-recycle-nat", withholding: "fault")
        #expect(pair.kernels.allSatisfy { KernelRange("< 4.11")?.contains($0) == true })
        #expect(pair.normal.outcome == .passed, "\(pair.normal.causes)")
        #expect(pair.normal.phases.map(\.outcome) == [.passed, .passed, .passed])
        #expect(pair.normal.phases[0].expectations.map(\.outcome) == Array(repeating: .passed, count: 5))
    }

    @Test func withoutRecycleTheSameRunFails() throws {
        let pair = try Self.pair("tw-recycle-nat", withholding: "fault")
        #expect(pair.withheld.phases.map(\.outcome) == [.passed, .failed, .passed])
        let proof = Proof.compare(normal: pair.normal, withheld: pair.withheld, phase: "fault")
        #expect(proof.outcome == .passed, "\(proof.cause)")
        let telling = proof.expectations.filter(\.discriminates).map(\.text)
        #expect(
            telling == [
                "second.timed_out == 5", "server TcpExt.PAWSPassive == 5 + bob Tcp.RetransSegs",
                "server Tcp.PassiveOpens == 1",
            ])
    }
}
