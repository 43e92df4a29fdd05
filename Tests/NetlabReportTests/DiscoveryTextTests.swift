import NetlabModel
import NetlabReport
import Testing

@Suite struct DiscoveryTextTests {
    @Test func linesAreReadyToPaste() {
        let found = [
            DiscoveredCounter(
                phase: "fault", subject: "server", id: "Udp.NoPorts", deltas: [20, 20], isMentioned: false),
            DiscoveredCounter(
                phase: "fault", subject: "client", id: "Icmp.InMsgs", deltas: [7, 6], isMentioned: false),
            DiscoveredCounter(
                phase: "fault", subject: "server", id: "Icmp.OutMsgs", deltas: [6, 6], isMentioned: true),
        ]
        #expect(
            DiscoveryText.render(found, phases: ["fault", "worse"], runs: 2) == """
                  - name: fault
                    expect:
                      - server Udp.NoPorts == 20                # the same in 2 runs
                      - client Icmp.InMsgs rises by at least 6  # varied: 7, 6
                      # expected already: server Icmp.OutMsgs == 6

                  - name: worse
                    # no counter moved here in all of 2 runs and never in a control phase

                """)
    }

    @Test func coverageTellsTotalsAndWhatStaysStill() {
        let coverage = CounterCoverage(
            kernel: "6.18", scenarios: ["a"], absent: ["b": "tun: there is none"],
            families: [
                .init(
                    name: "Udp", isHostWide: false, moved: ["Udp.NoPorts": ["a"]],
                    still: ["Udp.InErrors", "Udp.MemErrors"]),
                .init(name: "softnet", isHostWide: true, moved: [:], still: ["softnet:dropped"]),
            ])
        let text = CoverageText.render(coverage)
        #expect(text.contains("\nUdp.NoPorts  a\n"))
        #expect(text.contains("\nUdp.InErrors Udp.MemErrors\n"))
        #expect(text.contains("Udp          1              1   3    33%"))
        #expect(text.contains("softnet      0              0   1     0%  the whole machine moves them\n"))
        #expect(
            text.contains("1 of 4 counters and drop reasons that can move on kernel 6.18 move in at least"))
        // Seventy of a hundred are wanted.
        #expect(text.contains("✘ Udp: 1 of 3 (33 %), wanted 70 %\n"))
        #expect(text.contains("not run: b: tun: there is none\n"))
    }
}
