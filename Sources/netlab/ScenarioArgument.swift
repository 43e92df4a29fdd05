import ArgumentParser
import LinuxSystem
import NetlabCatalogue
import NetlabModel
import NetlabReport
import NetlabScenario

/// The scenario that a subcommand works on, and its parameters.
struct ScenarioArgument: ParsableArguments {
    @Argument(
        help: "A built-in scenario by name, or a file by its path.",
        completion: .custom { _, _, _ in Catalogue.scenarios.map(\.name) })
    var scenario: String

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set a parameter of the scenario.", valueName: "name=value"))
    var parameters: [String] = []

    @OptionGroup var links: DriverOption

    /// The text that the argument means.
    func source() throws -> ScenarioSource {
        try Self.source(of: scenario, parameters: links.added(to: Self.split(parameters)))
    }

    /// The valid plan, or an exit with all complaints about the file on standard error.
    func plan(withholding phase: String? = nil) throws -> NetlabModel.Plan {
        try Self.plan(of: source(), withholding: phase)
    }

    static func split(_ assignments: [String]) throws -> [String: String] {
        var values: [String: String] = [:]
        for assignment in assignments {
            guard let mark = assignment.firstIndex(of: "="), mark != assignment.startIndex else {
                throw ValidationError("\"\(assignment)\" sets no parameter; write --set name=value")
            }
            values[String(assignment[..<mark])] = String(assignment[assignment.index(after: mark)...])
        }
        return values
    }

    static func source(of scenario: String, parameters: [String: String]) throws -> ScenarioSource {
        if let text = Catalogue.text(of: scenario) {
            return ScenarioSource(
                name: scenario, path: "builtin:\(scenario)", text: text, parameters: parameters)
        }
        guard scenario.contains("/") || scenario.hasSuffix(".yaml") || scenario.hasSuffix(".yml") else {
            let nearest = NearestWord.nearest(to: scenario, among: Catalogue.scenarios.map(\.name))
            throw ValidationError(
                "there is no scenario \"\(scenario)\" in the catalogue"
                    + (nearest.map { "; did you mean \($0)?" }
                        ?? "; netlab list shows them, and a file needs its path"))
        }
        let text: String
        do {
            text = try TextFile.read(scenario)
        } catch {
            Terminal.complain("netlab: \(error)")
            throw ExitCode(66)
        }
        let file = scenario.split(separator: "/").last.map(String.init) ?? scenario
        let name = file.split(separator: ".").first.map(String.init) ?? file
        // What is built in may run programs: no file may pass for it by its name.
        let path = scenario.hasPrefix("builtin:") ? "./" + scenario : scenario
        return ScenarioSource(name: name, path: path, text: text, parameters: parameters)
    }

    static func plan(of source: ScenarioSource, withholding phase: String? = nil) throws -> NetlabModel.Plan {
        let (plan, diagnostics) = ScenarioParser.parse(source, withholding: phase)
        if !diagnostics.isEmpty {
            Terminal.complain(DiagnosticList(file: source.path, diagnostics: diagnostics).description)
        }
        guard let plan else { throw ExitCode(65) }
        return plan
    }
}

/// Which driver impaired links get where their scenario leaves it to netlab.
struct DriverOption: ParsableArguments {
    enum Driver: String, ExpressibleByArgument, CaseIterable, Sendable {
        case kernel, wire
    }

    @Option(
        help: ArgumentHelp(
            "Impair links by the kernel's qdiscs (netem) or by the user-space wire, where the scenario does not say.",
            valueName: "kernel|wire"))
    var driver: Driver?

    /// The parameters with the choice among them, so that the record tells it and judging again takes it.
    func added(to parameters: [String: String]) -> [String: String] {
        guard let driver else { return parameters }
        return parameters.merging([ScenarioSource.driverParameter: driver.rawValue]) { $1 }
    }
}
