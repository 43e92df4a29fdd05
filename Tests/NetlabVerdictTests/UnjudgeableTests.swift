import NetlabModel
import Testing

@testable import NetlabVerdict

@Suite("What cannot be judged")
struct UnjudgeableTests {
    static let id = "TcpExt.ListenDrops"

    @Test(arguments: ["TcpExt.ListenDrops", "TcpExt"])
    func unsupportedCounterIsUnsupportedWithItsReason(key: String) {
        var fixture = RunFixture([.stays(counter(Self.id))], before: [Self.id: 1], after: [Self.id: 1])
        fixture.record.phases[0].after.unsupported[key] = "this kernel has it from 6.99 on"
        #expect(fixture.only?.outcome == .unsupported)
        #expect(fixture.only?.finding == "TcpExt.ListenDrops: this kernel has it from 6.99 on")
        #expect(fixture.verdict.outcome == .unsupported)
    }

    @Test(arguments: ["before", "after"])
    func probeThatThrewIsInconclusiveWithItsError(snapshot: String) {
        var fixture = RunFixture([.stays(counter(Self.id))], before: [Self.id: 1], after: [Self.id: 1])
        let error = ["TcpExt": "read /proc/thread-self/net/netstat: EIO"]
        if snapshot == "before" {
            fixture.record.phases[0].before.errors = error
        } else {
            fixture.record.phases[0].after.errors = error
        }
        #expect(fixture.only?.outcome == .inconclusive)
        #expect(
            fixture.only?.finding
                == "reading TcpExt.ListenDrops failed: read /proc/thread-self/net/netstat: EIO")
    }

    struct Absence: Sendable {
        var id: String
        var before: Int64?
        var after: Int64?
        var outcome: Outcome
        var finding: String
    }

    @Test(arguments: [
        Absence(
            id: "TcpExt.PAWSPassive", outcome: .unsupported,
            finding: "this kernel has no counter TcpExt.PAWSPassive"),
        Absence(
            id: "TcpExt.BeyondWindow", outcome: .unsupported,
            finding: "this kernel has no counter TcpExt.BeyondWindow; Linux got it after 6.12, by 6.18"),
        Absence(
            id: "TcpExt.ListenDrops", after: 4, outcome: .inconclusive,
            finding: "server TcpExt.ListenDrops was not read before the traffic"),
        Absence(
            id: "TcpExt.ListenDrops", before: 4, outcome: .inconclusive,
            finding: "server TcpExt.ListenDrops was there before the traffic and is gone after it"),
        Absence(id: "drop:NO_SOCKET", outcome: .passed, finding: "did not move"),
        Absence(
            id: "drop:NO_SOCKET", after: 4, outcome: .failed, finding: "rose by 4, wanted no change"),
        Absence(
            id: "rule:lottery", after: 4, outcome: .failed, finding: "rose by 4, wanted no change"),
        Absence(id: "IcmpMsg.InType3", after: 1, outcome: .failed, finding: "rose by 1, wanted no change"),
        Absence(
            id: "rule:lottery", outcome: .inconclusive, finding: "server has no rule named lottery"),
        Absence(
            id: "conntrack:drop", outcome: .inconclusive, finding: "no conntrack counters were read at server"
        ),
    ])
    func absentReadingIsTakenForWhatItIs(_ row: Absence) {
        let fixture = RunFixture(
            [.stays(counter(row.id))], before: row.before.map { [row.id: $0] } ?? [:],
            after: row.after.map { [row.id: $0] } ?? [:])
        #expect(fixture.only?.outcome == row.outcome)
        #expect(fixture.only?.finding == row.finding)
    }

    @Test(arguments: [
        ("listen:80 recv_q", Outcome.inconclusive, "nobody listens on port 80 of server"),
        ("skmem:5000 drops", .inconclusive, "no UDP socket of server has port 5000"),
        ("pmtu:10.0.0.2", .inconclusive, "server holds no path MTU for 10.0.0.2"),
        ("metrics:10.0.0.2 rtt", .inconclusive, "server holds no TCP metrics for 10.0.0.2"),
        ("sockets:TIME_WAIT", .passed, "is 0"),
        ("neigh:FAILED", .passed, "is 0"),
    ])
    func absentGaugeIsTakenForWhatItIs(id: String, outcome: Outcome, finding: String) {
        let fixture = RunFixture([.compare(counter(id), .equal, number(0))])
        #expect(fixture.only?.outcome == outcome)
        #expect(fixture.only?.finding == finding)
    }

    @Test func counterThatOneInterfaceLacksIsUnsupported() {
        let predicate = Predicate.stays(counter("link:rx_nohandler", at: "server/eth0"))
        var fixture = RunFixture([predicate])
        fixture.record.phases[0].after.readings["server/eth0"] = ["link:rx_packets": 1]
        #expect(fixture.only?.outcome == .unsupported)
        fixture.record.phases[0].after.readings["server/eth0"] = nil
        #expect(fixture.only?.finding == "nothing was read at server/eth0")
        #expect(fixture.only?.outcome == .inconclusive)
    }

    @Test func figureThatAFlowDoesNotHaveIsInconclusive() {
        let fixture = RunFixture(
            [.compare(.flow("web", metric: "latency.p50"), .less, number(5))],
            flow: ["attempted": 10, "timed_out": 10])
        #expect(fixture.only?.outcome == .inconclusive)
        #expect(fixture.only?.finding == "web.latency.p50 has no value here: nothing was measured")
    }

    @Test func phaseThatIsReferredToAndMissingIsInconclusive() {
        let here = Quantity.flow("web", metric: "attempted")
        let fixture = RunFixture([.compare(here, .equal, .inPhase(here, phase: "control"))])
        #expect(fixture.only?.finding == "phase control is not in the record")
    }
}

@Suite("What makes a phase or a run inconclusive")
struct CauseTests {
    static let green: [Predicate] = [.compare(.flow("web", metric: "attempted"), .equal, number(10))]

    @Test func greenFixtureIsGreen() {
        #expect(RunFixture(Self.green).verdict.outcome == .passed)
    }

    @Test func trafficThatCouldNotRunVoidsItsPhase() {
        var fixture = RunFixture(Self.green)
        fixture.record.phases[0].flows["web"]?.failure = "bind: EADDRINUSE"
        #expect(fixture.verdict.outcome == .inconclusive)
        #expect(fixture.verdict.phases[0].causes == ["traffic web never ran: bind: EADDRINUSE"])
        #expect(fixture.only?.outcome == .inconclusive)
    }

    @Test func trafficWithoutAnAttemptVoidsItsPhase() {
        let fixture = RunFixture([.stays(counter("Ip.DefaultTTL"))], flow: ["attempted": 0])
        #expect(fixture.verdict.phases[0].causes == ["traffic web never ran: it made no attempt"])
        #expect(fixture.verdict.outcome == .inconclusive)
    }

    @Test func trafficThatIsNotInTheRecordVoidsItsPhase() {
        var fixture = RunFixture([.stays(counter("Ip.DefaultTTL"))])
        fixture.record.phases[0].flows = [:]
        #expect(fixture.verdict.phases[0].causes == ["traffic web never ran"])
    }

    @Test func failedExpectationOfAVoidPhaseProvesNothingEither() {
        let fixture = RunFixture(
            [.compare(.flow("web", metric: "attempted"), .equal, number(10))], flow: ["attempted": 0])
        #expect(fixture.only?.outcome == .inconclusive)
        #expect(fixture.only?.finding == "is 0, wanted 10")
    }

    @Test func phaseThatDidNotRunIsInconclusive() {
        var fixture = RunFixture(Self.green)
        fixture.record.phases = []
        #expect(fixture.verdict.outcome == .inconclusive)
        #expect(fixture.verdict.phases[0].causes == ["the phase did not run"])
        #expect(fixture.only?.finding == "the phase did not run")
    }

    @Test func phaseThatWasCutShortIsInconclusive() {
        var fixture = RunFixture(Self.green)
        fixture.record.phases[0].after = Snapshot()
        #expect(fixture.verdict.phases[0].causes == ["the phase ended before its counters were read"])
        #expect(fixture.verdict.outcome == .inconclusive)
    }

    @Test func interruptedRunIsInconclusiveThoughAllHeld() {
        var fixture = RunFixture(Self.green)
        fixture.record.interruption = "SIGINT"
        #expect(fixture.verdict.outcome == .inconclusive)
        #expect(fixture.verdict.causes == ["the run was interrupted: SIGINT"])
    }

    @Test func runThatEndedWithAnErrorIsInconclusive() {
        var fixture = RunFixture(Self.green)
        fixture.record.failure = "phase fault, node server: RTM_NEWADDR: EEXIST"
        #expect(
            fixture.verdict.causes == ["the run ended early: phase fault, node server: RTM_NEWADDR: EEXIST"])
        #expect(fixture.verdict.outcome == .inconclusive)
    }

    @Test func missingNeedIsUnsupportedWithItsCure() {
        var fixture = RunFixture(Self.green)
        fixture.record.phases = []
        fixture.record.missing = [
            MissingNeed(need: "the qdisc netem", reason: "not in this kernel", cure: "modprobe sch_netem")
        ]
        #expect(fixture.verdict.outcome == .unsupported)
        #expect(fixture.verdict.causes == ["needs the qdisc netem: not in this kernel; modprobe sch_netem"])
        #expect(fixture.verdict.phases.isEmpty)
    }

    @Test func leakFailsAGreenRun() {
        var fixture = RunFixture(Self.green)
        fixture.record.leaks = ["net.core.somaxconn is still 4"]
        #expect(fixture.verdict.outcome == .failed)
        #expect(fixture.verdict.causes == ["left behind: net.core.somaxconn is still 4"])
    }

    @Test func recordOfAnotherTextIsInconclusive() {
        var fixture = RunFixture(Self.green)
        fixture.source.parameters["mtu"] = "127"
        #expect(fixture.verdict.outcome == .inconclusive)
        #expect(fixture.verdict.causes.first?.hasPrefix("the record was made from another text") == true)
    }

    @Test func recordOfAnotherFormatIsInconclusive() {
        var fixture = RunFixture(Self.green)
        fixture.record.format = 7
        #expect(fixture.verdict.outcome == .inconclusive)
        #expect(fixture.verdict.causes == ["the record has format 7, this netlab judges format 1"])
    }

    @Test func runThatExpectsNothingIsInconclusive() {
        #expect(RunFixture([]).verdict.outcome == .inconclusive)
        #expect(RunFixture([]).verdict.causes == ["the plan expects nothing, so nothing was judged"])
    }

    @Test func phaseWithoutExpectationsLeavesTheOthersTheirVerdict() {
        var fixture = RunFixture([])
        fixture.add("next", .fault, Self.green)
        #expect(fixture.verdict.outcome == .passed)
    }
}

@Suite("Merging")
struct MergingTests {
    @Test func worstOutcomeWinsInEveryOrder() {
        let law: [Outcome] = [.passed, .unsupported, .inconclusive, .failed]
        for (rank, worst) in law.enumerated() {
            for other in law[...rank] {
                #expect(Outcome.merged([worst, other]) == worst)
                #expect(Outcome.merged([other, worst]) == worst)
            }
        }
    }

    @Test func nothingJudgedIsInconclusive() {
        #expect(Outcome.merged([Outcome]()) == .inconclusive)
    }

    @Test(arguments: zip(Outcome.allCases, [Int32(0), 3, 2, 1]))
    func exitCodeTellsTheOutcome(outcome: Outcome, code: Int32) {
        #expect(outcome.exitCode == code)
    }

    @Test func oneFailedExpectationFailsTheRun() {
        var fixture = RunFixture(CauseTests.green)
        fixture.add("next", .fault, [.compare(.flow("web", metric: "attempted"), .equal, number(11))])
        fixture.record.interruption = "SIGTERM"
        #expect(fixture.verdict.phases.map(\.outcome) == [.passed, .failed])
        #expect(fixture.verdict.outcome == .failed)
    }

    @Test func sameRecordAndPlanGiveTheSameVerdict() {
        let fixture = RunFixture(
            [.stays(counter("TcpExt.TW"))], before: ["TcpExt.TW": 1, "Tcp.InSegs": 3, "Udp.NoPorts": 1],
            after: ["TcpExt.TW": 1, "Tcp.InSegs": 9, "Udp.NoPorts": 4, "drop:NO_SOCKET": 3])
        #expect(fixture.verdict == fixture.verdict)
    }

    @Test func expectationOfAnotherKernelIsShownAndNotCounted() throws {
        var fixture = RunFixture(
            [.rises(counter("Tcp.OutRsts"), atLeast: number(1)), .stays(counter("Tcp.InErrs"))],
            before: ["Tcp.OutRsts": 0, "Tcp.InErrs": 0], after: ["Tcp.OutRsts": 0, "Tcp.InErrs": 0])
        #expect(fixture.verdict.outcome == .failed)
        fixture.phases[0].expectations[0].kernel = KernelRange(">= 6.19")
        #expect(fixture.verdict.outcome == .passed)
        let shown = try #require(fixture.verdict.phases.first?.expectations.first)
        #expect(shown.outcome == .unsupported)
        #expect(shown.finding == "asked of kernels >= 6.19 only, this is 6.18")
        fixture.record.host.kernel = "6.19.1"
        #expect(fixture.verdict.outcome == .failed, "on a kernel of the range it counts")
        fixture.record.host.kernel = "of no number"
        #expect(fixture.verdict.outcome == .failed, "what cannot be read is no way out")
    }

    @Test func phaseOfWhichNothingIsAskedIsUnsupported() {
        var fixture = RunFixture(
            [.stays(counter("Tcp.InErrs"))], before: ["Tcp.InErrs": 0], after: ["Tcp.InErrs": 0])
        fixture.phases[0].expectations[0].kernel = KernelRange("< 4.12")
        #expect(fixture.verdict.outcome == .unsupported)
    }

    /// Rules of iptables are read where the kernel has no nftables.
    @Test func whatWasReadOfAFamilyThatIsUnsupportedCounts() {
        var fixture = RunFixture(
            [.rises(counter("rule:masquerade"), atLeast: number(1))], before: ["rule:masquerade": 0],
            after: ["rule:masquerade": 6])
        fixture.record.phases[0].before.unsupported["rule"] = "no nf_tables"
        fixture.record.phases[0].after.unsupported["rule"] = "no nf_tables"
        #expect(fixture.verdict.outcome == .passed)
        fixture.record.phases[0].after.readings["server"]?["rule:masquerade"] = nil
        #expect(fixture.verdict.outcome == .unsupported)
        fixture.record.phases[0].after.readings["server"]?["rule:masquerade"] = 6
        fixture.record.phases[0].after.unsupported["rule:masquerade"] = "not this one"
        #expect(fixture.verdict.outcome == .unsupported)
    }
}
