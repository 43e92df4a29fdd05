import NetlabModel
import Testing

@testable import NetlabReport

@Suite("Scenarios in text")
struct ScenarioTextTests {
    @Test func listIsATableOfNamesTitlesAndTags() {
        let plan = MTUFixture.plan
        let rows = [
            (
                name: "accept-queue-overflow",
                title: "A full accept queue turns new clients away without a word", tags: ["tcp"]
            ),
            (name: plan.name, title: plan.title, tags: plan.tags),
        ]
        #expect(
            ScenarioText.list(rows, style: ReportStyle(width: 80)) == """
                accept-queue-overflow  A full accept queue turns new clients away   tcp
                                       without a word
                mtu-100                The handshake works, the request vanishes    tcp mtu link

                """)
    }

    @Test func lessonTellsEverythingIfItMay() {
        let text = ScenarioText.lesson(MTUFixture.plan)
        for part in [
            "mtu-100  The handshake works, the request vanishes\n", "tcp · mtu · link\n", "├────────────┤",
            "symptom   ping and connect succeed", "set server/eth0 mtu 100\n", "– web.timed_out == 10\n",
            "hints     1. Compare what fits", "          2. How long is", "cause     The server's interface",
            "cure      Give both ends", "sources   ip-link(8)\n",
            "needs     network namespaces, the link type veth\n", "run       netlab run mtu-100\n",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test(arguments: [(0, 2), (1, 1), (2, 0), (9, 0)])
    func hintsAreToldOneByOneWithoutTheSolution(count: Int, rest: Int) {
        let text = ScenarioText.lesson(MTUFixture.plan, reveal: .hints(count))
        #expect(text.contains("symptom"))
        #expect(text.contains("1. Compare") == (count >= 1))
        #expect(text.contains("2. How long") == (count >= 2))
        #expect(text.contains("more hint") == (rest > 0))
        #expect(text.contains("\(rest) more hint") == (rest > 0))
        #expect(!text.contains("cause") && !text.contains("cure") && !text.contains("timed_out"))
    }

    @Test func planIsAScriptToRead() {
        let text = PlanText.render(MTUFixture.plan)
        let order = [
            "# mtu-100: The handshake works", "# phase control\n", "ip netns add client\n",
            "ip -n client link add eth0 type veth peer name eth0 netns server\n",
            "# traffic web: tcp-request client → server:80", "# expect web.succeeded == 10\n",
            "# phase fault\n",
            "ip -n server link set dev eth0 mtu 100\n", "# phase recovery\n",
            "ip -n server link set dev eth0 mtu 1500\n", "# take the lab down\n", "ip netns del client\n",
        ]
        var rest = text[...]
        for part in order {
            guard let range = rest.firstRange(of: part) else {
                Issue.record("\(part) is missing or out of order")
                return
            }
            rest = rest[range.upperBound...]
        }
    }

    @Test func freshPhaseBeginsWithANewLab() {
        var plan = MTUFixture.plan
        plan.phases[2].isFresh = true
        let parts = PlanText.render(plan).split(separator: "# phase recovery\n")
        #expect(parts.count == 2)
        #expect(
            parts[1].hasPrefix(
                "# a new lab: take the old one down first\nip netns del client\nip netns del server\n"))
        #expect(parts[1].contains("ip netns add client\n"))
    }

    @Test func proofTellsWhichExpectationsKnowTheDifference() {
        let proof = Proof(
            phase: "fault", outcome: .passed, cause: "without its change phase fault fails, as it must",
            expectations: [
                ProvedExpectation(
                    text: "a == 1", withFault: .passed, withoutFault: .failed, finding: "is 0, wanted 1"),
                ProvedExpectation(text: "b == 1", withFault: .passed, withoutFault: .passed, finding: "is 1"),
                ProvedExpectation(
                    text: "c == 1", withFault: .unsupported, withoutFault: .unsupported, finding: "no c"),
            ])
        #expect(
            ProofText.render([proof], name: "mtu-100") == """
                ✔ mtu-100  without its change phase fault fails, as it must
                  tells     a == 1
                            without the change: is 0, wanted 1
                  holds too b == 1
                            without the change: is 1
                  open      c == 1
                            without the change: no c

                """)
        #expect(ProofText.render([], name: "x") == "x has no fault phase, so there is nothing to prove\n")
    }

    @Test func doctorTellsWhatIsMissingAndTheCure() {
        let text = DoctorText.render(
            [
                Ability(name: "veth", isAvailable: true, detail: "works", purpose: "every link"),
                Ability(
                    name: "netem", isAvailable: false, detail: "unknown", cure: "modprobe sch_netem",
                    purpose: "delay"),
            ], runnable: ["mtu-100"],
            blocked: [("slow", [MissingNeed(need: "the qdisc netem", reason: "unknown", cure: "")])])
        #expect(
            text == """
                ✔  veth   every link
                ✘  netem  delay

                netem  unknown
                  cure  modprobe sch_netem

                1 of 2 scenarios of the catalogue can run here
                  slow  the qdisc netem: unknown

                """)
    }
}

@Suite("Tables")
struct TextTableTests {
    @Test func cellsAreAlignedAndTheFlexibleColumnIsWrapped() {
        var table = TextTable([.init("name"), .init("n", .right), .init("text", isFlexible: true)])
        table.add(["a", "1", "one two three four five"])
        table.add(["long", "200"])
        let text = table.lines(width: 28).map { $0.rendered(ReportStyle()) }
        #expect(
            text == [
                "name    n  text", "a       1  one two three", "           four five", "long  200",
            ])
    }

    @Test func wideCharactersTakeTwoColumns() {
        #expect("日本".columns == 4)
        #expect("e\u{301}a".columns == 2)
        #expect(StyledText("日本").padded(to: 6).plain == "日本  ")
    }

    @Test func asciiKeepsWhatItCan() {
        #expect("a → b · 3 µs ┤日".inASCII == "a -> b - 3 us +??")
    }

    @Test func longWordsStandAlone() {
        #expect(
            "a veryveryverylongword b\n\nc".wrapped(to: 8) == ["a", "veryveryverylongword", "b", "", "c"])
    }
}
