import NetlabModel

@testable import NetlabVerdict

/// A run of two nodes and one phase, made by hand: tests change what they are about.
struct RunFixture {
    var phases: [PhasePlan] = []
    var record: RunRecord
    var source = ScenarioSource(name: "made-up", path: "made-up.yaml", text: "title: made up")

    static let start = SourcePosition(line: 1, column: 1)

    init() {
        record = RunRecord(
            tool: "0", host: HostDescription(kernel: "6.18", machine: "x86_64", cpus: 2, privilege: "root"),
            commandLine: [], scenario: source, startedAt: "2026-01-01T00:00:00Z")
    }

    /// One phase in which flow `web` made ten attempts, with these expectations and readings of `server`.
    init(
        _ predicates: [Predicate] = [], before: [String: Int64] = [:], after: [String: Int64] = [:],
        held: [String: Int64]? = nil, flow: [String: Int64] = ["attempted": 10]
    ) {
        self.init()
        add("fault", .fault, predicates, before: before, after: after, held: held, flow: flow)
    }

    mutating func add(
        _ name: String, _ role: PhaseRole, _ predicates: [Predicate], before: [String: Int64] = [:],
        after: [String: Int64] = [:], held: [String: Int64]? = nil, flow: [String: Int64] = ["attempted": 10],
        state: LabState? = nil
    ) {
        let expectations = predicates.map {
            Expectation(text: "\($0)", because: nil, predicate: $0, position: Self.start)
        }
        var web = Flow(
            name: "web", from: "client",
            to: FlowTarget(node: "server", address: IPAddress(bytes: [10, 0, 0, 2]), port: 80),
            kind: .tcpRequest(RequestFlow()))
        web.timeout = .seconds(1)
        phases.append(
            PhasePlan(
                name: name, role: role, state: state ?? Self.twoNodes, flows: [web],
                expectations: expectations,
                position: Self.start))
        var phase = PhaseRecord(name: name)
        phase.before = Snapshot(readings: ["server": before.merging(["Ip.DefaultTTL": 64]) { old, _ in old }])
        phase.held = Snapshot(readings: ["server": (held ?? after).merging(["Ip.DefaultTTL": 64]) { $1 }])
        phase.after = Snapshot(readings: ["server": after.merging(["Ip.DefaultTTL": 64]) { old, _ in old }])
        phase.flows = ["web": FlowOutcome(kind: "tcp-request", values: flow)]
        record.phases.append(phase)
    }

    static var twoNodes: LabState {
        LabState(nodes: [Node(name: "client"), Node(name: "server")])
    }

    var plan: Plan {
        Plan(source: source, title: "Made up", tags: [], phases: phases, lesson: Lesson(), needs: [])
    }

    var verdict: Verdict { Judge.judge(record, plan: plan) }

    /// Outcome and finding of the only expectation.
    var only: ExpectationVerdict? {
        let all = verdict.phases.flatMap(\.expectations)
        return all.count == 1 ? all.first : nil
    }
}

/// A counter of `server`, by its spelling.
func counter(_ text: String, at subject: String = "server") -> Quantity {
    .counter(subject: subject, CounterID(text) ?? CounterID(.ip, "misspelt"))
}

func number(_ value: Double, _ text: String? = nil) -> Quantity {
    .number(value, text: text ?? DecimalText.short(value))
}
