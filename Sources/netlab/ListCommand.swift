import ArgumentParser
import NetlabCatalogue
import NetlabModel
import NetlabReport
import NetlabScenario

extension Netlab {
    /// `netlab list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the built-in failure cases.",
            discussion: """
                EXAMPLES
                  netlab list
                  netlab list --tag mtu
                """)

        @Option(help: "Only those with this tag; may be given several times.")
        var tag: [String] = []

        @Flag(help: "Names alone, one a line.")
        var names = false

        @Flag(help: "A page of Markdown, as in docs/catalogue.md.")
        var markdown = false

        func run() throws {
            // A list needs titles and tags; only the page with what moves needs the plans.
            let listed = Catalogue.scenarios
                .map { name, text in ScenarioSource(name: name, path: "builtin:\(name)", text: text) }
                .map { source in (source: source, summary: ScenarioSummary.read(source)) }
                .filter { scenario in tag.allSatisfy { scenario.summary.tags.contains($0) } }
            if names {
                for scenario in listed { Terminal.say(scenario.source.name) }
            } else if markdown {
                Terminal.say(
                    CatalogueMarkdown.render(listed.compactMap { ScenarioParser.parse($0.source).plan }))
            } else {
                let rows = listed.map {
                    (name: $0.source.name, title: $0.summary.title, tags: $0.summary.tags)
                }
                Terminal.say(ScenarioText.list(rows, style: Output.style))
            }
        }
    }
}
