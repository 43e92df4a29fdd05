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
                  netlab plan mtu-100 > mtu-100.sh     a script to read, and to try by hand
                """)

        @OptionGroup var scenario: ScenarioArgument

        func run() throws {
            let plan = try scenario.plan()
            Terminal.say(PlanText.render(plan, style: Output.style))
        }
    }
}
