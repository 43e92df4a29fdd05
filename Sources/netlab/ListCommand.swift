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
            let plans = Catalogue.scenarios.compactMap { name, text in
                ScenarioParser.parse(ScenarioSource(name: name, path: "builtin:\(name)", text: text)).plan
            }.filter { plan in tag.allSatisfy { plan.tags.contains($0) } }
            if names {
                for plan in plans { Terminal.say(plan.name) }
            } else if markdown {
                Terminal.say(CatalogueMarkdown.render(plans))
            } else {
                Terminal.say(ScenarioText.list(plans, style: Output.style))
            }
        }
    }
}
