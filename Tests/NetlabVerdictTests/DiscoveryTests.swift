import NetlabModel
import Testing

@testable import NetlabVerdict

/// Counters found in runs made by hand.
@Suite struct DiscoveryTests {
    /// A control phase and a fault phase of `server`, with what its counters rose by.
    private static func run(
        control: [String: Int64] = [:], fault: [String: Int64], expecting: [Predicate] = []
    ) -> RunFixture {
        let names = Set(control.keys).union(fault.keys)
        let zero = Dictionary(uniqueKeysWithValues: names.map { ($0, Int64(0)) })
        var run = RunFixture()
        run.add("control", .control, [], before: zero, after: zero.merging(control) { $1 })
        run.add("fault", .fault, expecting, before: zero, after: zero.merging(fault) { $1 })
        return run
    }

    private static func discovered(_ runs: [RunFixture]) -> [DiscoveredCounter] {
        CounterDiscovery.discover(in: runs.map(\.record), plan: runs[0].plan)
    }

    @Test func counterOfTheFaultAloneIsFound() {
        let runs = (0..<3).map { _ in
            Self.run(
                control: ["Tcp.InSegs": 40], fault: ["Tcp.InSegs": 9, "TcpExt.ListenOverflows": 15])
        }
        let found = Self.discovered(runs)
        #expect(found.map(\.expectation) == ["server TcpExt.ListenOverflows == 15"])
        #expect(found.map(\.isMentioned) == [false])
    }

    @Test func steadyOnesComeFirstAndOrdinaryOnesLater() {
        let runs = [3, 5, 4].map {
            Self.run(
                fault: [
                    "TcpExt.ListenDrops": $0, "Tcp.AttemptFails": 2, "TcpExt.TCPPureAcks": 7,
                    "TcpExt.TCPTimeouts": $0 - 2,
                ])
        }
        #expect(
            Self.discovered(runs).map(\.expectation) == [
                "server Tcp.AttemptFails == 2", "server TcpExt.TCPPureAcks == 7",
                "server TcpExt.ListenDrops rises by at least 3", "server TcpExt.TCPTimeouts rises",
            ])
    }

    @Test func counterMissingInOneRunIsNotFound() {
        let runs = [Self.run(fault: ["Udp.NoPorts": 1]), Self.run(fault: ["Udp.NoPorts": 0])]
        #expect(Self.discovered(runs).isEmpty)
    }

    @Test func counterOfOneControlPhaseIsNotFound() {
        let runs = [
            Self.run(fault: ["Udp.NoPorts": 1]),
            Self.run(control: ["Udp.NoPorts": 1], fault: ["Udp.NoPorts": 1]),
        ]
        #expect(Self.discovered(runs).isEmpty)
    }

    @Test func rowThatCameIntoBeingBeganAtZero() {
        var run = RunFixture()
        run.add("control", .control, [])
        run.add("fault", .fault, [], after: ["drop:NO_SOCKET": 4, "Udp.NoPorts": 4])
        #expect(Self.discovered([run]).map(\.expectation) == ["server drop:NO_SOCKET == 4"])
    }

    @Test func gaugesAndTheWholeMachinesCountersAreLeftOut() {
        let run = Self.run(fault: ["Tcp.CurrEstab": 3, "softnet:dropped": 3, "sockstat:TCP orphan": 1])
        #expect(Self.discovered([run]).isEmpty)
    }

    @Test func whatIsExpectedAlreadyIsMarked() {
        let id = CounterID(.udp, "NoPorts")
        let run = Self.run(
            fault: ["Udp.NoPorts": 4],
            expecting: [.rises(.counter(subject: "server", id), atLeast: .number(1, text: "1"))])
        #expect(Self.discovered([run]).map(\.isMentioned) == [true])
    }
}

/// Counts over the runs of several scenarios.
@Suite struct CoverageTests {
    private static func record(_ name: String, before: [String: Int64], after: [String: Int64]) -> RunRecord {
        var run = RunFixture(before: before, after: after)
        run.record.scenario.name = name
        return run.record
    }

    @Test func movedAndStillAreToldByFamilyWithTheScenarios() {
        let zero: [String: Int64] = [
            "Udp.NoPorts": 0, "Udp.InErrors": 0, "Tcp.CurrEstab": 0, "listen:80 drops": 0,
        ]
        let coverage = CoverageCount.count(
            [
                Self.record("b", before: zero, after: zero.merging(["Udp.NoPorts": 3]) { $1 }),
                Self.record(
                    "a", before: zero,
                    after: zero.merging(["Udp.NoPorts": 1, "drop:NO_SOCKET": 1, "listen:80 drops": 9]) { $1 }),
            ], dropReasons: ["NO_SOCKET", "TCP_CSUM"])
        #expect(coverage.scenarios == ["a", "b"])
        #expect(coverage.families.map(\.name) == ["Udp", "drop"])
        #expect(coverage.families[0].moved == ["Udp.NoPorts": ["a", "b"]])
        #expect(coverage.families[0].still == ["Udp.InErrors"])
        #expect(coverage.families[1].moved == ["drop:NO_SOCKET": ["a"]])
        #expect(coverage.families[1].still == ["drop:TCP_CSUM"])
    }

    @Test func onlyWhatMovesInEveryPassReachesAnAim() throws {
        let zero: [String: Int64] = ["Tcp.OutRsts": 0, "Tcp.InErrs": 0, "Tcp.RetransSegs": 0]
        let all = zero.mapValues { _ in Int64(1) }
        let coverage = CoverageCount.count(
            [
                Self.record("a", before: zero, after: all),
                Self.record("a", before: zero, after: all.merging(["Tcp.InErrs": 0]) { $1 }),
            ], dropReasons: [])
        let family = try #require(coverage.families.first)
        #expect(coverage.passes == 2)
        #expect(family.moved.count == 3)
        #expect(family.unsteady == ["Tcp.InErrs"])
        #expect(family.steadyCount == 2)
        let reach = coverage.reach(.init(["Tcp"], count: 70, isPercentage: true))
        #expect(reach.moved == 2)
        #expect(reach.count == 3)
        #expect(!reach.isReached)
        #expect(coverage.reach(.init(["Tcp"], count: 66, isPercentage: true)).isReached)
        #expect(coverage.reach(.init(["Tcp"], count: 2)).isReached)
    }

    @Test func whatCannotMoveIsNeitherMovedNorStill() throws {
        let zero: [String: Int64] = ["TcpExt.TCPAOGood": 0, "TcpExt.TCPPLBRehash": 0, "TcpExt.TW": 0]
        let coverage = CoverageCount.count(
            [Self.record("a", before: zero, after: zero.merging(["TcpExt.TCPPLBRehash": 1]) { $1 })],
            dropReasons: ["QDISC_OVERLIMIT", "NO_SOCKET"])
        #expect(coverage.families.map(\.count) == [2, 1])
        #expect(coverage.families[0].immovable.keys.sorted() == ["TcpExt.TCPAOGood"])
        #expect(coverage.families[0].moved.keys.sorted() == ["TcpExt.TCPPLBRehash"])
        #expect(coverage.families[1].immovable.keys.sorted() == ["drop:QDISC_OVERLIMIT"])
    }

    @Test func moversAreScenariosWhoseFaultMovesACounterEveryTime() {
        func run(_ name: String, control: [String: Int64], fault: [String: Int64]) -> RunFixture {
            var run = RunFixture()
            run.add("control", .control, [], after: control)
            run.add("fault", .fault, [], after: fault)
            run.record.scenario.name = name
            return run
        }
        let runs = [
            run("b", control: ["drop:NO_SOCKET": 1], fault: ["drop:NO_SOCKET": 1, "drop:TCP_CSUM": 1]),
            run("c", control: [:], fault: ["drop:NO_SOCKET": 1]), run("d", control: [:], fault: [:]),
            run("e", control: [:], fault: [:]), run("f", control: [:], fault: [:]),
            run("b", control: [:], fault: ["drop:NO_SOCKET": 1]),
        ]
        let plans = Dictionary(runs.map { ($0.record.scenario.name, $0.plan) }) { $1 }
        let movers = CoverageCount.movers(runs.map(\.record), plans: plans)
        #expect(movers == ["drop:NO_SOCKET": ["c", "b"]])
    }

    @Test func scenarioThatDidNotRunIsToldWithItsCause() {
        var record = RunFixture().record
        record.missing = [MissingNeed(need: "tun", reason: "there is none", cure: "modprobe tun")]
        let coverage = CoverageCount.count([record], dropReasons: [])
        #expect(coverage.scenarios.isEmpty)
        #expect(coverage.absent == ["made-up": "tun: there is none"])
    }
}
