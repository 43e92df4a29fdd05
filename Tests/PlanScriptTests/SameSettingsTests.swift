import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabCatalogue
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabScenario
import Testing

@testable import NetlabLab

/// `netlab plan --script` and netlab itself make the same lab: every phase of every scenario of the catalogue is
/// built by both, and the tools find the same settings in both.
@Suite(.needsRoot, .needsProgram("ethtool"), .serialized, .leavesNothingBehind) struct SameSettingsTests {
    static func plan(_ name: String) throws -> Plan {
        let text = try #require(Catalogue.text(of: name))
        let (plan, diagnostics) = ScenarioParser.parse(
            ScenarioSource(name: name, path: "builtin:\(name)", text: text))
        return try #require(plan, "\(diagnostics.map(\.message))")
    }

    /// Those that need nothing but the kernel, and no setting of the whole machine.
    static func plans() throws -> [Plan] {
        var options = ScenarioRun.Options()
        options.allowsExec = true
        return try Catalogue.scenarios.map { try plan($0.name) }
            .filter { Preflight(options: options).missing(for: $0).isEmpty }
            .filter { $0.phases.allSatisfy { $0.state.host.isEmpty } }
    }

    @Test func theCatalogueIsTheSameByScript() async throws {
        let plans = try Self.plans()
        #expect(plans.count >= 50)
        await withTaskGroup(of: Void.self) { group in
            for (index, plan) in plans.enumerated() {
                if index >= 3 { await group.next() }
                group.addTask {
                    do {
                        try await Self.compare(plan)
                    } catch {
                        Issue.record("\(plan.name): \(error)")
                    }
                }
            }
        }
    }

    static func compare(_ plan: Plan) async throws {
        let dump = try SettingsDump()
        let script = "\(dump.directory)/lab.sh"
        try NewFile.create(script, with: ScriptText.render(plan))
        var command = ChildCommand(
            "bash", [script, "all"] + dump.command + ["\(dump.directory)/script"], timeout: .seconds(60))
        command.environment["LAB"] = "s\(getpid())-\(plan.name)"
        let outcome = try await ChildProcess.run(command)
        #expect(outcome.isSuccess, "\(plan.name): \(outcome.summary): \(outcome.standardError.text)")

        let (result, teardown) = try await Lab.withLab(
            named: plan.name, foreseeing: plan.phases.flatMap { [$0.state] + $0.steps.map(\.state) }
        ) { lab in
            for (index, phase) in plan.phases.enumerated() {
                if phase.isFresh, index > 0 { _ = await lab.startAfresh() }
                try await lab.change(to: phase.state)
                let names = await lab.descriptors()
                try await ChildProcess.runChecked(
                    ChildCommand(
                        "bash",
                        ["\(dump.directory)/dump.sh", "\(dump.directory)/lab/\(phase.name)"] + names.words))
                for step in phase.steps { try await lab.change(to: step.state) }
            }
            return await lab.taps(of: plan.phases[0].state)
        }
        let taps = try result.get()
        #expect(teardown.leaks == [])
        for phase in plan.phases {
            let own = "\(dump.directory)/lab/\(phase.name)"
            let made = "\(dump.directory)/script/\(phase.name)"
            // A wire has no namespace of its own; the script's middle stands for it.
            for name in Directory.entries(own).sorted() {
                let difference = try dump.difference(own, made, namespace: name, taps: taps[name] ?? [])
                if !difference.isEmpty {
                    Issue.record("\(plan.name), \(phase.name), \(name): \(Self.text(difference))")
                }
            }
        }
        try await dump.remove()
    }

    private static func text(_ difference: CollectionDifference<String>) -> String {
        difference.prefix(8).map { change in
            switch change {
            case .insert(_, let line, _): "script only: \(line)"
            case .remove(_, let line, _): "lab only: \(line)"
            }
        }.joined(separator: "\n")
    }
}

extension Lab {
    struct Descriptors: Sendable {
        /// `NAME=/proc/PID/fd/N`
        var words: [String]
    }

    /// Where each namespace of the lab is found, those between the ends included.
    func descriptors() -> Descriptors {
        var words = nodes.map { "\($0.key)=\(Self.path($0.value))" }
        for link in state.links {
            guard let hidden = links[link.name]?.hidden else { continue }
            words.append("\(EquivalentCommand.hiddenNode(of: link))=\(Self.path(hidden))")
        }
        return Descriptors(words: words.sorted())
    }

    /// The ends of links that are wires here, by node.
    func taps(of state: LabState) -> [String: Set<String>] {
        var taps: [String: Set<String>] = [:]
        for link in state.links where links[link.name] is WireLink {
            for end in link.ends { taps[end.node, default: []].insert(end.interface) }
        }
        return taps
    }

    private static func path(_ node: LabNode) -> String {
        "/proc/\(getpid())/fd/\(node.namespace.fileDescriptor)"
    }
}
