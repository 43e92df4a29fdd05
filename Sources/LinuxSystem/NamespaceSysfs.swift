import CNetlab
import Glibc

/// The sysfs of one network namespace, mounted nowhere: `/sys` itself shows the devices of whoever mounted
/// it.
public final class NamespaceSysfs: Sendable {
    private let directory: OwnedFileDescriptor

    /// Kernel: `fsopen("sysfs")` and `fsmount` inside the namespace, since 5.2; needs CAP_SYS_ADMIN over the
    /// namespace.
    /// - Throws: `SystemError`: ENOSYS on older kernels, EPERM without the capability.
    public init(of namespace: NetworkNamespace) throws(SystemError) {
        let number = try namespace.run { () throws(SystemError) -> Int32 in
            let number = cnetlab_detached_sysfs()
            guard number >= 0 else { throw .last("fsmount", on: "sysfs") }
            return number
        }
        directory = OwnedFileDescriptor(adopting: LowDescriptors.spare(number))
    }

    /// Reads a file to its end, at most one page, without the newline at its end.
    ///
    /// - Parameter path: below /sys: `class/net/eth0/queues/rx-0/rps_cpus`.
    public func read(_ path: String) throws(SystemError) -> String {
        let file = try open(path, O_RDONLY)
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file.number, &buffer, buffer.count)
        guard count >= 0 else { throw .last("read", on: "/sys/\(path)") }
        return String(decoding: buffer[..<count].reversed().drop { $0 == 0x0a }.reversed(), as: UTF8.self)
    }

    /// Writes a value with one write.
    ///
    /// Equivalent to: `ip netns exec NAME sh -c 'echo VALUE > /sys/PATH'`.
    public func write(_ value: String, to path: String) throws(SystemError) {
        let file = try open(path, O_WRONLY)
        let bytes = Array(value.utf8)
        guard Glibc.write(file.number, bytes, bytes.count) == bytes.count else {
            throw .last("write", on: "/sys/\(path)")
        }
    }

    private func open(_ path: String, _ flags: Int32) throws(SystemError) -> OwnedFileDescriptor {
        let number = openat(directory.number, path, flags | O_CLOEXEC)
        guard number >= 0 else { throw .last("open", on: "/sys/\(path)") }
        return OwnedFileDescriptor(adopting: number)
    }
}
