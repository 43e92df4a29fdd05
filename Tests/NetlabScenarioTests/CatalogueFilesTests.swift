import NetlabModel
import NetlabScenario
import Testing

@Suite struct CatalogueFilesTests {
    @Test func everyScenarioIsWithoutComplaint() throws {
        let catalogue = try ScenarioFile.catalogue()
        #expect(catalogue.count >= 5)
        for (name, text) in catalogue {
            let (plan, diagnostics) = ScenarioParser.parse(ScenarioSource(name: name, path: name, text: text))
            #expect(DiagnosticList(file: name, diagnostics: diagnostics).description == "")
            #expect(plan != nil)
        }
    }

    @Test func summaryAgreesWithThePlan() throws {
        for (name, text) in try ScenarioFile.catalogue() {
            let source = ScenarioSource(name: name, path: name, text: text)
            let plan = try #require(ScenarioParser.parse(source).plan)
            #expect(ScenarioSummary.read(source) == ScenarioSummary(title: plan.title, tags: plan.tags))
        }
    }

    @Test func summaryReadsQuotesAndComments() {
        let text = "# first\ntitle: \"a: b\" # c\ntags: [ 'x', y ]  # d\nnodes: {}\n"
        let source = ScenarioSource(name: "s", path: "s", text: text)
        #expect(ScenarioSummary.read(source) == ScenarioSummary(title: "a: b", tags: ["x", "y"]))
        let empty = ScenarioSource(name: "s", path: "s", text: "nodes: {}")
        #expect(ScenarioSummary.read(empty) == ScenarioSummary(title: "", tags: []))
    }
}
