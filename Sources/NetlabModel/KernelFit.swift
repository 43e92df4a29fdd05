/// A plan on one kernel: without the settings that are for others.
extension Plan {
    /// The plan that a kernel carries out. What the left out settings alone needed is not needed.
    ///
    /// - Parameter release: as `uname -r` prints it.
    public func fitted(to release: String) -> Plan {
        var plan = self
        for index in plan.phases.indices {
            plan.phases[index].state = plan.phases[index].state.fitted(to: release)
            for step in plan.phases[index].steps.indices {
                plan.phases[index].steps[step].state = plan.phases[index].steps[step].state.fitted(
                    to: release)
            }
        }
        let host = Set(plan.phases.flatMap(\.states).flatMap(\.host).map(\.name))
        plan.needs = needs.filter { need in
            if case .hostChange(let name) = need { host.contains(name) } else { true }
        }
        return plan
    }

    /// Whether a phase of this plan and of another are the same on a kernel: the same lab, traffic and steps. Where a fault
    /// is for other kernels, the plan that withholds it is so.
    public func isSame(as other: Plan, in phase: String, on release: String) -> Bool {
        guard let mine = fitted(to: release).phases.first(where: { $0.name == phase }),
            let theirs = other.fitted(to: release).phases.first(where: { $0.name == phase })
        else { return false }
        return mine.states == theirs.states && mine.flows == theirs.flows
            && mine.steps.map(\.at) == theirs.steps.map(\.at)
    }

    /// The settings that a phase changes, but not on this kernel.
    public func leftOut(of phase: String, on release: String) -> [LeftOutSetting] {
        guard let index = phases.firstIndex(where: { $0.name == phase }) else { return [] }
        let before = index > 0 ? phases[index - 1].states.last : nil
        var found: [LeftOutSetting] = []
        for state in phases[index].states {
            let old = before?.settings ?? []
            for setting in state.settings where !old.contains(setting) && !found.contains(setting) {
                if !setting.setting.isMade(on: release) { found.append(setting) }
            }
        }
        return found
    }
}

/// A setting that is not made on a kernel.
public struct LeftOutSetting: Hashable, Sendable {
    /// The node's name, or `host`.
    public var subject: String
    public var setting: SysctlSetting
}

extension PhasePlan {
    /// The lab at the start and after each step.
    var states: [LabState] { [state] + steps.map(\.state) }
}

extension LabState {
    func fitted(to release: String) -> LabState {
        var state = self
        state.host.removeAll { !$0.isMade(on: release) }
        for index in state.nodes.indices {
            state.nodes[index].sysctls.removeAll { !$0.isMade(on: release) }
        }
        return state
    }

    /// Every sysctl with whose it is.
    fileprivate var settings: [LeftOutSetting] {
        host.map { LeftOutSetting(subject: "host", setting: $0) }
            + nodes.flatMap { node in node.sysctls.map { LeftOutSetting(subject: node.name, setting: $0) } }
    }
}
