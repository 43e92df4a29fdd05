/// The rights of a process that root is made of: capabilities(7).
public struct CapabilitySet: OptionSet, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// As the kernel numbers it.
    public init(number: Int) { rawValue = 1 << UInt64(number) }

    public static let dacOverride = CapabilitySet(number: 1)
    public static let kill = CapabilitySet(number: 5)
    public static let netAdmin = CapabilitySet(number: 12)
    public static let netRaw = CapabilitySet(number: 13)
    public static let sysModule = CapabilitySet(number: 16)
    public static let sysPtrace = CapabilitySet(number: 19)
    public static let sysAdmin = CapabilitySet(number: 21)
    public static let sysNice = CapabilitySet(number: 23)
    public static let sysResource = CapabilitySet(number: 24)
    public static let syslog = CapabilitySet(number: 34)
    public static let perfmon = CapabilitySet(number: 38)
    public static let bpf = CapabilitySet(number: 39)

    /// The effective capabilities of the calling thread; they hold for its own user namespace.
    ///
    /// Kernel: CapEff in /proc/thread-self/status.
    public static var effective: CapabilitySet {
        let status = (try? TextFile.read(ThreadProc.path("status"))) ?? ""
        for line in status.split(separator: "\n") where line.hasPrefix("CapEff:") {
            let digits = line.dropFirst("CapEff:".count).filter { !$0.isWhitespace }
            return CapabilitySet(rawValue: UInt64(digits, radix: 16) ?? 0)
        }
        return []
    }

    /// `CAP_NET_ADMIN, CAP_SYS_ADMIN`; `none`.
    public var description: String {
        let names = (0..<64).filter { contains(CapabilitySet(number: $0)) }.map { number in
            Self.names.indices.contains(number) ? "CAP_\(Self.names[number])" : "capability \(number)"
        }
        return names.isEmpty ? "none" : names.joined(separator: ", ")
    }

    private static let names = [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
        "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK",
        "IPC_OWNER",
        "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT",
        "SYS_NICE",
        "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL",
        "SETFCAP",
        "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
        "CHECKPOINT_RESTORE",
    ]
}
