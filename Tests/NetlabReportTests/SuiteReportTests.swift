import NetlabModel
import NetlabVerdict
import Testing

@testable import NetlabReport

@Suite("JUnit")
struct JUnitReportTests {
    /// What Jenkins' junit-10.xsd allows: element → attributes (those required are marked), children, text.
    static let schema: [String: (attributes: Set<String>, required: Set<String>, children: Set<String>)] = [
        "testsuites": (["name", "time", "tests", "failures", "errors"], [], ["testsuite"]),
        "testsuite": (
            [
                "name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname",
                "id",
                "package", "file", "log", "url",
            ], ["name", "tests", "failures", "errors"],
            ["testsuite", "properties", "testcase", "system-out", "system-err"]
        ),
        "properties": ([], [], ["property"]),
        "property": (["name", "value"], ["name", "value"], []),
        "testcase": (
            ["name", "time", "classname", "group"], ["name"],
            ["skipped", "error", "failure", "system-out", "system-err"]
        ),
        "failure": (["type", "message"], [], []), "error": (["type", "message"], [], []),
        "skipped": (["type", "message"], [], []), "system-out": ([], [], []), "system-err": ([], [], []),
    ]

    static func check(_ element: XMLTree) {
        guard let rule = schema[element.name] else {
            Issue.record("the schema has no element \(element.name)")
            return
        }
        #expect(Set(element.attributes.keys).isSubset(of: rule.attributes))
        #expect(rule.required.isSubset(of: element.attributes.keys))
        if let time = element.attributes["time"] { #expect(time.wholeMatch(of: /[0-9]+\.[0-9]{3}/) != nil) }
        for child in element.children {
            #expect(rule.children.contains(child.name))
            check(child)
        }
        if !["failure", "error", "skipped", "system-out"].contains(element.name) {
            #expect(element.text.allSatisfy { $0.isWhitespace })
        }
    }

    static let root: XMLTree? = try? XMLTree(
        document: JUnitReport.render(SuiteFixture.all, time: .milliseconds(4321)))

    @Test func reportFollowsTheSchema() throws {
        Self.check(try #require(Self.root))
    }

    @Test func countsAreThoseOfTheCases() throws {
        let root = try #require(Self.root)
        #expect(root.attributes["tests"] == "22")
        #expect(root.attributes["failures"] == "1")
        #expect(root.attributes["errors"] == "3")
        #expect(root.attributes["time"] == "4.321")
        for suite in root.children {
            let cases = suite.children.filter { $0.name == "testcase" }
            func count(_ name: String) -> String {
                "\(cases.count { $0.children.contains { $0.name == name } })"
            }
            #expect(suite.attributes["tests"] == "\(cases.count)")
            #expect(suite.attributes["failures"] == count("failure"))
            #expect(suite.attributes["errors"] == count("error"))
            #expect(suite.attributes["skipped"] == count("skipped"))
        }
        #expect(root.children.map { $0.attributes["skipped"] } == ["0", "0", "0", "1"])
    }

    @Test func failureTellsWhatWasSeen() throws {
        let suite = try #require(Self.root?.children[1])
        let item = try #require(suite.children.first { $0.children.contains { $0.name == "failure" } })
        #expect(item.attributes["classname"] == "netlab.bad.fault")
        #expect(item.attributes["name"] == "web.timed_out == 10")
        #expect(item.children[0].attributes["message"] == "is 9, wanted 10")
        #expect(item.children[0].text == "web.timed_out == 10\nis 9, wanted 10\nweb.timed_out: 9")
    }

    @Test func textOfEveryKindSurvivesEscaping() throws {
        let suite = try #require(Self.root?.children[2])
        let item = try #require(suite.children.first { $0.children.contains { $0.name == "error" } })
        #expect(
            item.children[0].attributes["message"]
                == "traffic web never ran: bind: EADDRINUSE <80> & \"more\"")
        #expect(XMLText.content("a\u{1b}[1mb\u{0}") == "a\u{fffd}[1mb\u{fffd}")
        #expect(XMLText.attribute("a\nb\t\"") == "a&#10;b&#9;&quot;")
    }

    @Test func propertiesNameTheKernel() throws {
        let properties = try #require(Self.root?.children[0].children.first { $0.name == "properties" })
        #expect(
            properties.children.contains {
                $0.attributes["name"] == "kernel" && $0.attributes["value"] == "6.18.44"
            })
    }
}

@Suite("TAP")
struct TAPReportTests {
    /// Checks plans and numbers of one level and of the subtests below it.
    static func check(_ lines: [Substring]) {
        var planned: Int?
        var points = 0
        var subtest: [Substring] = []
        var isInYAML = false
        for line in lines {
            if line == "  ---" { isInYAML = true }
            if isInYAML {
                isInYAML = line != "  ..."
                continue
            }
            if line.hasPrefix("    ") {
                subtest.append(line.dropFirst(4))
                continue
            }
            if let match = line.wholeMatch(of: /1\.\.([0-9]+)( # SKIP .*)?/) { planned = Int(match.output.1) }
            if let match = line.wholeMatch(of: /(not )?ok ([0-9]+) - (.*)/) {
                points += 1
                #expect(Int(match.output.2) == points)
                if !subtest.isEmpty {
                    #expect(subtest.first?.hasPrefix("# Subtest: ") == true)
                    check(Array(subtest.dropFirst()))
                    subtest = []
                }
            }
        }
        #expect(planned == points)
        #expect(subtest.isEmpty)
    }

    static let text = TAPReport.render(SuiteFixture.all)

    @Test func plansAndNumbersAgreeAtEveryLevel() {
        let lines = Self.text.split(separator: "\n")
        #expect(lines.first == "TAP version 14")
        Self.check(Array(lines.dropFirst()))
    }

    @Test func levelsStandBelowOneAnother() {
        let start = """
            TAP version 14
            1..4
                # Subtest: good
                1..3
                    # Subtest: control
                    1..2
                    ok 1 - web.succeeded == 10
                    ok 2 - server/eth0 link:rx_dropped stays
                ok 1 - control
                    # Subtest: fault

            """
        #expect(Self.text.hasPrefix(start))
    }

    @Test(arguments: [
        "ok 1 - good\n", "not ok 2 - bad\n", "not ok 3 - silent\n",
        "ok 4 - impossible # SKIP needs the qdisc netem: not in this kernel\n",
        "        not ok 2 - web.timed_out == 10\n          ---\n          outcome: failed\n          message: \"is 9, wanted 10\"\n          ...\n",
    ])
    func outcomeIsAPointOfItsKind(line: String) {
        #expect(Self.text.contains("\n" + line))
    }

    @Test func signsOfTheProtocolAreEscaped() {
        let entry = SuiteFixture.entry("a#b\\c") { _ in }
        #expect(TAPReport.render([entry]).contains("\nok 1 - a\\#b\\\\c\n"))
    }
}

@Suite("GitHub annotations")
struct GitHubAnnotationsTests {
    @Test func failureStandsAtItsExpectation() {
        #expect(
            GitHubAnnotations.lines([SuiteFixture.failed]) == [
                "::error file=Scenarios/bad.yaml,line=23,col=9,title=bad%3A fault::web.timed_out == 10: is 9, wanted 10"
            ])
    }

    @Test func causeOfAPhaseStandsAtThePhase() {
        #expect(
            GitHubAnnotations.lines([SuiteFixture.inconclusive]) == [
                "::error file=Scenarios/silent.yaml,line=18,col=5,title=silent%3A fault::traffic web never ran: bind: "
                    + "EADDRINUSE <80> & \"more\""
            ])
    }

    @Test func builtInScenarioHasNoFile() {
        #expect(
            GitHubAnnotations.lines([SuiteFixture.unsupported]) == [
                "::notice title=impossible::needs the qdisc netem: not in this kernel"
            ])
    }

    @Test func flakyScenarioIsAWarning() {
        let entry = SuiteFixture.entry("shaky", tries: 2) { _ in }
        #expect(GitHubAnnotations.lines([entry]) == ["::warning title=shaky::flaky: passed at try 2"])
        #expect(GitHubAnnotations.lines([SuiteFixture.passed]).isEmpty)
    }

    @Test func lineBreaksAndPercentSignsAreEscaped() {
        var entry = SuiteFixture.unsupported
        entry.verdict.causes = ["30%\nlost"]
        #expect(GitHubAnnotations.lines([entry]) == ["::notice title=impossible::30%25%0Alost"])
    }
}

@Suite("Suite in text")
struct SuiteTextTests {
    @Test func summaryIsATableWithTotals() {
        var entries = SuiteFixture.all
        entries.append(SuiteFixture.entry("shaky", tries: 2) { _ in })
        let text = SuiteText.summary(entries, time: .milliseconds(4321))
        #expect(
            text == """
                   scenario    outcome         time  expectations
                ✔  good        passed        1.94 s           7/7
                ✘  bad         failed        1.94 s           6/7  fault: web.timed_out == 10: is 9, wanted 10
                ?  silent      inconclusive  1.94 s           4/7  fault: traffic web never ran: bind: EADDRINUSE
                                                                   <80> & "more"
                –  impossible  unsupported   1.94 s                needs the qdisc netem: not in this kernel
                ✔  shaky       passed        1.94 s           7/7  flaky: passed at try 2

                ✘ 5 scenarios: 2 passed (1 flaky), 1 failed, 1 inconclusive, 1 unsupported in 4.32 s

                """)
    }

    @Test func seriesTellsHowOftenEachScenarioPassed() {
        let shaky: [SuiteEntry] = (1...3).map { round in
            SuiteFixture.entry("shaky", round: round) {
                if round > 1 { $0.phases[1].flows["web"]?.values["timed_out"] = 9 }
            }
        }
        let good = (1...2).map { SuiteFixture.entry("good", round: $0) { _ in } }
        #expect(
            SuiteText.series(good + shaky, time: .milliseconds(4321)) == """
                   scenario  passed  median  slowest
                ✔  good         2/2  1.94 s   1.94 s
                ✘  shaky        1/3  1.94 s   1.94 s  2 × fault: web.timed_out == 10: is 9, wanted 10

                ✘ 5 runs: 3 passed, 2 failed in 4.32 s

                """)
        #expect(shaky.map(\.name) == ["shaky#1", "shaky#2", "shaky#3"])
    }

    @Test func finishedScenarioIsOneLineAndItsCause() {
        #expect(SuiteText.line(SuiteFixture.passed) == "✔ good  1.94 s\n")
        #expect(
            SuiteText.line(SuiteFixture.failed)
                == "✘ bad  1.94 s\n    fault: web.timed_out == 10: is 9, wanted 10\n")
    }

    @Test func emptySuiteIsInconclusive() {
        #expect(SuiteText.summary([], time: .zero).hasSuffix("? 0 scenarios in 0 ns\n"))
    }
}
