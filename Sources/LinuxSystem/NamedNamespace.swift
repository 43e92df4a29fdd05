import Glibc

/// A name by which `ip netns` finds a namespace while this process holds it.
///
/// A symbolic link /run/netns/NAME to /proc/PID/fd/N, and no bind mount: when the process dies, however it
/// dies, the namespace dies with it and at most a dangling link stays, which `Sweep.stale` removes.
public final class NamedNamespace: Sendable {
    /// Where iproute2 looks.
    public static let standardDirectory = "/run/netns"

    public let name: String
    public let namespace: NetworkNamespace
    /// The link's path.
    public let path: String
    /// What the link says.
    public let target: String
    private let record: InstanceRecord

    /// Makes the link; the record knows of it before it exists.
    ///
    /// - Parameters:
    ///   - name: one path component, at most 255 bytes, as for `ip netns add`.
    ///   - namespace: held open as long as this object lives.
    ///   - record: where the name is noted for clean-up after a crash.
    ///   - directory: another one only for tests.
    /// - Throws: `NamedNamespaceError.taken` if something has the name; nothing is overwritten.
    /// Equivalent to: `ln -s /proc/PID/fd/N /run/netns/NAME`.
    public init(
        _ name: String, for namespace: NetworkNamespace, record: InstanceRecord,
        directory: String = standardDirectory
    ) throws(NamedNamespaceError) {
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\0"),
            name.utf8.count < 256
        else { throw .invalidName(name) }
        self.name = name
        self.namespace = namespace
        self.record = record
        path = "\(directory)/\(name)"
        target = "/proc/\(getpid())/fd/\(namespace.fileDescriptor)"
        do {
            try Directory.make(directory)
            try record.add(.link(path: path, target: target))
        } catch {
            throw .system(error)
        }
        guard symlink(target, path) == 0 else {
            let error = SystemError.last("symlink", on: path)
            // What was noted has not happened; if this note cannot be taken back, the sweep finds nothing to do.
            try? record.remove(.link(path: path, target: target))
            throw error.errno == EEXIST ? .taken(name: name, path: path) : .system(error)
        }
    }

    /// Removes the link, if it still is the one that was made here.
    ///
    /// Equivalent to: `ip netns del NAME`.
    /// - Throws: `SystemError`; ENOENT if somebody else removed it, EEXIST if somebody else has the name now.
    public func remove() throws(SystemError) {
        switch SymbolicLink.target(path) {
        case nil: throw SystemError("unlink", errno: access(path, F_OK) == 0 ? EEXIST : ENOENT, on: path)
        case target: guard unlink(path) == 0 else { throw .last("unlink", on: path) }
        default: throw SystemError("unlink", errno: EEXIST, on: path)
        }
        try record.remove(.link(path: path, target: target))
    }
}

/// A namespace that could not be named.
public enum NamedNamespaceError: Error, Hashable, Sendable, CustomStringConvertible {
    case invalidName(String)
    case taken(name: String, path: String)
    case system(SystemError)

    public var description: String {
        switch self {
        case .invalidName(let name):
            return
                "'\(name)' cannot name a network namespace: it has to be one path component of 1 to 255 bytes"
        case .taken(let name, let path):
            return
                "the name \(name) is taken: \(path) exists; choose another, or remove it with `ip netns del \(name)`"
        case .system(let error):
            return "cannot name a network namespace: \(error)"
        }
    }
}
