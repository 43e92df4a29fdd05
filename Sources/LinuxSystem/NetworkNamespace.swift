import CNetlab
import Glibc
import Synchronization

/// A network namespace, held by a descriptor: it lives as long as this object, a process or a socket in it.
///
/// Work inside is done by a *synchronous* closure on the calling thread, which comes home before
/// `run` returns. No thread ever stays inside: a thread started there would inherit the namespace, and
/// Swift's task pool starts its threads from whichever thread happens to enqueue work. So the closure
/// must not resume continuations, yield to streams or start tasks. Sockets made inside keep their
/// namespace for ever and may be used from any thread afterwards; only making things has to be inside.
///
/// This is the only file of the project that calls setns and unshare.
public final class NetworkNamespace: Sendable {
    /// The namespace the process started in, or the one it entered before its first thread.
    ///
    /// A program calls `findHome` before anything else does: what may be missing is told there.
    public static var home: NetworkNamespace {
        switch foundHome {
        case .success(let home): home
        case .failure(let error): preconditionFailure("findHome was not asked: \(error)")
        }
    }

    /// Finds out where home is; only the first call asks the kernel.
    ///
    /// - Throws: `SystemError` where there is no /proc, or none of a kernel with network namespaces.
    public static func findHome() throws(SystemError) { _ = try foundHome.get() }

    private static let foundHome: Result<NetworkNamespace, SystemError> = {
        homeIsKnown.store(true, ordering: .relaxed)
        return Result { () throws(SystemError) in try NetworkNamespace(opening: "/proc/self/ns/net") }
    }()

    /// Whether `home` has been asked for; then it is too late for the process to move elsewhere.
    static let homeIsKnown = Atomic<Bool>(false)

    private let descriptor: OwnedFileDescriptor
    /// The inode that names this namespace: `stat -L -c %i /proc/PID/ns/net`.
    public let inode: UInt64

    /// The descriptor's number, for `IFLA_NET_NS_FD` and for `/proc/PID/fd/N`.
    public var fileDescriptor: Int32 { descriptor.number }

    /// Holds an existing namespace open.
    ///
    /// - Parameter path: `/run/netns/NAME`, `/proc/PID/ns/net`.
    /// - Throws: `SystemError` if the path cannot be opened.
    public convenience init(opening path: String) throws(SystemError) {
        try self.init(descriptor: OwnedFileDescriptor(opening: path))
    }

    private init(descriptor: OwnedFileDescriptor) throws(SystemError) {
        var status = stat()
        guard fstat(descriptor.number, &status) == 0 else { throw .last("fstat", on: "network namespace") }
        self.descriptor = descriptor
        self.inode = UInt64(status.st_ino)
    }

    /// Makes a new, anonymous namespace: it has a loopback device that is down and nothing else.
    ///
    /// Kernel: `unshare(CLONE_NEWNET)`, `copy_net_ns()`; needs CAP_SYS_ADMIN in the user namespace.
    /// Equivalent to: `ip netns add`, without the name.
    /// - Throws: `SystemError` of unshare (EPERM without the capability, ENOSPC above
    ///   `user.max_net_namespaces`), and of `findHome`.
    public static func create() throws(SystemError) -> NetworkNamespace {
        try findHome()
        precondition(currentInode() == home.inode, "a namespace is made from home, not from inside another")
        guard cnetlab_unshare_net() == 0 else { throw .last("unshare", on: "network namespace") }
        defer { comeHome() }
        return try NetworkNamespace(opening: ThreadProc.path("ns/net"))
    }

    /// Runs a synchronous closure with the calling thread inside this namespace, then comes home.
    ///
    /// Costs two setns calls, about 3 µs. Do not start tasks, resume continuations or yield inside.
    /// - Throws: whatever the closure throws; `SystemError` of setns is a programming error or a lost
    ///   privilege and ends the process, since nothing sensible can follow.
    public func run<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        if inode == Self.home.inode { return try body() }
        precondition(!cnetlab_thread_is_inside(), "already inside another namespace")
        // Asking the kernel costs as much as the two setns together.
        assert(
            Self.currentInode() == Self.home.inode, "a thread of this process stays in a foreign namespace")
        guard cnetlab_setns_net(fileDescriptor) == 0 else {
            fatalError("\(SystemError.last("setns", on: "network namespace \(inode)"))")
        }
        cnetlab_thread_set_inside(true)
        defer { Self.comeHome() }
        return try body()
    }

    /// The inode of the namespace the calling thread is in.
    public static func currentInode() -> UInt64 {
        var status = stat()
        return stat(ThreadProc.path("ns/net"), &status) == 0 ? UInt64(status.st_ino) : 0
    }

    /// Namespace inodes of all threads of this process, by thread ID. For tests: every one must be home.
    public static func census() -> [Int32: UInt64] {
        var result: [Int32: UInt64] = [:]
        guard let directory = opendir("/proc/self/task") else { return result }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let thread = Int32(name) else { continue }
            var status = stat()
            // A thread may end between the listing and this look; then it is in no namespace.
            if stat("/proc/self/task/\(name)/ns/net", &status) == 0 { result[thread] = UInt64(status.st_ino) }
        }
        return result
    }

    /// Moves the whole process into a user, mount and network namespace of its own; see `UserNamespace.enter()`.
    static func enterUserNamespace(_ user: uid_t, _ group: gid_t) -> cnetlab_user_entry {
        var entry = cnetlab_user_entry()
        cnetlab_user_namespace_enter(user, group, &entry)
        return entry
    }

    /// Tries `enterUserNamespace` in a child that ends at once; this process stays where it is.
    static func probeUserNamespace(_ user: uid_t, _ group: gid_t) throws(SystemError) -> cnetlab_user_entry {
        var entry = cnetlab_user_entry()
        guard cnetlab_user_namespace_probe(user, group, &entry) == 0 else { throw .last("fork") }
        return entry
    }

    /// For the first statement of a new thread, which may have been started by one that was inside.
    static func bringThreadHome() {
        if currentInode() != home.inode { comeHome() }
    }

    private static func comeHome() {
        // A thread that cannot come home would take Swift's task pool with it: better no process at all.
        guard cnetlab_setns_net(home.fileDescriptor) == 0 else {
            fatalError("cannot return to the home network namespace: \(SystemError.last("setns"))")
        }
        cnetlab_thread_set_inside(false)
    }
}
