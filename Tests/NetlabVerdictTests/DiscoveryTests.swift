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

    @Test func scenarioThatDidNotRunIsToldWithItsCause() {
        var record = RunFixture().record
        record.missing = [MissingNeed(need: "tun", reason: "there is none", cure: "modprobe tun")]
        let coverage = CoverageCount.count([record], dropReasons: [])
        #expect(coverage.scenarios.isEmpty)
        #expect(coverage.absent == ["made-up": "tun: there is none"])
    }
}
