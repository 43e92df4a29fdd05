import Glibc

/// What this machine lets this process do, as found by trying. Values only: what is enough is for others to say.
public struct HostCapabilities: Sendable, Hashable {
    /// Whether something can be done, and if not what the kernel said.
    public enum Ability: Hashable, Sendable {
        case able
        case unable(SystemError)

        public var isAble: Bool { self == .able }
    }

    public var kernel: KernelRelease
    public var effectiveUserID: UInt32
    public var capabilities: CapabilitySet
    /// In the machine's first user namespace, where capabilities count for the whole machine.
    public var isInFirstUserNamespace: Bool
    /// unshare(CLONE_NEWNET), tried.
    public var networkNamespaces: Ability
    /// /dev/net/tun for reading and writing, opened.
    public var tun: Ability
    /// Whether a user namespace could be entered at the start of a process; `nil` if so, else why not.
    public var userNamespaceObstacle: String?
    public var userNamespacePolicy: UserNamespacePolicy
    /// Processors that this process may run on.
    public var processors: Int
    public var container: String?
    /// Type information for BPF programs at /sys/kernel/btf/vmlinux.
    public var hasBTF: Bool
    /// tracefs's mount point, if its events can be listed.
    public var traceFS: String?
    /// Each program asked for, and where it is.
    public var programs: [String: String]

    /// Root of the machine itself.
    public var isRoot: Bool { effectiveUserID == 0 && isInFirstUserNamespace }

    /// Looks at everything, in a few milliseconds; changes nothing.
    ///
    /// - Parameter programs: names to look for.
    public static func probe(programs: [String] = []) -> HostCapabilities {
        var obstacle: String?
        do {
            _ = try UserNamespace.probe()
        } catch {
            obstacle = error.description
        }
        return HostCapabilities(
            kernel: .running, effectiveUserID: geteuid(), capabilities: .effective,
            isInFirstUserNamespace: !UserNamespace.isInside,
            networkNamespaces: ability { () throws(SystemError) in _ = try NetworkNamespace.create() },
            tun: ability { () throws(SystemError) in
                _ = try OwnedFileDescriptor(opening: "/dev/net/tun", flags: O_RDWR)
            },
            userNamespaceObstacle: obstacle, userNamespacePolicy: .current, processors: usableProcessors(),
            container: Container.detect(), hasBTF: access("/sys/kernel/btf/vmlinux", R_OK) == 0,
            traceFS: TraceFS.mountPoint,
            programs: Dictionary(
                programs.compactMap { name in Program.find(name).map { (name, $0) } },
                uniquingKeysWith: { first, _ in first }))
    }

    /// Whether a kernel feature shows itself by a file below /proc/sys: `net.ipv4.tcp_plb_enabled`.
    public static func hasSysctl(_ name: String) -> Bool {
        guard let name = try? SysctlName(name) else { return false }
        return access(name.path, F_OK) == 0
    }

    /// Processors in this process's affinity mask, which a container or taskset may have narrowed.
    public static func usableProcessors() -> Int {
        let status = (try? TextFile.read("/proc/self/status")) ?? ""
        for line in status.split(separator: "\n") where line.hasPrefix("Cpus_allowed:") {
            let digits = line.dropFirst("Cpus_allowed:".count).filter(\.isHexDigit)
            return digits.reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }
        }
        return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    private static func ability(_ attempt: () throws(SystemError) -> Void) -> Ability {
        do {
            try attempt()
            return .able
        } catch {
            return .unable(error)
        }
    }
}
