import Glibc
import LinuxSystem
import NetlabModel

/// How the process came by the right to make namespaces.
enum Privilege {
    /// Subcommands that make labs, or tell what labs could be made here.
    private static let makesLabs: Set<String> = [
        "run", "test", "prove", "sweep", "discover", "coverage", "doctor",
    ]

    /// A run in a virtual machine makes no lab here.
    private static var isForAMachine: Bool {
        CommandLine.arguments.contains {
            $0 == "--kernel" || $0.hasPrefix("--kernel=") || $0 == "--virtual-time"
        }
    }

    /// Enters a user namespace of our own where the process is not allowed to make network namespaces as it
    /// is.
    ///
    /// The kernel only lets a process with a single thread in, so this comes before anything asynchronous.
    /// What it cannot do is told by preflight, when a scenario needs it.
    static func enterUserNamespaceIfNeeded() {
        guard CommandLine.arguments.dropFirst().first.map(makesLabs.contains) == true,
            !CapabilitySet.effective.contains(.sysAdmin), !isForAMachine
        else { return }
        do {
            let entry = try UserNamespace.enter()
            for limit in entry.limitations { Terminal.complain("netlab: without root: \(limit)") }
        } catch {
            Terminal.complain("netlab: \(error)")
        }
    }

    /// Subcommands that read files and write text.
    private static let touchesNothing: Set<String> = [
        "list", "show", "plan", "explain", "judge", "new", "validate", "help",
    ]

    /// Ends the process with a sentence where there is no /proc: before anything asks for the arguments of the command
    /// line, which Swift reads there.
    static func requireProc() {
        guard access("/proc/self/cmdline", R_OK) != 0 else { return }
        let error = SystemError.last("open", on: "/proc/self/cmdline")
        Terminal.complain("netlab: \(error); netlab needs /proc: mount -t proc proc /proc")
        exit(Outcome.unsupported.exitCode)
    }

    /// Ends the process with a sentence where the kernel cannot tell which network namespace this is.
    static func requireHome() {
        guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"),
            !touchesNothing.contains(word)
        else { return }
        do {
            try NetworkNamespace.findHome()
        } catch {
            Terminal.complain("netlab: \(error); netlab needs a kernel with network namespaces, and /proc")
            exit(Outcome.unsupported.exitCode)
        }
    }
}
