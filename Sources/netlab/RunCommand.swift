import ArgumentParser
import LinuxSystem
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabScenario
import NetlabVerdict

extension Netlab {
    /// `netlab run`
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reproduce a failure case and judge what the kernel's counters say.",
            discussion: """
                EXAMPLES
                  netlab run mtu-100
                  netlab run mtu-100 --set mtu=127 --json
                  netlab run ./mine.yaml --record mine.json
                  netlab run syn-lost --capture syn.pcapng
                  netlab run loss-2pct --kernel debian-6.12-cloud
                  netlab run keepalive-default-timers --virtual-time
                  netlab run accept-queue-overflow --exec "server=./my-server --port 80"

                With --exec, the user's own program serves the TCP flows to a node in place of netlab's servers: it is started
                before the traffic of each phase, with the port in NETLAB_PORT, and ended after it. tcp-request then
                speaks HTTP/1.1.
                """)

        @OptionGroup var scenario: ScenarioArgument
        @OptionGroup var permissions: PermissionOptions
        @OptionGroup var machine: MachineOptions

        @Option(help: ArgumentHelp("Where to save the run's record.", valueName: "file"))
        var record: String?

        @Option(
            help: ArgumentHelp("Write every packet at both ends of every link, as pcapng.", valueName: "file")
        )
        var capture: String?

        @Option(
            name: .customLong("exec"),
            help: ArgumentHelp(
                "Let a program of one's own serve the TCP flows to a node.", valueName: "node=command"))
        var servers: [String] = []

        @Flag(help: "Print the verdict as JSON instead of text.")
        var json = false

        @Flag(name: .shortAndLong, help: "Print the outcome alone.")
        var quiet = false

        mutating func run() async throws {
            var plan = try scenario.plan()
            for server in try servers.map(OwnServerArgument.server) {
                do {
                    plan = try server.replacing(in: plan)
                } catch {
                    throw ValidationError("--exec: \(error)")
                }
            }
            if machine.isDemanded, !servers.isEmpty {
                throw ValidationError(
                    "--exec starts a program of this host, and a virtual machine does not have it")
            }
            let chosen = plan
            Execution.sweep()
            let (permissions, machine, capture) = (permissions, machine, capture)
            let record = try await Execution.interruptibly {
                let place = try await machine.place(for: chosen, permissions: permissions)
                return try await place.execute(chosen, permissions: permissions, capture: capture)
            }
            let path = try RecordStore.save(record, to: self.record)
            let verdict = NetlabVerdict.Judge.judge(record, plan: plan)
            try Output.show(record, verdict, plan, json: json, quiet: quiet, path: path)
            machine.offer(for: record, plan)
            try Execution.finish(verdict.outcome.exitCode)
        }
    }
}

/// What a user may allow.
struct PermissionOptions: ParsableArguments {
    @Flag(help: "Let the scenario change settings of the whole machine; they are put back.")
    var allowHostChanges = false

    @Flag(help: "Let a scenario that is not built in run programs.")
    var allowExec = false

    var allowed: Allowed { Allowed(hostChanges: allowHostChanges, exec: allowExec) }
}

/// What a user has allowed.
struct Allowed: Sendable {
    var hostChanges = false
    var exec = false
}

/// `--exec server=./my-server --port 80`: what is given on the command line needs no other permission.
enum OwnServerArgument {
    static func server(_ text: String) throws -> OwnServer {
        guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
            throw ValidationError("--exec \"\(text)\" names no node; write --exec \"server=./my-server\"")
        }
        guard let command = Arguments.split(String(text[text.index(after: mark)...])) else {
            throw ValidationError("--exec \"\(text)\": a quote without its end")
        }
        return OwnServer(node: String(text[..<mark]), command: command)
    }
}
