import NetlabModel
import NetlabReport
import NetlabVerdict

/// Four scenarios, one of each outcome, all made from mtu-100.
enum SuiteFixture {
    static var passed: SuiteEntry { entry("good") { _ in } }

    static var failed: SuiteEntry {
        entry("bad", path: "Scenarios/bad.yaml") { $0.phases[1].flows["web"]?.values["timed_out"] = 9 }
    }

    static var inconclusive: SuiteEntry {
        entry("silent", path: "Scenarios/silent.yaml") {
            $0.phases[1].flows["web"]?.failure = "bind: EADDRINUSE <80> & \"more\""
        }
    }

    static var unsupported: SuiteEntry {
        entry("impossible") {
            $0.phases = []
            $0.missing = [MissingNeed(need: "the qdisc netem", reason: "not in this kernel", cure: "")]
        }
    }

    static var all: [SuiteEntry] { [passed, failed, inconclusive, unsupported] }

    static func entry(
        _ name: String, path: String? = nil, tries: Int = 1, round: Int? = nil,
        _ change: (inout RunRecord) -> Void
    ) -> SuiteEntry {
        var plan = MTUFixture.plan
        plan.source.name = name
        plan.source.path = path ?? "builtin:\(name)"
        var record = MTUFixture.record
        record.scenario = plan.source
        change(&record)
        return SuiteEntry(
            plan: plan, record: record, verdict: Judge.judge(record, plan: plan), tries: tries, round: round,
            time: .milliseconds(1935))
    }
}
