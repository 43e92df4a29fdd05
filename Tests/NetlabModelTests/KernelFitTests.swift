import NetlabModel
import Testing

/// A plan on one kernel, without the settings that are for others.
@Suite struct KernelFitTests {
    private static let recycle = "net.ipv4.tcp_tw_recycle"

    private static func setting(_ value: String, _ kernel: String? = "< 4.11") -> SysctlSetting {
        SysctlSetting(
            name: recycle, value: value, kernel: kernel.flatMap { KernelRange($0) }, otherwise: "it is gone")
    }

    private static func phase(
        _ name: String, host: [SysctlSetting], node: [SysctlSetting] = [], steps: [TimedStep] = []
    ) -> PhasePlan {
        var server = Node(name: "server")
        server.sysctls = node
        return PhasePlan(
            name: name, role: .fault, state: LabState(nodes: [server], host: host), flows: [], steps: steps,
            expectations: [], position: SourcePosition(line: 1, column: 1))
    }

    private static func plan(_ phases: [PhasePlan], needs: Set<Need> = []) -> Plan {
        Plan(
            source: ScenarioSource(name: "t", path: "t.yaml", text: ""), title: "", tags: [], phases: phases,
            lesson: Lesson(), needs: needs)
    }

    @Test(arguments: [("4.4.7", 1), ("4.10.99", 1), ("4.11.0", 0), ("6.18.44", 0), ("unknown", 1)])
    func settingIsMadeOnItsKernelsAlone(release: String, count: Int) {
        let other = SysctlSetting(name: "net.ipv4.ip_forward", value: "1")
        let step = TimedStep(at: .seconds(1), state: LabState(host: [Self.setting("1"), other]))
        let plan = Self.plan([
            Self.phase("fault", host: [Self.setting("0")], node: [other, Self.setting("0")], steps: [step])
        ]).fitted(to: release)
        #expect(plan.phases[0].state.host.count == count)
        #expect(plan.phases[0].state.nodes[0].sysctls.count == 1 + count)
        #expect(plan.phases[0].steps[0].state.host.count == 1 + count)
    }

    @Test func permissionIsNeededForWhatIsMadeOnly() {
        let plan = Self.plan(
            [Self.phase("fault", host: [Self.setting("1")])],
            needs: [.hostChange(Self.recycle), .networkNamespaces])
        #expect(plan.fitted(to: "4.4.7").needs == plan.needs)
        #expect(plan.fitted(to: "6.18.44").needs == [.networkNamespaces])
        let always = Self.plan(
            [Self.phase("fault", host: [Self.setting("1", nil)])], needs: [.hostChange(Self.recycle)])
        #expect(always.fitted(to: "6.18.44").needs == always.needs)
    }

    @Test func withheldFaultIsTheSameWhereThereIsNone() {
        let with = Self.plan([Self.phase("fault", host: [Self.setting("1")])])
        let without = Self.plan([Self.phase("fault", host: [Self.setting("0")])])
        #expect(with.isSame(as: without, in: "fault", on: "6.18.44"))
        #expect(!with.isSame(as: without, in: "fault", on: "4.4.7"))
        #expect(!with.isSame(as: without, in: "no such phase", on: "6.18.44"))
        var slower = without
        slower.phases[0].steps = [TimedStep(at: .seconds(1), state: LabState())]
        #expect(!with.isSame(as: slower, in: "fault", on: "6.18.44"))
    }

    @Test func whatAPhaseWouldChangeElsewhereIsTold() {
        let plan = Self.plan([
            Self.phase("control", host: [Self.setting("0")]),
            Self.phase("fault", host: [Self.setting("1")], node: [Self.setting("5")]),
            Self.phase("same", host: [Self.setting("1")], node: [Self.setting("5")]),
        ])
        let left = plan.leftOut(of: "fault", on: "6.18.44")
        #expect(left.map(\.subject) == ["host", "server"])
        #expect(left.map(\.setting.value) == ["1", "5"])
        #expect(plan.leftOut(of: "fault", on: "4.4.7").isEmpty)
        #expect(plan.leftOut(of: "same", on: "6.18.44").isEmpty)
    }
}
