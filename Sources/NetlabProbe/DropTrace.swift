import Glibc
import LinuxSystem
import Synchronization

/// Counts dropped packets by reason and place **on the whole host**, where `DropCounter` cannot be had.
///
/// The kernel's trace tells neither namespace nor interface: whatever else runs on the host is counted too,
/// so these numbers are no evidence about one node. Reasons and functions come as the kernel prints them.
///
/// It has an instance of its own in the tracing file system, mounted nowhere, and removes it at its end. The
/// kernel keeps such an instance beyond a process that is killed: the next one that starts sweeps it away.
///
/// Kernel: tracepoint `skb:kfree_skb` with reasons, since 5.17; needs CAP_SYS_ADMIN and CONFIG_FTRACE.
/// Equivalent to: `trace-cmd record -e skb:kfree_skb`.
public final class HostWideDropTrace: Sendable {
    private struct State {
        /// Closed before the instance is removed, which the kernel refuses otherwise.
        var pipe: OwnedFileDescriptor?
        var counts = DropTraceCounts()
    }

    /// For each CPU: room for about 80 000 drops between two readings.
    private static let bufferKibibytes = "4096"
    private static let prefix = "netlab-drops-"

    private let root: TracingFileSystem
    /// Its directory in the tracing file system.
    let instance: String
    private let state: Mutex<State>

    /// Starts counting on the whole host.
    ///
    /// - Throws: `SystemError`: EPERM without CAP_SYS_ADMIN, ENODEV without tracing in the kernel, EOPNOTSUPP
    ///   if its drops have no reasons.
    public init() throws(SystemError) {
        let root = try TracingFileSystem()
        let format = try TextFile.read(root.path("events/skb/kfree_skb/format"))
        guard !DropReasonNames(traceFormat: format).names.isEmpty else {
            throw SystemError("trace drop reasons", errno: EOPNOTSUPP, on: "a kernel before 5.17")
        }
        Self.sweep(root)
        self.root = root
        let name = "\(Self.prefix)\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        instance = root.path("instances/\(name)")
        guard mkdir(instance, 0o700) == 0 else { throw .last("mkdir", on: "tracefs instance \(name)") }
        do throws(SystemError) {
            try TextFile.write(Self.bufferKibibytes, to: "\(instance)/buffer_size_kb")
            let pipe = try OwnedFileDescriptor(
                opening: "\(instance)/trace_pipe", flags: O_RDONLY | O_NONBLOCK)
            state = Mutex(State(pipe: pipe))
            try TextFile.write("1", to: "\(instance)/events/skb/kfree_skb/enable")
        } catch {
            rmdir(instance)
            throw error
        }
    }

    deinit {
        state.withLock { $0.pipe = nil }
        rmdir(instance)
    }

    /// All drops of the host since the start, in the order of reason and place; the interface is always 0.
    ///
    /// - Throws: `SystemError` of read(2).
    public func counts() throws(SystemError) -> [Drop] {
        try state.withLock { state throws(SystemError) in
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while let pipe = state.pipe {
                let count = buffer.withUnsafeMutableBytes { read(pipe.number, $0.baseAddress, $0.count) }
                if count > 0 {
                    state.counts.take(buffer[..<count])
                } else if count == 0 || errno == EAGAIN {
                    break
                } else if errno != EINTR {
                    throw .last("read", on: "trace_pipe")
                }
            }
            return state.counts.drops
        }
    }

    /// Drops that the kernel overwrote before they were read, as of the last reading.
    public var lost: UInt64 { state.withLock { $0.counts.lost } }

    /// Removes instances of processes that were killed. Those in use refuse.
    private static func sweep(_ root: TracingFileSystem) {
        guard let directory = opendir(root.path("instances")) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasPrefix(prefix),
                let process = pid_t(name.dropFirst(prefix.count).prefix { $0 != "-" }),
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            rmdir(root.path("instances/\(name)"))
        }
    }
}

/// Counts the lines of a trace of `skb:kfree_skb`, in whatever pieces they arrive.
struct DropTraceCounts: Sendable {
    /// Drops that the kernel says it has overwritten.
    private(set) var lost: UInt64 = 0
    private var counts: [Drop: UInt64] = [:]
    /// The beginning of a line whose end has not come yet.
    private var beginning: [UInt8] = []

    var drops: [Drop] {
        counts.map { drop, count in
            Drop(reason: drop.reason, location: drop.location, interfaceIndex: 0, count: count)
        }.sorted { ($0.reason, $0.location) < ($1.reason, $1.location) }
    }

    mutating func take(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            take(line: String(decoding: beginning + rest[..<end], as: UTF8.self))
            beginning = []
            rest = rest[(end + 1)...]
        }
        beginning += rest
    }

    /// `… kfree_skb: skbaddr=… location=__udp4_lib_rcv+0x4ac/0x990 reason: NO_SOCKET`, or
    /// `CPU:1 [LOST 12 EVENTS]`.
    private mutating func take(line: String) {
        let words = line.split(separator: " ")
        if let index = words.firstIndex(of: "[LOST"), index + 1 < words.count {
            lost += UInt64(words[index + 1]) ?? 0
            return
        }
        guard let location = words.last(where: { $0.hasPrefix("location=") }),
            let label = words.lastIndex(of: "reason:"), label + 1 < words.count
        else { return }
        let function = location.dropFirst("location=".count).prefix { $0 != "+" && $0 != "." }
        let drop = Drop(
            reason: String(words[label + 1]), location: String(function), interfaceIndex: 0, count: 0)
        counts[drop, default: 0] += 1
    }
}
