/// A program to start: one argument vector and never a shell, so nothing has to be quoted.
public struct ChildCommand: Sendable {
    /// A name to look up with `Program.find`, or a path.
    public var program: String
    /// Without the program's own name.
    public var arguments: [String]
    /// Variables added to this process's environment, or replacing it; `nil` removes one.
    public var environment: [String: String?] = [:]
    /// Whether the child starts from this process's environment or from an empty one.
    public var inheritsEnvironment = true
    /// `nil`: this process's.
    public var directory: String?
    /// Where its sockets live; `nil`: home.
    public var namespace: NetworkNamespace?
    /// Path → text of files that this child and its own see in place of those that are there; nobody else does.
    ///
    /// Kernel: a bind mount in a mount namespace of the child's own. The paths have to exist.
    /// Equivalent to: files below /etc/netns/NAME, and `ip netns exec NAME`.
    public var files: [String: String] = [:]
    /// What it reads from standard input; empty is /dev/null.
    public var standardInput: [UInt8] = []
    /// Bytes kept of each of standard output and standard error; what exceeds them is read, counted, and dropped.
    public var outputLimit = 1 << 20
    /// After this long the group gets SIGTERM; `nil`: never.
    public var timeout: Duration?
    /// Between SIGTERM and SIGKILL.
    public var grace: Duration = .seconds(1)

    public init(
        _ program: String, _ arguments: [String] = [], in namespace: NetworkNamespace? = nil,
        timeout: Duration? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.namespace = namespace
        self.timeout = timeout
    }

    /// The command as a person would type it into a shell, for messages.
    public var commandLine: String {
        ([program] + arguments).map(Self.quoted).joined(separator: " ")
    }

    var environmentEntries: [String] {
        var variables = inheritsEnvironment ? Environment.current : [:]
        for (name, value) in environment { variables[name] = value }
        return variables.map { "\($0.key)=\($0.value)" }.sorted()
    }

    private static func quoted(_ argument: String) -> String {
        let plain = argument.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                return true
            default: return "-_./:,=+@%".utf8.contains(byte)
            }
        }
        if plain, !argument.isEmpty { return argument }
        return "'"
            + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
            + "'"
    }
}
