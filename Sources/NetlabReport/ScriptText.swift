import NetlabModel

/// A plan as a bash script that builds the same lab in namespaces of its own, goes to a phase, and takes
/// everything down when it ends: a reproduction that needs no netlab.
public struct ScriptText {
    private let plan: Plan
    private let command: EquivalentCommand
    private var text = ""

    /// The script. It wants ip, tc and whatever else its lines name; bash; and root.
    public static func render(_ plan: Plan) -> String {
        var script = ScriptText(plan)
        script.write()
        return script.text
    }

    private init(_ plan: Plan) {
        self.plan = plan
        var reset: Set<String> = []
        for change in Self.changes(of: plan).joined() {
            switch change {
            case .resetSysctl(let node, let name): reset.insert("\(node) \(name)")
            case .resetMAC(let id): reset.insert("\(id) address")
            case .resetOffloads(let id, _): reset.insert("\(id) offloads")
            default: continue
            }
        }
        command = EquivalentCommand(isScript: true, remembered: reset)
    }

    /// The changes of every phase, its steps included.
    private static func changes(of plan: Plan) -> [[Change]] {
        var last = LabState()
        return plan.phases.map { phase in
            var changes = Change.between(phase.isFresh ? LabState() : last, phase.state)
            last = phase.state
            for step in phase.steps {
                changes += Change.between(last, step.state)
                last = step.state
            }
            return changes
        }
    }

    // MARK: The script

    private mutating func write() {
        head()
        helpers()
        var last = LabState()
        for (index, phase) in plan.phases.enumerated() {
            last = phaseFunctions(phase, index, after: last)
        }
        tail()
    }

    private mutating func line(_ text: String = "") { self.text += text + "\n" }

    private mutating func comment(_ text: String, indent: String = "") {
        for line in text.wrapped(to: 100 - indent.count) { self.line("\(indent)# \(line.inPlainASCII)") }
    }

    private mutating func head() {
        let names = plan.phases.map(\.name)
        line("#!/usr/bin/env bash")
        comment("\(plan.name): \(plan.title)")
        line("#")
        comment(
            "The lab of this scenario in network namespaces, with nothing of netlab in it. "
                + "It is taken down when the script ends.")
        line("#")
        line("# usage: sudo bash \(plan.name).sh [PHASE [COMMAND...]]")
        comment(
            "PHASE is one of \(names.joined(separator: ", ")) (\(names[0]) if left out), or `all` for one after the other."
        )
        comment(
            "COMMAND runs in each phase asked for, with LAB and PHASE in its environment; "
                + "without one the script waits for Enter.")
        line("# Inside: ip netns exec \"$LAB.\(plan.phases[0].state.nodes.first?.name ?? "client")\" bash")
        line("set -euo pipefail")
        line()
        line("LAB=${LAB:-\(plan.name)-$$}")
        line("export LAB PHASE")
        line()
    }

    private mutating func phaseFunctions(_ phase: PhasePlan, _ index: Int, after last: LabState) -> LabState {
        var last = last
        comment(
            "Phase \(phase.name)" + (phase.role.rawValue == phase.name ? "." : " (\(phase.role.rawValue))."))
        for flow in phase.flows { comment("Traffic \(flow.name): \(FlowText.plan(flow))") }
        for expectation in phase.expectations { comment("Expect \(expectation.text)") }
        line("phase_\(phase.name)() {")
        if phase.isFresh, index > 0 {
            line("    # A new lab: what the one before has learnt must not matter.")
            line("    take_down")
            last = LabState()
        }
        commands(Change.between(last, phase.state))
        readiness(of: phase.state)
        line("}")
        line()
        last = phase.state
        guard !phase.steps.isEmpty else { return last }
        comment("What changes while the traffic of \(phase.name) runs.")
        line("steps_\(phase.name)() {")
        var time = Duration.zero
        for step in phase.steps {
            line("    sleep \(DecimalText.short((step.at - time).inSeconds, decimals: 6))")
            commands(Change.between(last, step.state))
            time = step.at
            last = step.state
        }
        line("}")
        line()
        return last
    }

    private mutating func commands(_ changes: [Change]) {
        let lines = changes.flatMap(command.lines(for:))
        if lines.isEmpty { line("    : # nothing changes") }
        for text in lines {
            // A here-document must not be indented; its command may.
            line("    " + (text.hasPrefix("#") ? text.inPlainASCII : text))
        }
    }

    /// The kernel attaches a qdisc up to a second after the carrier came.
    private mutating func readiness(of state: LabState) {
        for node in state.nodes {
            let names = node.interfaces.filter { interface in
                let id = InterfaceID(node: node.name, interface: interface.name)
                guard interface.isUp, interface.hasCarrier, let link = state.link(at: id) else {
                    return false
                }
                return EquivalentCommand.hasMiddle(link)
                    || link.opposite(of: id).flatMap { state.interface($0) }?.isUp == true
            }.map(\.name)
            if !names.isEmpty { line("    ready \(node.name) \(names.joined(separator: " "))") }
        }
        for link in state.links where EquivalentCommand.hasMiddle(link) {
            let ports = link.ends.indices.filter { port in
                state.interface(link.ends[port]).map { $0.isUp && $0.hasCarrier } ?? false
            }
            if ports.isEmpty { continue }
            let names = ports.map { "p\($0)" }.joined(separator: " ")
            line("    ready \(EquivalentCommand.hiddenNode(of: link)) \(names)")
        }
    }

    // MARK: Helpers of the script

    private mutating func helpers() {
        let changes = Self.changes(of: plan).flatMap(\.self)
        let lines = changes.flatMap(command.lines(for:))
        let changesHost = lines.contains { $0.contains("host_sysctl ") }
        text += changesHost ? ScriptParts.takeDownWithHost : ScriptParts.takeDown
        line()
        text += ScriptParts.ready
        line()
        if lines.contains(where: { $0.hasPrefix("netem ") }) {
            text += ScriptParts.netem
            line()
        }
        for (word, part) in [
            ("on_kernels", ScriptParts.kernels), ("reset_sysctl", ScriptParts.sysctl),
            ("reset_address", ScriptParts.address),
            ("reset_offloads", ScriptParts.offloads),
        ] where lines.contains(where: { $0.hasPrefix(word + " ") }) {
            text += part
            line()
        }
        if changesHost {
            text += ScriptParts.hostSysctl
            line()
        }
    }

    private mutating func tail() {
        line("# Takes the lab from nothing to a phase.")
        line("reach() {")
        line("    case $1 in")
        for (index, phase) in plan.phases.enumerated() {
            // A fresh phase takes down whatever there is, so its way begins with itself.
            let start = plan.phases[...index].lastIndex { $0.isFresh } ?? 0
            line("    \(phase.name))")
            for step in start..<index {
                line("        phase_\(plan.phases[step].name)")
                if !plan.phases[step].steps.isEmpty { line("        steps_\(plan.phases[step].name)") }
            }
            line("        phase_\(phase.name)")
            line("        ;;")
        }
        line("    *)")
        line("        echo \"$0: there is no phase $1\" >&2")
        line("        exit 64")
        line("        ;;")
        line("    esac")
        line("}")
        line()
        line(
            "# Runs the command in the phase that the lab is in now, and changes the lab at the times given.")
        line("stay() {")
        line("    PHASE=$1")
        line("    shift")
        line("    if [ $# -eq 0 ]; then")
        line("        [ ! -t 0 ] || read -rp \"$PHASE: look at $LAB.*, Enter ends it \" _")
        line("        return")
        line("    fi")
        let stepped = plan.phases.filter { !$0.steps.isEmpty }
        if stepped.isEmpty {
            line("    \"$@\"")
        } else {
            line("    \"$@\" &")
            line("    local command=$!")
            line("    case $PHASE in")
            for phase in stepped { line("    \(phase.name)) steps_\(phase.name) ;;") }
            line("    esac")
            line("    wait \"$command\"")
        }
        line("}")
        line()
        line("PHASE=${1:-\(plan.phases[0].name)}")
        line("[ $# -eq 0 ] || shift")
        line("if [ \"$PHASE\" = all ]; then")
        for phase in plan.phases {
            line("    phase_\(phase.name)")
            line("    stay \(phase.name) \"$@\"")
        }
        line("else")
        line("    reach \"$PHASE\"")
        line("    stay \"$PHASE\" \"$@\"")
        line("fi")
    }
}

extension String {
    /// Scripts are read in any locale.
    fileprivate var inPlainASCII: String { StyledText(self).rendered(ReportStyle(isUnicode: false)) }
}
