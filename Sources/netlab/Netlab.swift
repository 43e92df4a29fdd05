import ArgumentParser
import Glibc
import NetlabScenario
import NetlabVM

/// Where the process begins: privileges first, while there is one thread.
@main
enum Main {
    static func main() async {
        // As the first process of a virtual machine there are no arguments and no shell.
        if VirtualGuest.isHere { await GuestCommand.run() }
        Privilege.requireProc()
        refuseUnknownSubcommand()
        Privilege.enterUserNamespaceIfNeeded()
        Privilege.requireHome()
        await Netlab.main()
    }

    /// The parser knows near misses of options; of subcommands it only says that an argument is unexpected.
    private static func refuseUnknownSubcommand() {
        guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-") else { return }
        let known = Netlab.subcommandNames
        guard !known.contains(word) else { return }
        let nearest = NearestWord.nearest(to: word, among: known)
        Terminal.complain(
            "netlab: there is no subcommand \"\(word)\""
                + (nearest.map { "; did you mean \($0)?" }
                    ?? "; they are \(known.sorted().joined(separator: ", "))"))
        exit(64)
    }
}

/// The command: arguments in, exit code out.
struct Netlab: AsyncParsableCommand {
    static let version = "0.1.0"

    /// Every word that may come first, `help` included.
    static var subcommandNames: Set<String> {
        let types =
            configuration.groupedSubcommands.flatMap(\.subcommands) + configuration.ungroupedSubcommands
        return Set(types.map { $0.configuration.commandName ?? "\($0)".lowercased() } + ["help"])
    }

    static let configuration = CommandConfiguration(
        commandName: "netlab",
        abstract: "Reproduces network failures on the real kernel and proves them by its counters.",
        discussion: """
            netlab builds network namespaces, sends traffic through them, breaks something, and asserts which kernel
            counters must move and which must not: before, during, and after the remedy. Everything it makes is gone when it ends.

            EXAMPLES
              netlab list                        the built-in failure cases
              netlab show mtu-100                one of them: topology and lesson
              netlab run mtu-100                 reproduce it
              netlab run mtu-100 --set mtu=200   with another parameter
              netlab run ./mine.yaml             a scenario of your own
              netlab plan mtu-100                the same as ip, tc, nft and sysctl lines
              netlab doctor                      what this machine can do

            EXIT CODES
              0 passed   1 failed   2 inconclusive   3 unsupported here   64 usage   65 bad scenario   70 internal error
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Running",
                subcommands: [
                    Run.self, Test.self, Prove.self, SweepParameter.self, Discover.self, Coverage.self,
                    Judge.self,
                ]),
            CommandGroup(name: "Reading", subcommands: [List.self, Show.self, Plan.self, Explain.self]),
            CommandGroup(name: "Writing scenarios", subcommands: [New.self, Validate.self]),
            CommandGroup(name: "This machine", subcommands: [Doctor.self, Kernel.self, Clean.self]),
            CommandGroup(name: "Without a lab", subcommands: [Traffic.self]),
        ])
}
