import Glibc
import LinuxSystem
import NetlabModel
import Synchronization

/// Counts the lines of the kernel's log by kind, from the moment it is made.
///
/// The log belongs to the whole machine; see `KernelLogKind` for what its lines prove. Safe to use from several threads.
///
/// Kernel: /dev/kmsg, since 3.5; needs CAP_SYSLOG where kernel.dmesg_restrict is 1.
/// Equivalent to: `dmesg --follow-new`.
final class KernelLogProbe: Sendable {
    private struct State {
        var log: OwnedFileDescriptor
        var counts: [KernelLogKind: Int64] = [:]
    }

    private let state: Mutex<State>

    /// Looks behind the last line that the log has now.
    ///
    /// - Throws: `SystemError` of open(2): EPERM without the capability, ENOENT in a container without the device.
    init() throws(SystemError) {
        let log = try OwnedFileDescriptor(opening: "/dev/kmsg", flags: O_RDONLY | O_NONBLOCK)
        guard lseek(log.number, 0, SEEK_END) >= 0 else { throw .last("seek to the end", on: "/dev/kmsg") }
        state = Mutex(State(log: log))
    }

    /// All kinds, with the number of lines since the start.
    func read() throws(SystemError) -> Readings {
        try state.withLock { (state) throws(SystemError) in
            try Self.drain(&state)
            var readings = Readings()
            for kind in KernelLogKind.allCases {
                readings.add(CounterID(.log, "", selector: kind.rawValue), state.counts[kind] ?? 0)
            }
            return readings
        }
    }

    private static func drain(_ state: inout State) throws(SystemError) {
        // One read gives one line; the kernel cuts none that is shorter than this.
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = Glibc.read(state.log.number, &buffer, buffer.count)
            if count > 0 {
                let line = String(decoding: buffer[..<count], as: UTF8.self)
                for kind in KernelLogKind.kinds(of: line) { state.counts[kind, default: 0] += 1 }
                continue
            }
            switch errno {
            case EAGAIN: return
            case EINTR: continue
            // Lines were overwritten before they were read; the next read goes on with the oldest one left.
            case EPIPE: continue
            case EINVAL: throw .last("read a line longer than \(buffer.count) bytes", on: "/dev/kmsg")
            default: throw .last("read", on: "/dev/kmsg")
            }
        }
    }
}
