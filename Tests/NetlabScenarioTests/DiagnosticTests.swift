import NetlabModel
import NetlabScenario
import Testing

@Suite struct DiagnosticTests {
    private static let table =
        BrokenScenario.brokenFiles + BrokenScenario.brokenNodes + BrokenScenario.brokenLinks
        + BrokenScenario.brokenTraffic + BrokenScenario.brokenPhases + BrokenScenario.brokenExpectations

    @Test func soundScenarioIsWithoutComplaint() {
        #expect(BrokenScenario.complaints(about: BrokenScenario.sound) == [])
    }

    @Test(arguments: table) func mistakeIsToldAtItsPlace(broken: BrokenScenario) {
        #expect(BrokenScenario.complaints(about: broken.text) == broken.complaints)
    }

    @Test func tableIsLongEnoughAndEachCaseIsBroken() {
        #expect(Self.table.count >= 60)
        for broken in Self.table { #expect(!broken.complaints.isEmpty, "\(broken.name)") }
    }

    @Test func planIsMissingIfAndOnlyIfThereIsAnError() {
        for broken in Self.table {
            let source = ScenarioSource(name: "broken", path: "broken.yaml", text: broken.text)
            let (plan, diagnostics) = ScenarioParser.parse(source)
            #expect((plan == nil) == diagnostics.contains { $0.severity == .error }, "\(broken.name)")
        }
    }

    @Test func complaintShowsTheLineWithACaretAndTheHint() {
        let text = BrokenScenario.sound.replacing("forward: true", with: "forwad: true")
        let source = ScenarioSource(name: "broken", path: "folder/broken.yaml", text: text)
        let list = DiagnosticList(
            file: source.path, diagnostics: ScenarioParser.parse(source).diagnostics)
        #expect(
            list.description == """
                folder/broken.yaml:10:5: error: "forwad" is not a key of a node
                        forwad: true
                        ^
                    hint: did you mean "forward"?
                """)
    }

    @Test func caretStandsBelowTheScalarInALineWithTabsAndWideCharacters() {
        let diagnostic = Diagnostic(
            severity: .error, position: SourcePosition(line: 1, column: 4), message: "no", sourceLine: "\té x"
        )
        #expect(diagnostic.rendered(file: "f") == "f:1:4: error: no\n     é x\n       ^")
    }

    @Test func allMistakesOfAFileAreToldAtOnce() {
        let text = BrokenScenario.sound
            .replacing("forward: true", with: "forward: yes")
            .replacing("2/24, mtu: 1500", with: "2/24, mtu: 1:30")
            .replacing("timeout: 1 s", with: "timeout: 1")
            .replacing("that: web.timed_out == 10", with: "that: web.timedout == 10")
            .replacing("loss: 1%", with: "loss: 0.01")
        #expect(BrokenScenario.complaints(about: text).count == 5)
    }

    @Test func parameterThatTheFileLacksIsAnError() {
        let source = ScenarioSource(
            name: "sound", path: "sound.yaml", text: BrokenScenario.sound, parameters: ["cuont": "3"])
        let diagnostics = ScenarioParser.parse(source).diagnostics
        #expect(diagnostics.map(\.message) == ["there is no parameter \"cuont\" to set"])
        #expect(diagnostics.first?.hint == "did you mean \"count\"?")
    }

    @Test func phaseThatTheFileLacksCannotBeWithheld() {
        let source = ScenarioSource(name: "sound", path: "sound.yaml", text: BrokenScenario.sound)
        let (plan, diagnostics) = ScenarioParser.parse(source, withholding: "falt")
        #expect(plan == nil)
        #expect(diagnostics.first?.message == "there is no phase \"falt\" to withhold")
        #expect(diagnostics.first?.hint == "did you mean \"fault\"?")
    }
}
