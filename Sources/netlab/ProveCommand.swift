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
                An expectation that also holds when nothing is broken proves nothing. For each fault phase this runs the
                scenario once as planned and once without that phase's change, and tells which expectations know the difference.

                EXAMPLES
                  netlab prove mtu-100
                  netlab prove loss-2pct --kernel debian-6.12-cloud
                  netlab prove syn-default-timers --virtual-time
                  netlab prove tw-recycle-nat --kernel ./vmlinuz-4.9.0 --record proof
                """)

        @OptionGroup var scenario: ScenarioArgument
        @OptionGroup var permissions: PermissionOptions
        @OptionGroup var machine: MachineOptions

        @Option(
            help: ArgumentHelp(
                "Save the records: NAME.json of the run as planned, NAME-without-PHASE.json of each other.",
                valueName: "name"))
        var record: String?

        @Flag(help: "Print the proofs as JSON.")
        var json = false

        mutating func run() async throws {
            let plan = try scenario.plan()
            Execution.sweep()
            let (scenario, permissions, machine, name) = (scenario, permissions, machine, record)
            let (proofs, record) = try await Execution.interruptibly {
                let place = try await machine.place(for: plan, permissions: permissions)
                let record = try await place.execute(plan, permissions: permissions)
                if let name { _ = try RecordStore.save(record, to: name + ".json") }
                let normal = NetlabVerdict.Judge.judge(record, plan: plan)
                var proofs: [Proof] = []
                for phase in plan.phases where phase.role == .fault && !Task.isCancelled {
                    let withheld = try scenario.plan(withholding: phase.name)
                    if plan.isSame(as: withheld, in: phase.name, on: record.host.kernel) {
                        proofs.append(.withoutFault(phase: phase.name, kernel: record.host.kernel))
                        continue
                    }
                    let record = try await place.execute(
                        withheld, permissions: permissions, withheld: phase.name)
                    if let name { _ = try RecordStore.save(record, to: "\(name)-without-\(phase.name).json") }
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
