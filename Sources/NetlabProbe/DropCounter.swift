import CDrops
import Glibc
import LinuxSystem
import Synchronization

/// Counts dropped packets by reason, place and interface, in chosen network namespaces only.
///
/// Counting is done inside the kernel and needs no thread; what happens in other namespaces is not
/// counted. Reading asks no network code for anything, so it moves no counter and drops nothing. All of
/// it ends with this object or with the process: nothing is pinned or mounted.
///
/// A packet that the kernel refuses without having it dropped has no reason: a SYN that meets a full
/// accept queue shows in `TcpExt.ListenOverflows` alone.
///
/// To which namespace a drop belongs: that of the device the packet is at, else of the receiving socket,
/// else of the sending one, else of the route's device. So a frame that a veth refuses belongs to the
/// sender, as in `tx_dropped`.
///
/// Kernel: tracepoint `skb:kfree_skb`, with reasons since 5.17; counters of a namespace are
/// `Sources/CDrops/bpf/drops.bpf.c`. Equivalent to: `dropwatch -l kas`, `perf trace -e skb:kfree_skb`.
public final class DropCounter: Sendable {
    private struct State {
        var kernel: OpaquePointer
        var counts: UnsafeMutableBufferPointer<cdrops_count>
        /// Held open, so that no other namespace can get the inode of a watched one.
        var watched: [UInt64: NetworkNamespace] = [:]
        /// Single drops that were taken from the kernel and not yet asked for, by namespace; only of those in which
        /// they are wanted.
        var single: [UInt64: [SingleDrop]] = [:]
    }

    /// Read once: the kernel does not change under a process.
    private static let kernelNames = Result { () throws(SystemError) in
        try DropReasonNames.ofRunningKernel()
    }

    private let state: Mutex<State>
    private let names: DropReasonNames
    private let symbols: KernelSymbols

    /// Loads the programs and starts them (5 to 20 ms). Nothing is counted before `watch`.
    ///
    /// - Throws: `DropCounterError` if this process or this kernel cannot; see its `cause`.
    public init() throws(DropCounterError) {
        var kernel: OpaquePointer?
        var step: UnsafePointer<CChar>?
        var log = [CChar](repeating: 0, count: 1 << 16)
        let result = cdrops_open(&kernel, &step, &log, log.count)
        guard result == 0, let kernel else {
            let system = SystemError(step.map { String(cString: $0) } ?? "bpf", errno: -result)
            throw .loading(
                system,
                kernelLog: String(
                    decoding: log.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
                mayLoad: Self.mayLoad(), hasTypeInformation: access("/sys/kernel/btf/vmlinux", R_OK) == 0,
                release: .running)
        }
        do {
            names = try Self.kernelNames.get()
        } catch {
            cdrops_close(kernel)
            throw DropCounterError(.noTypeInformation, error)
        }
        symbols = .shared
        state = Mutex(State(kernel: kernel, counts: .allocate(capacity: cdrops_capacity())))
    }

    deinit {
        state.withLock { state in
            cdrops_close(state.kernel)
            state.counts.deallocate()
        }
    }

    /// Starts to count drops in a namespace, from zero, and keeps it alive until `unwatch`.
    ///
    /// - Parameter remembering: whether single drops are wanted too, see `takeSingleDrops`.
    /// - Throws: `DropCounterError`: `alreadyWatched`, `tooManyNamespaces` (above 1024).
    public func watch(
        _ namespace: NetworkNamespace, remembering: Bool = false
    ) throws(DropCounterError) {
        try state.withLock { state throws(DropCounterError) in
            let inode = UInt32(truncatingIfNeeded: namespace.inode)
            let result = cdrops_watch(state.kernel, inode, remembering ? 1 : 0)
            guard result == 0 else { throw Self.error("watch", -result, namespace) }
            state.watched[namespace.inode] = namespace
            if remembering { state.single[namespace.inode] = [] }
        }
    }

    /// Single drops of a namespace since the last call, in the order of time; the kernel remembers 4096 for all
    /// namespaces together, and the oldest give way.
    ///
    /// - Returns: nothing for a namespace that is not watched, or not with `remembering`.
    public func takeSingleDrops(in namespace: NetworkNamespace) -> [SingleDrop] {
        state.withLock { state in
            var raw = cdrops_single()
            // A flood of drops must not keep anybody here for ever.
            for _ in 0..<Self.mostSingle where cdrops_take(state.kernel, &raw) == 0 {
                let inode = UInt64(raw.netns)
                guard let known = state.single[inode], known.count < Self.mostSingle else { continue }
                state.single[inode]?.append(single(raw))
            }
            defer { if state.single[namespace.inode] != nil { state.single[namespace.inode] = [] } }
            return state.single[namespace.inode] ?? []
        }
    }

    private static let mostSingle = 8192

    private func single(_ raw: cdrops_single) -> SingleDrop {
        let head = withUnsafeBytes(of: raw.head) { Array($0.prefix(Int(raw.head_bytes))) }
        return SingleDrop(
            reason: names.name(raw.reason), location: place(raw.location), interfaceIndex: Int(raw.ifindex),
            nanoseconds: raw.nanoseconds, length: Int(raw.length), head: head)
    }

    /// The function at an address, or the address where the kernel hides its symbols.
    private func place(_ address: UInt64) -> String {
        symbols.function(at: address) ?? "0x" + String(address, radix: 16)
    }

    /// Stops counting in a namespace, forgets its counts and lets go of it.
    ///
    /// - Throws: `DropCounterError`: `notWatched`.
    public func unwatch(_ namespace: NetworkNamespace) throws(DropCounterError) {
        try state.withLock { state throws(DropCounterError) in
            let result = cdrops_unwatch(state.kernel, UInt32(truncatingIfNeeded: namespace.inode))
            guard result == 0 else { throw Self.error("unwatch", -result, namespace) }
            state.watched[namespace.inode] = nil
            state.single[namespace.inode] = nil
        }
    }

    /// All drops in a namespace since it is watched, in the order of reason, place and interface.
    ///
    /// - Throws: `DropCounterError`: `notWatched`.
    public func counts(in namespace: NetworkNamespace) throws(DropCounterError) -> [Drop] {
        let raw = try state.withLock { state throws(DropCounterError) -> [cdrops_count] in
            guard state.watched[namespace.inode] != nil else { throw Self.error("read", ENOENT, namespace) }
            let count = cdrops_read(state.kernel, state.counts.baseAddress, state.counts.count)
            guard count >= 0 else { throw Self.error("read", -count, namespace) }
            return state.counts[..<Int(count)].filter { UInt64($0.netns) == namespace.inode }
        }
        // Several places in one function, or in its clones, are one place here.
        var counts: [Drop: UInt64] = [:]
        for entry in raw {
            let drop = Drop(
                reason: names.name(entry.reason), location: place(entry.location),
                interfaceIndex: Int(entry.ifindex), count: 0)
            counts[drop, default: 0] += entry.count
        }
        return counts.map { drop, count in
            Drop(
                reason: drop.reason, location: drop.location, interfaceIndex: drop.interfaceIndex,
                count: count)
        }.sorted { ($0.reason, $0.location, $0.interfaceIndex) < ($1.reason, $1.location, $1.interfaceIndex) }
    }

    /// Drops that are missing from the counts since the programs were loaded, and those that nearly were. To know that
    /// nothing is missing between two looks at the counts, read it before the first and after the second.
    ///
    /// Kernel: `recursion_misses` of the first program, since 5.12, less what the second took over.
    public func losses() throws(DropCounterError) -> DropLosses {
        try state.withLock { state throws(DropCounterError) in
            var losses = cdrops_losses()
            let result = cdrops_read_losses(state.kernel, &losses)
            guard result == 0 else { throw DropCounterError(.refused, SystemError("read", errno: -result)) }
            return DropLosses(unplaced: losses.unplaced, nested: losses.nested, missed: losses.missed)
        }
    }

    /// Has one of the two programs told of a drop of the packet at an address that is nobody's, on the first CPU: for
    /// tests of what they tell one another.
    func run(second: Bool, packet: UInt64) throws(SystemError) {
        let result = state.withLock { cdrops_run($0.kernel, second ? 1 : 0, packet) }
        guard result >= 0 else { throw SystemError("run the program", errno: -result) }
    }

    /// The number of the kernel's first program, as in `bpftool prog show id N`.
    public var programID: UInt32 { state.withLock { UInt32(max(0, cdrops_program_id($0.kernel))) } }

    /// Why locations are addresses instead of functions, or nil if they are functions.
    public var locationNote: String? {
        guard symbols.areHidden else { return nil }
        return """
            the kernel hides its symbols: locations are addresses (needs CAP_SYSLOG and kernel.kptr_restrict \
            below 2)
            """
    }

    private static func error(_ step: String, _ errno: Int32, _ namespace: NetworkNamespace)
        -> DropCounterError
    {
        let cause: DropCounterError.Cause =
            switch errno {
            case EEXIST: .alreadyWatched
            case ENOENT: .notWatched
            case E2BIG: .tooManyNamespaces
            default: .refused
            }
        return DropCounterError(
            cause, SystemError(step, errno: errno, on: "network namespace \(namespace.inode)"))
    }

    /// Whether this thread has CAP_SYS_ADMIN (21), or CAP_PERFMON (38) and CAP_BPF (39).
    private static func mayLoad() -> Bool {
        let status = (try? TextFile.read("/proc/thread-self/status")) ?? ""
        for line in status.split(separator: "\n")
        where line.hasPrefix("CapEff:") {
            guard let set = UInt64(line.dropFirst(7).drop { $0 == "\t" }, radix: 16) else { break }
            return set & 1 << 21 != 0 || (set & 1 << 38 != 0 && set & 1 << 39 != 0)
        }
        return true
    }
}
