import NetlabModel
import NetlabVerdict
import Testing

@testable import NetlabReport

@Suite("Text report")
struct TextReportTests {
    static let golden = """
        mtu-100  The handshake works, the request vanishes
        kernel 6.18.44 · x86_64 · 2 CPUs · root · netlab 0.1.0 · 2026-01-02T03:04:05Z

          ┌─ client ────┐            ┌─ server ────┐
          │        eth0 ├────────────┤ eth0        │
          │ 10.0.0.1/24 │            │ 10.0.0.2/24 │
          └─────────────┘            └─────────────┘
          web  tcp-request client → server:80, 10 × 200 B, answers of 4 KiB

        ── control ─────────────────────────────────────────────────────────────────────────── ✔ as expected
          web      10 attempts · 10 connected · 10 succeeded · connect p50 91 us, p99 180 us ·
                   latency p50 312 us, p99 936 us
          ✔ web.succeeded == 10                is 10
          ✔ server/eth0 link:rx_dropped stays  0 → 0, did not move
          books    all 120 packets on the wire arrived

        ── fault ───────────────────────────────────────────────────────────────────────────── ✔ as expected
          changed  server/eth0: mtu 100
          web      10 attempts · 10 connected · 10 timed out · connect p50 91 us, p99 180 us
          ✔ web.connected == 10                               is 10
              SYN, SYN/ACK and ACK carry no payload and stay below 100 bytes
          ✔ web.timed_out == 10                               is 10
          ✔ server/eth0 link:rx_dropped rises by at least 10  0 → 80, rose by 80
              veth hands a frame over only if it fits the receiver's MTU; what does not fit is counted as a
              receive drop
          moved    client: TcpExt.TCPLossProbes +10, TcpExt.TCPTimeouts +30,
                   client/eth0: link:tx_dropped +80; and 10 that any traffic moves
          books    where                       in  out  dropped  why
                   client/eth0 → server/eth0  140   60       80  server/eth0 link:rx_dropped
                   server/eth0 → client/eth0   60   60

        ── recovery ────────────────────────────────────────────────────────────────────────── ✔ as expected
          changed  server/eth0: mtu 1500
          web      10 attempts · 10 connected · 10 succeeded · connect p50 91 us, p99 180 us ·
                   latency p50 298 us, p99 894 us
          ✔ web.succeeded == 10                is 10
          ✔ server/eth0 link:rx_dropped stays  80 → 80, did not move
          books    all 120 packets on the wire arrived

        ── verdict ────────────────────────────────────────────────────────────────────────────────── 1.94 s
          ✔ passed  7 of 7 expectations hold

          cause   The server's interface accepts frames of at most 100 bytes. The handshake fits, the
                  request does not, and nobody tells the client.
          cure    Give both ends of a link the same MTU.

          next    netlab show mtu-100 tells the whole lesson

        """

    @Test func runOfMTU100IsToldInFull() {
        let text = TextReport.render(MTUFixture.record, MTUFixture.verdict, plan: MTUFixture.plan)
        #expect(text == Self.golden)
    }

    @Test func dropsThatCouldNotBeCountedAreToldInTheirPhase() {
        var record = MTUFixture.record
        record.phases[1].uncountedDrops = 2
        let text = TextReport.render(record, MTUFixture.verdict, plan: MTUFixture.plan)
        let line = "  drops    at most 2 of this machine's are in no counter\n"
        #expect(text.contains(line))
        #expect(text.replacing(line, with: "") == Self.golden)
    }

    @Test func settingOfOtherKernelsIsToldWithWhatItsAuthorSays() {
        var plan = MTUFixture.plan
        let setting = SysctlSetting(
            name: "net.ipv4.tcp_tw_recycle", value: "1", kernel: KernelRange("< 4.11"),
            otherwise: "It is gone.")
        plan.phases[1].state.host = [setting]
        plan.phases[1].patchText = ["host net.ipv4.tcp_tw_recycle 1"]
        plan.phases[1].isFresh = true
        plan.phases[2].state.host = [setting]
        var record = MTUFixture.record
        let told = TextReport.render(record, MTUFixture.verdict, plan: plan)
        #expect(told.contains("  changed   a new lab\n"))
        #expect(
            told.contains(
                """
                  left out  host: net.ipv4.tcp_tw_recycle = 1, which is for kernels < 4.11; this is 6.18.44
                            It is gone.

                """))
        #expect(told.ranges(of: "left out").count == 1, "the phase after it changes nothing of it")
        record.host.kernel = "4.4.7"
        let made = TextReport.render(record, MTUFixture.verdict, plan: plan)
        #expect(!made.contains("left out"))
        #expect(made.contains("a new lab with host net.ipv4.tcp_tw_recycle 1"))
    }

    @Test func asciiReportHoldsOnlyASCII() {
        let text = TextReport.render(
            MTUFixture.record, MTUFixture.verdict, plan: MTUFixture.plan, style: ReportStyle(isUnicode: false)
        )
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        #expect(text.contains("  |        eth0 +------------+ eth0        |\n"))
        #expect(text.contains("  + server/eth0 link:rx_dropped rises by at least 10  0 -> 80, rose by 80\n"))
    }

    @Test func coloursChangeNothingButColours() {
        let style = ReportStyle(isColoured: true)
        let text = TextReport.render(
            MTUFixture.record, MTUFixture.verdict, plan: MTUFixture.plan, style: style)
        #expect(text.contains("\u{1b}[32m✔\u{1b}[0m"))
        #expect(text.replacing(/\u{1b}\[[0-9;]*m/, with: "") == Self.golden)
    }

    @Test(arguments: [50, 60, 80, 100, 200])
    func linesStayWithinTheWidth(width: Int) {
        let text = TextReport.render(
            MTUFixture.record, MTUFixture.verdict, plan: MTUFixture.plan,
            style: ReportStyle(width: width, detail: .full))
        let longest = text.split(separator: "\n").max { $0.count < $1.count } ?? ""
        #expect(longest.count <= width, "\(longest)")
    }

    @Test func briefReportOfAGreenRunIsItsVerdict() {
        let text = TextReport.render(
            MTUFixture.record, MTUFixture.verdict, plan: MTUFixture.plan, style: ReportStyle(detail: .brief))
        #expect(text.split(separator: "\n").count == 2)
        #expect(text.hasSuffix("  ✔ passed  7 of 7 expectations hold\n"))
    }

    @Test func failureShowsWhatWasWantedAndAllEvidence() {
        var record = MTUFixture.record
        record.phases[1].flows["web"]?.values["timed_out"] = 9
        let verdict = Judge.judge(record, plan: MTUFixture.plan)
        let text = TextReport.render(record, verdict, plan: MTUFixture.plan)
        #expect(text.contains("  ✘ web.timed_out == 10                               is 9, wanted 10\n"))
        #expect(text.contains("✘ not as expected\n"))
        #expect(text.contains("  ✘ failed  6 of 7 expectations hold, 1 does not\n"))
    }
}
