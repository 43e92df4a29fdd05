import NetlabModel
import Testing

@testable import NetlabVerdict

@Suite("Relations")
struct RelationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var predicate: Predicate
        var before: Int64
        var after: Int64
        var outcome: Outcome
        var finding: String
        var testDescription: String { "\(before) → \(after): \(finding)" }
    }

    static let overflows = counter("TcpExt.ListenOverflows")

    @Test(arguments: [
        Row(
            predicate: .stays(overflows), before: 7, after: 7, outcome: .passed, finding: "did not move"),
        Row(
            predicate: .stays(overflows), before: 7, after: 10, outcome: .failed,
            finding: "rose by 3, wanted no change"),
        Row(
            predicate: .rises(overflows, atLeast: number(15)), before: 1, after: 21, outcome: .passed,
            finding: "rose by 20"),
        Row(
            predicate: .rises(overflows, atLeast: number(15)), before: 1, after: 5, outcome: .failed,
            finding: "rose by 4, wanted at least 15"),
        Row(
            predicate: .rises(overflows, atLeast: number(1)), before: 5, after: 5, outcome: .failed,
            finding: "did not move, wanted at least 1"),
        Row(
            predicate: .compare(overflows, .equal, number(4)), before: 1, after: 5, outcome: .passed,
            finding: "rose by 4"),
        Row(
            predicate: .compare(overflows, .equal, number(5)), before: 1, after: 5, outcome: .failed,
            finding: "rose by 4, wanted 5"),
        Row(
            predicate: .compare(overflows, .notEqual, number(4)), before: 1, after: 5, outcome: .failed,
            finding: "rose by 4, wanted anything but 4"),
        Row(
            predicate: .compare(overflows, .less, number(4)), before: 1, after: 5, outcome: .failed,
            finding: "rose by 4, wanted less than 4"),
        Row(
            predicate: .compare(overflows, .lessOrEqual, number(4)), before: 1, after: 5, outcome: .passed,
            finding: "rose by 4"),
        Row(
            predicate: .compare(overflows, .greater, number(4)), before: 1, after: 5, outcome: .failed,
            finding: "rose by 4, wanted more than 4"),
        Row(
            predicate: .compare(overflows, .greaterOrEqual, number(4)), before: 1, after: 5, outcome: .passed,
            finding: "rose by 4"),
        Row(
            predicate: .within(overflows, lower: number(4), upper: number(6)), before: 0, after: 6,
            outcome: .passed, finding: "rose by 6"),
        Row(
            predicate: .within(overflows, lower: number(4), upper: number(6)), before: 0, after: 7,
            outcome: .failed, finding: "rose by 7, wanted 4 to 6"),
        Row(
            predicate: .stays(overflows), before: 7, after: 2, outcome: .inconclusive,
            finding: "server TcpExt.ListenOverflows fell from 7 to 2: it was made anew during the phase"),
    ])
    func deltaIsJudgedAndWorded(_ row: Row) {
        let fixture = RunFixture(
            [row.predicate], before: ["TcpExt.ListenOverflows": row.before],
            after: ["TcpExt.ListenOverflows": row.after])
        #expect(fixture.only?.outcome == row.outcome)
        #expect(fixture.only?.finding == row.finding)
        #expect(fixture.verdict.outcome == row.outcome)
    }

    @Test func evidenceHoldsBeforeAfterAndDelta() {
        let fixture = RunFixture(
            [.stays(Self.overflows)], before: ["TcpExt.ListenOverflows": 7],
            after: ["TcpExt.ListenOverflows": 9])
        #expect(
            fixture.only?.evidence == [
                Evidence(quantity: "server TcpExt.ListenOverflows", before: 7, after: 9, value: 2)
            ])
    }

    @Test func gaugeIsJudgedByItsValueWhileSocketsAreOpen() {
        let fixture = RunFixture(
            [.compare(counter("listen:80 recv_q"), .equal, number(5))], before: ["listen:80 recv_q": 0],
            after: ["listen:80 recv_q": 0], held: ["listen:80 recv_q": 5])
        #expect(fixture.only?.outcome == .passed)
        #expect(fixture.only?.finding == "is 5")
    }

    @Test func gaugeStaysIfItsValueIsThatOfBefore() {
        func outcome(_ held: Int64) -> String? {
            RunFixture(
                [.stays(counter("listen:80 recv_q"))], before: ["listen:80 recv_q": 5],
                held: ["listen:80 recv_q": held]
            ).only?.finding
        }
        #expect(outcome(5) == "did not move")
        #expect(outcome(3) == "fell by 2, wanted no change")
    }

    @Test func twoCountersAreComparedByWhatTheyRoseBy() {
        let predicate = Predicate.compare(
            counter("TcpExt.ListenDrops"), .equal, counter("TcpExt.ListenOverflows"))
        let before: [String: Int64] = ["TcpExt.ListenDrops": 100, "TcpExt.ListenOverflows": 7]
        let same = RunFixture(
            [predicate], before: before, after: ["TcpExt.ListenDrops": 115, "TcpExt.ListenOverflows": 22])
        #expect(same.only?.outcome == .passed)
        #expect(same.only?.finding == "rose by 15; server TcpExt.ListenOverflows rose by 15")
        let other = RunFixture(
            [predicate], before: before, after: ["TcpExt.ListenDrops": 115, "TcpExt.ListenOverflows": 21])
        #expect(other.only?.outcome == .failed)
        #expect(other.only?.finding == "rose by 15, wanted 14 (server TcpExt.ListenOverflows)")
        #expect(other.only?.evidence.map(\.value) == [15, 14])
    }

    @Test func latencyIsComparedWithThatOfAnotherPhase() {
        var fixture = RunFixture()
        let p50 = Quantity.flow("web", metric: "latency.p50")
        fixture.add("control", .control, [], flow: ["attempted": 10, "latency.p50": 1_000_000])
        fixture.add(
            "fault", .fault, [.compare(p50, .greaterOrEqual, .product(40, .inPhase(p50, phase: "control")))],
            flow: ["attempted": 10, "latency.p50": 41_200_000])
        #expect(fixture.only?.outcome == .passed)
        #expect(fixture.only?.finding == "is 41.2 ms; 40 * web.latency.p50 of control is 40 ms")
        #expect(fixture.only?.evidence.map(\.quantity) == ["web.latency.p50", "web.latency.p50 of control"])
        fixture.record.phases[1].flows["web"]?.values["latency.p50"] = 39_000_000
        #expect(fixture.only?.finding == "is 39 ms, wanted at least 40 ms (40 * web.latency.p50 of control)")
    }

    @Test func boundsOfTimeArePrintedInTheAuthorsWords() {
        let fixture = RunFixture(
            [.compare(.flow("web", metric: "connect.max"), .less, number(1e8, "100 ms"))],
            flow: ["attempted": 10, "connect.max": 1_030_000_000])
        #expect(fixture.only?.finding == "is 1.03 s, wanted less than 100 ms")
    }

    @Test func sumsAndDifferencesAreReadLeftAndRight() {
        let predicate = Predicate.compare(
            .sum(.flow("web", metric: "succeeded"), .flow("web", metric: "timed_out")), .equal,
            .difference(.flow("web", metric: "attempted"), number(1)))
        let fixture = RunFixture([predicate], flow: ["attempted": 10, "succeeded": 4, "timed_out": 5])
        #expect(fixture.only?.outcome == .passed)
        #expect(fixture.only?.finding == "is 9; web.attempted - 1 is 9")
    }

    @Test func errnoThatNeverHappenedIsZero() {
        let fixture = RunFixture([.compare(.flow("web", metric: "errno.ECONNREFUSED"), .equal, number(0))])
        #expect(fixture.only?.outcome == .passed)
    }

    @Test(arguments: [
        ("softnet:dropped", "did not move; the whole machine moves softnet:dropped"),
        ("log:syn-flooding", "did not move; the whole machine moves log:syn-flooding"),
        (
            "drop:NOT_SPECIFIED",
            "did not move; it also moves in an idle lab: IPv6 multicast that nobody asked for"
        ),
        ("TcpExt.ListenDrops", "did not move"),
    ])
    func stillnessOfCountersThatOthersMoveIsAnnotated(id: String, finding: String) {
        let fixture = RunFixture([.stays(counter(id))], before: [id: 3], after: [id: 3])
        #expect(fixture.only?.finding == finding)
    }
}
