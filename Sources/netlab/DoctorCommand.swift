import ArgumentParser
import NetlabCatalogue
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabScenario

extension Netlab {
    /// `netlab doctor`
    struct Doctor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what this kernel, container and user can do, what is missing and how to get it.")

        func run() async throws {
            let abilities = NetlabRunner.Doctor.examine()
            var runnable: [String] = []
            var blocked: [(name: String, missing: [MissingNeed])] = []
            for (name, text) in Catalogue.scenarios {
                let source = ScenarioSource(name: name, path: "builtin:\(name)", text: text)
                guard let plan = ScenarioParser.parse(source).plan else { continue }
                let missing = Preflight(options: Execution.options(Allowed(), isBuiltIn: true)).missing(
                    for: plan)
                if missing.isEmpty { runnable.append(name) } else { blocked.append((name, missing)) }
            }
            Terminal.say(
                DoctorText.render(abilities, runnable: runnable, blocked: blocked, style: Output.style))
        }
    }
}
