import NetlabModel
import Testing

@testable import NetlabReport

@Suite struct SweepTextTests {
    private static let rows: [SweepText.Row] = [
        .init(value: "60", outcome: .failed, cause: "fault: web.connected == 10: was 0"),
        .init(value: "100", outcome: .passed, cause: nil),
        .init(value: "247", outcome: .passed, cause: nil),
        .init(value: "248", outcome: .failed, cause: "fault: web.timed_out == 10: was 0"),
    ]

    @Test func tableAndPlotShowEveryValue() {
        #expect(
            SweepText.render(Self.rows, parameter: "mtu") == """
                mtu  outcome   first thing that did not hold
                 60  ✘ failed  fault: web.connected == 10: was 0
                100  ✔ passed
                247  ✔ passed
                248  ✘ failed  fault: web.timed_out == 10: was 0

                passed │ ✔✔
                failed │✘  ✘
                       └────
                        60 248

                """)
    }

    @Test func plotGoesOnBelowWhereTheWidthEnds() {
        let rows = (0..<50).map {
            SweepText.Row(value: "\($0)", outcome: $0 < 45 ? .passed : .failed, cause: nil)
        }
        let lines = SweepText.plot(rows, width: 40).map(\.plain)
        #expect(lines.count == 8)
        #expect(lines.filter { $0.contains("✔") || $0.contains("✘") }.count == 3)
        #expect(lines.joined().count { $0 == "✔" } == 45)
        #expect(lines.joined().count { $0 == "✘" } == 5)
        #expect(lines.allSatisfy { $0.count <= 40 })
    }

    @Test func thresholdNamesBothNeighboursAndTheReason() {
        let flip = SweepText.Flip(before: Self.rows[2], after: Self.rows[3])
        #expect(
            SweepText.thresholds([flip], rows: Self.rows, parameter: "mtu", range: "60..300") == """
                threshold  mtu=247 is passed, mtu=248 is failed
                           at 248: fault: web.timed_out == 10: was 0

                """)
    }

    @Test func severalThresholdsAreNotMonotonic() {
        let flips = [
            SweepText.Flip(before: Self.rows[0], after: Self.rows[1]),
            SweepText.Flip(before: Self.rows[2], after: Self.rows[3]),
        ]
        let text = SweepText.thresholds(flips, rows: Self.rows, parameter: "mtu", range: "60..300")
        #expect(text.contains("not monotonic: the outcome changes 2 times"))
    }

    @Test func noThresholdSaysWhatWasSeenEverywhere() {
        let rows = Array(Self.rows[1...2])
        #expect(
            SweepText.thresholds([], rows: rows, parameter: "mtu", range: "100..247")
                == "no threshold: the outcome is passed at every value probed in mtu=100..247\n")
    }

    @Test func limitOfValidityIsNoThreshold() {
        let invalid = SweepText.Row(
            value: "67", outcome: nil, cause: "mtu is 67, and has to be between 68 and 65535")
        let flip = SweepText.Flip(before: invalid, after: Self.rows[1])
        #expect(
            SweepText.thresholds([flip], rows: [invalid, Self.rows[1]], parameter: "mtu", range: "60..100")
                == """
                no threshold: the outcome is passed at every value probed in mtu=60..100
                limit      mtu=67 is not valid, mtu=100 is passed
                           at 67: mtu is 67, and has to be between 68 and 65535

                """)
        #expect(SweepText.plot([invalid], width: 60).map(\.plain).first == "not valid │·")
    }
}
