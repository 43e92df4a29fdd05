import ArgumentParser
import NetlabReport

extension Netlab {
    /// `netlab plan`
    struct Plan: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Print a scenario as the ip, tc, nft and sysctl lines a person would type. Touches nothing.",
            discussion: """
                EXAMPLES
                  netlab plan mtu-100
                  netlab plan mtu-100 --script > mtu-100.sh    a reproduction that needs no netlab
                  sudo bash mtu-100.sh fault bash              a shell while its fault is there
                """)

        @OptionGroup var scenario: ScenarioArgument

        @Flag(help: "A bash script that builds the lab, goes to a phase, and takes all of it down.")
        var script = false

        func run() throws {
            let plan = try scenario.plan()
            Terminal.say(script ? ScriptText.render(plan) : PlanText.render(plan, style: Output.style))
        }
    }
}
