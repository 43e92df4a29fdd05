import LinuxSystem

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
}
