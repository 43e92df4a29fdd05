import ArgumentParser
import NetlabReport

extension Netlab {
    /// `netlab show`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a scenario: its topology as a picture, its phases, its lesson.",
            discussion: """
                EXAMPLES
                  netlab show mtu-100
                  netlab show mtu-100 --hint 1       the symptom and the first of three hints, no answer
                  netlab show mtu-100 --source       the file itself
                """)

        @OptionGroup var scenario: ScenarioArgument

        @Option(help: "Tell the symptom and so many hints, and keep the answer back.")
        var hint: Int?

        @Flag(help: "The YAML text.")
        var source = false

        func run() throws {
            if source {
                Terminal.say(try scenario.source().text)
                return
            }
            let plan = try scenario.plan()
            if let hint, hint < 0 || hint > plan.lesson.hints.count {
                throw ValidationError("this lesson has \(plan.lesson.hints.count) hints")
            }
            let reveal = hint.map(ScenarioText.Reveal.hints) ?? .everything
            Terminal.say(ScenarioText.lesson(plan, reveal: reveal, style: Output.style))
        }
    }
}
