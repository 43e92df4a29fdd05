import NetlabModel
import Testing

@testable import NetlabVerdict

/// Counters that tell kernels apart, in runs made by hand.
@Suite struct MatrixComparisonTests {
    private static func run(
        fault: [String: Int64], expecting: [Predicate] = [], phase: String = "fault"
    ) -> RunFixture {
        var run = RunFixture()
        run.add(phase, .fault, expecting, before: fault.mapValues { _ in 0 }, after: fault)
        return run
    }

    private static func found(_ runs: [RunFixture?]) throws -> [String] {
        let plan = try #require(runs.compactMap { $0 }.first).plan
        return MatrixComparison.differences(in: runs.map { $0?.record }, plan: plan).map { difference in
            "\(difference.phase) \(difference.subject) \(difference.id) "
                + difference.readings.map { reading in
                    switch reading {
                    case .rose(let count): "\(count)"
                    case .absent: "absent"
                    case .unknown: "unknown"
                    }
                }.joined(separator: " ")
        }
    }

    @Test func whatMovedOnOneKernelAloneIsFound() throws {
        let runs = [
            Self.run(fault: ["TcpExt.TCPTimeouts": 9, "TcpExt.ListenDrops": 4]),
            Self.run(fault: ["TcpExt.TCPTimeouts": 7, "TcpExt.ListenDrops": 0]),
        ]
        #expect(try Self.found(runs) == ["fault server TcpExt.ListenDrops 4 0"])
    }

    @Test func aCounterThatAKernelLacksIsAbsentAndNotZero() throws {
        let runs = [
            Self.run(fault: ["TcpExt.TcpTimeoutRehash": 9]), Self.run(fault: ["TcpExt.ListenDrops": 0]),
        ]
        #expect(try Self.found(runs) == ["fault server TcpExt.TcpTimeoutRehash 9 absent"])
    }

    @Test func strayEventsCountOnlyWhereAnExpectationSpeaksOfThem() throws {
        let few = [
            Self.run(fault: ["TcpExt.TCPLossProbes": 2]), Self.run(fault: ["TcpExt.TCPLossProbes": 0]),
        ]
        #expect(try Self.found(few).isEmpty)
        let mentioned = [
            Self.run(
                fault: ["TcpExt.TCPLossProbes": 1], expecting: [.stays(counter("TcpExt.TCPLossProbes"))]),
            Self.run(fault: ["TcpExt.TCPLossProbes": 0]),
        ]
        #expect(try Self.found(mentioned) == ["fault server TcpExt.TCPLossProbes 1 0"])
    }

    @Test func expectedOnesComeFirstAndOrdinaryOnesLast() throws {
        let names = ["Tcp.InSegs", "TcpExt.ListenDrops", "TcpExt.TCPTimeouts"]
        let all = Dictionary(uniqueKeysWithValues: names.map { ($0, Int64(50)) })
        let runs = [
            Self.run(fault: all, expecting: [.rises(counter("TcpExt.TCPTimeouts"), atLeast: number(1))]),
            Self.run(fault: all.mapValues { _ in 0 }),
        ]
        #expect(
            try Self.found(runs) == [
                "fault server TcpExt.TCPTimeouts 50 0", "fault server TcpExt.ListenDrops 50 0",
                "fault server Tcp.InSegs 50 0",
            ])
    }

    @Test func kernelsThatDidNotGetThereSayNothing() throws {
        let one = Self.run(fault: ["TcpExt.ListenDrops": 9])
        #expect(try Self.found([one, nil]).isEmpty)
        #expect(try Self.found([one, Self.run(fault: ["TcpExt.ListenDrops": 0], phase: "other")]).isEmpty)
        let three = [one, nil, Self.run(fault: ["TcpExt.ListenDrops": 0])]
        #expect(try Self.found(three) == ["fault server TcpExt.ListenDrops 9 unknown 0"])
    }
}
