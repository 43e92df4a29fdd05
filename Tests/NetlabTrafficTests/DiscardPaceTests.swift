import Testing

@testable import NetlabTraffic

@Suite struct DiscardPaceTests {
    private static let start: Int64 = 1_000_000_000

    /// Mebibytes that came, each time so many milliseconds after the start; what was answered.
    private func answers(_ arrivals: [(mebibytes: Int, milliseconds: Int64)], _ pace: inout DiscardPace)
        -> [Bool]
    {
        var answers: [Bool] = []
        for arrival in arrivals {
            let now = Self.start + arrival.milliseconds * 1_000_000
            answers.append(pace.took(arrival.mebibytes << 20, at: now))
        }
        return answers
    }

    private func look(_ pace: inout DiscardPace, milliseconds: Int64) -> Bool {
        pace.look(at: Self.start + milliseconds * 1_000_000)
    }

    @Test func aRushIsCollectedUntilTheLull() {
        var pace = DiscardPace()
        // What came before is unknown; the interval is not over; now it is a rush; that is told once.
        let answered = answers([(1, 0), (8, 1), (1, 20), (1, 39)], &pace)
        #expect(answered == [false, false, true, false])
        #expect(pace.isCollecting)
        let goesOn = look(&pace, milliseconds: 40)
        #expect(!goesOn && !pace.isCollecting, "one mebibyte since then is no rush")
    }

    @Test func aRushIsCollectedAsLongAsMuchComes() {
        var pace = DiscardPace()
        _ = answers([(1, 0), (9, 20), (9, 21)], &pace)
        let goesOn = look(&pace, milliseconds: 40)
        #expect(goesOn && pace.isCollecting)
    }

    /// 1 MiB every 20 ms: 420 Mbit/s.
    @Test func slowStreamsAreReportedPieceByPiece() {
        var pace = DiscardPace()
        let answered = answers((1...1000).map { (1, 20 * Int64($0)) }, &pace)
        #expect(!answered.contains(true))
    }

    @Test func whatCameBeforeALullDoesNotCount() {
        var pace = DiscardPace()
        let answered = answers([(1, 0), (20, 1), (1, 2000)], &pace)
        #expect(answered == [false, false, false])
    }
}
