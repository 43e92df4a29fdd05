import CNetlab
import Glibc

/// A user namespace of the process's own, in which an ordinary user is root over network namespaces.
///
/// Taken together with a mount and a network namespace: a network namespace made before would belong to the
/// host, and could not be returned to.
public enum UserNamespace {
    /// What entering gained, and what it could not.
    public struct Entry: Hashable, Sendable {
        /// The user and group before, which are 0 now.
        public var user: UInt32
        public var group: UInt32
        /// What is missing all the same, each with its reason; empty if all is well.
        public var limitations: [String]
    }

    /// Enters a user, mount and network namespace, maps the user and its group to root, and gives the process a
    /// /run and a /sys of its own.
    ///
    /// Callable only while the process has one thread: before the first task, and before anything asked for
    /// `NetworkNamespace.home`. The new namespace is home from then on; its loopback device is down. Other
    /// groups of the user are lost for file access, except through the kernel's own credentials.
    /// Kernel: `unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET)`, /proc/self/{setgroups,uid_map,gid_map}.
    /// Equivalent to: `unshare --user --map-root-user --net --mount`.
    /// - Throws: `UserNamespaceError`; after `.mapping` the process should end.
    public static func enter() throws(UserNamespaceError) -> Entry {
        let threads = NetworkNamespace.census().count
        guard threads <= 1 else { throw .severalThreads(threads) }
        guard !NetworkNamespace.homeIsKnown.load(ordering: .relaxed) else { throw .homeIsKnown }
        let (user, group) = (geteuid(), getegid())
        return try result(NetworkNamespace.enterUserNamespace(user, group), user, group)
    }

    /// Tries to enter, in a child that ends at once; callable at any time.
    ///
    /// - Throws: what `enter()` would throw, `.severalThreads` apart.
    public static func probe() throws(UserNamespaceError) -> Entry {
        let (user, group) = (geteuid(), getegid())
        let entry: cnetlab_user_entry
        do {
            entry = try NetworkNamespace.probeUserNamespace(user, group)
        } catch {
            throw .mapping(error)
        }
        return try result(entry, user, group)
    }

    /// Whether this process is in another user namespace than the machine's first.
    public static var isInside: Bool {
        let map = (try? TextFile.read("/proc/self/uid_map")) ?? ""
        return map.split(whereSeparator: \.isWhitespace).map(String.init) != ["0", "0", "4294967295"]
    }

    private static func result(
        _ entry: cnetlab_user_entry, _ user: uid_t, _ group: gid_t
    ) throws(UserNamespaceError) -> Entry {
        switch UInt32(entry.failed_step) {
        case CNETLAB_USER_DONE.rawValue: break
        case CNETLAB_USER_UNSHARE.rawValue:
            throw .forbidden(SystemError("unshare", errno: entry.error, on: "user namespace"), .current)
        case CNETLAB_USER_SETGROUPS.rawValue:
            throw mapping(entry, "/proc/self/setgroups")
        case CNETLAB_USER_UID_MAP.rawValue:
            throw mapping(entry, "/proc/self/uid_map")
        default:
            throw mapping(entry, "/proc/self/gid_map")
        }
        func limitation(_ errno: Int32, _ what: String, _ lost: String) -> String? {
            errno == 0 ? nil : "\(lost) (mount \(what): \(ErrnoName.text(errno)) (\(ErrnoName.name(errno))))"
        }
        return Entry(
            user: user, group: group,
            limitations: [
                limitation(entry.private_mounts_error, "/", "mounts made from here on may show outside"),
                limitation(entry.run_error, "/run", "names for `ip netns` cannot be made"),
                limitation(entry.sys_error, "/sys", "/sys/class/net shows the machine's interfaces"),
            ].compactMap { $0 })
    }

    private static func mapping(_ entry: cnetlab_user_entry, _ path: String) -> UserNamespaceError {
        let error = SystemError("write", errno: entry.error, on: path)
        // AppArmor lets the namespace be made, and takes its capabilities away.
        return entry.error == EPERM || entry.error == EACCES ? .forbidden(error, .current) : .mapping(error)
    }
}

/// What this machine says about user namespaces of ordinary users.
public struct UserNamespacePolicy: Hashable, Sendable {
    /// The kernel has user namespaces at all.
    public var isSupported: Bool
    /// kernel.unprivileged_userns_clone of Debian's and Ubuntu's kernels; `nil` where there is none.
    public var unprivilegedClone: Bool?
    /// kernel.apparmor_restrict_unprivileged_userns of Ubuntu's kernels; `nil` where there is none.
    public var isRestrictedByAppArmor: Bool?
    /// user.max_user_namespaces.
    public var maximum: Int?

    public init(
        isSupported: Bool, unprivilegedClone: Bool? = nil, isRestrictedByAppArmor: Bool? = nil,
        maximum: Int? = nil
    ) {
        self.isSupported = isSupported
        self.unprivilegedClone = unprivilegedClone
        self.isRestrictedByAppArmor = isRestrictedByAppArmor
        self.maximum = maximum
    }

    /// As /proc tells it now.
    public static var current: UserNamespacePolicy {
        func number(_ path: String) -> Int? {
            (try? TextFile.read("/proc/sys/\(path)")).flatMap { Int(Sysctl.normalised($0)) }
        }
        return UserNamespacePolicy(
            isSupported: access("/proc/self/ns/user", F_OK) == 0,
            unprivilegedClone: number("kernel/unprivileged_userns_clone").map { $0 != 0 },
            isRestrictedByAppArmor: number("kernel/apparmor_restrict_unprivileged_userns").map { $0 != 0 },
            maximum: number("user/max_user_namespaces"))
    }

    /// Why an ordinary user cannot have a user namespace, with the cure; empty if nothing is known against it.
    public var obstacles: [String] {
        var result: [String] = []
        if !isSupported { result.append("this kernel has no user namespaces (CONFIG_USER_NS); run as root") }
        if unprivilegedClone == false {
            result.append(
                "kernel.unprivileged_userns_clone is 0; `sysctl -w kernel.unprivileged_userns_clone=1` as root"
            )
        }
        if isRestrictedByAppArmor == true {
            result.append(
                "AppArmor restricts them (kernel.apparmor_restrict_unprivileged_userns is 1); "
                    + "`sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` as root, "
                    + "or an AppArmor profile for this program with `userns,`")
        }
        if maximum == 0 {
            result.append("user.max_user_namespaces is 0; `sysctl -w user.max_user_namespaces=15000` as root")
        }
        return result
    }
}

/// A user namespace that could not be entered.
public enum UserNamespaceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Too late: the kernel refuses once there is a second thread.
    case severalThreads(Int)
    /// Too late: something already holds the namespace that the process started in.
    case homeIsKnown
    /// The machine's policy forbids it.
    case forbidden(SystemError, UserNamespacePolicy)
    /// Something unexpected on the way; the process should end.
    case mapping(SystemError)

    public var description: String {
        switch self {
        case .severalThreads(let count):
            return
                "a user namespace can only be entered before the process has several threads; it has \(count)"
        case .homeIsKnown:
            return "a user namespace can only be entered before the home network namespace is used"
        case .forbidden(let error, let policy):
            var obstacles = policy.obstacles
            if obstacles.isEmpty {
                switch error.errno {
                case ENOSPC, EUSERS:
                    obstacles = [
                        "the limit of user namespaces is reached (user.max_user_namespaces is "
                            + "\(policy.maximum.map(String.init) ?? "unknown"), nesting at most 32); "
                            + "raise it with `sysctl -w user.max_user_namespaces=15000` as root"
                    ]
                default:
                    obstacles = [
                        "a container's seccomp filter, a chroot or a security module forbids it; "
                            + "run as root, or the container with --privileged or --security-opt seccomp=unconfined"
                    ]
                }
            }
            return "user namespaces are forbidden here (\(error)): " + obstacles.joined(separator: "; ")
        case .mapping(let error):
            return "cannot set up a user namespace: \(error)"
        }
    }
}
