import ArgumentParser
import NetlabCatalogue
import NetlabExplain
import NetlabModel
import NetlabScenario

extension Netlab {
    /// `netlab explain`
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what a counter, a gauge or a drop reason means.",
            discussion: """
                EXAMPLES
                  netlab explain TcpExt.ListenOverflows
                  netlab explain TcpExtListenOverflows      nstat's spelling
                  netlab explain drop:NETFILTER_DROP
                  netlab explain rx_dropped                 a bare name
                """)

        @Argument(help: "A counter ID, nstat's spelling, or a bare name.")
        var counter: String

        func run() throws {
            let found = Explanations.find(counter)
            guard !found.isEmpty else {
                let near = Explanations.suggestions(for: counter)
                throw ValidationError(
                    "no counter is called \"\(counter)\""
                        + (near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"))
            }
            Terminal.say(found.map(Self.text).joined(separator: "\n"))
        }

        private static func text(_ explanation: CounterExplanation) -> String {
            let scope = explanation.isHostWide ? "the whole machine" : "one namespace"
            var lines = [explanation.id, "  \(explanation.text)"]
            lines.append("  kind       \(explanation.isGauge ? "gauge" : "counter") of \(scope)")
            if !explanation.raisedAt.isEmpty {
                lines.append("  raised at  " + explanation.raisedAt.joined(separator: "\n             "))
            }
            if let since = explanation.since { lines.append("  since      \(since)") }
            if !explanation.movesWith.isEmpty {
                lines.append("  see also   " + explanation.movesWith.joined(separator: ", "))
            }
            lines.append("  read it    \(explanation.howToRead)")
            let expecting = scenarios(mentioning: explanation.id)
            // Those that teach it come first, then others that were seen to move it.
            let moving = (Catalogue.movers[explanation.id] ?? []).filter { !expecting.contains($0) }
            if !expecting.isEmpty || !moving.isEmpty {
                lines.append("  moved by   " + (expecting + moving).joined(separator: ", "))
                lines.append("  try        netlab run " + (expecting + moving)[0])
            }
            return lines.joined(separator: "\n") + "\n"
        }

        /// The built-in scenarios whose fault phases expect something of a counter.
        private static func scenarios(mentioning id: String) -> [String] {
            Catalogue.scenarios.compactMap { name, text in
                guard text.contains(id.split(separator: ":").last.map(String.init) ?? id),
                    let plan = ScenarioParser.parse(ScenarioSource(name: name, path: name, text: text)).plan
                else { return nil }
                let mentioned = plan.phases.filter { $0.role == .fault }.flatMap(\.expectations)
                    .flatMap(\.predicate.quantities).flatMap(\.leaves)
                return mentioned.contains {
                    if case .counter(_, let leaf) = $0 { leaf.description == id } else { false }
                }
                    ? name : nil
            }
        }
    }
}
