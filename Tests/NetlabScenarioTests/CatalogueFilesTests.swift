import NetlabModel
import NetlabScenario
import Testing

@Suite struct CatalogueFilesTests {
    @Test(arguments: [
        "mtu-100", "accept-queue-overflow", "udp-rcvbuf-overflow", "arp-unresolved", "syn-lost",
    ])
    func scenarioIsWithoutComplaint(name: String) throws {
        let text = try ScenarioFile.text("Scenarios/\(name).yaml")
        let (plan, diagnostics) = ScenarioParser.parse(ScenarioSource(name: name, path: name, text: text))
        #expect(DiagnosticList(file: name, diagnostics: diagnostics).description == "")
        #expect(plan != nil)
    }
}
