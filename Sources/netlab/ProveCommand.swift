import ArgumentParser
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabVerdict

extension Netlab {
    /// `netlab prove`
    struct Prove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run a scenario with its fault withheld, and demand that it fails.",
            discussion: """
                An expectation that also holds when nothing is broken proves nothing. For each fault and recovery phase this runs the
                scenario once as planned and once without that phase's change, and tells which expectations know the difference.

                EXAMPLES
                  netlab prove mtu-100
                  netlab prove loss-2pct --kernel debian-6.12-cloud
                  netlab prove syn-default-timers --virtual-time
                """)

        @OptionGroup var scenario: ScenarioArgument
        @OptionGroup var permissions: PermissionOptions
        @OptionGroup var machine: MachineOptions

        @Flag(help: "Print the proofs as JSON.")
        var json = false

        mutating func run() async throws {
            let plan = try scenario.plan()
            Execution.sweep()
            let (scenario, permissions, machine) = (scenario, permissions, machine)
            let (proofs, record) = try await Execution.interruptibly {
                let place = try await machine.place(for: plan, permissions: permissions)
                let record = try await place.execute(plan, permissions: permissions)
                let normal = NetlabVerdict.Judge.judge(record, plan: plan)
                var proofs: [Proof] = []
                for phase in plan.phases where phase.role == .fault && !Task.isCancelled {
                    let withheld = try scenario.plan(withholding: phase.name)
                    let record = try await place.execute(
                        withheld, permissions: permissions, withheld: phase.name)
                    let verdict = NetlabVerdict.Judge.judge(record, plan: withheld)
                    proofs.append(Proof.compare(normal: normal, withheld: verdict, phase: phase.name))
                }
                return (proofs, record)
            }
            if json {
                Terminal.say(String(decoding: try RecordJSON.encode(proofs), as: UTF8.self))
            } else {
                Terminal.say(ProofText.render(proofs, name: plan.name, style: Output.style))
            }
            machine.offer(for: record, plan)
            try Execution.finish(Outcome.merged(proofs.map(\.outcome)).exitCode)
        }
    }
}
