import CNetlab
import Glibc
import LinuxSystem
import NetlabModel

/// Writes the bulk data of one connection: so much of it, so fast, in writes of a given size.
///
/// Writes of 256 KiB and more are made to be fast: sendfile(2) from memory, and a receiver that counts bytes
/// without looking at them. Smaller ones carry `PayloadPattern`, one send(2) each, and are verified.
final class BulkSource {
    /// From this size on speed counts, not content.
    static let fastWriteSize = 256 * 1024

    private let plan: StreamFlow
    private let socket: StreamSocket
    /// Called when the last byte has been taken by the kernel, or the time is over.
    private let done: () -> Void

    private(set) var bytes = 0
    private(set) var writes = 0
    private var pending = 0
    private var startedAt: Int64 = 0
    private var timer: TimerQueue.Identifier?
    private var endTimer: TimerQueue.Identifier?
    private var isTimeOver = false
    private var isDone = false

    init(_ plan: StreamFlow, socket: StreamSocket, done: @escaping () -> Void) {
        self.plan = plan
        self.socket = socket
        self.done = done
    }

    func begin() {
        startedAt = MonotonicClock.instant()
        if case .time(let time) = plan.amount {
            endTimer = socket.loop.at(startedAt + time.nanoseconds) { [self] in
                isTimeOver = true
                // A write that is half out is still written to its end.
                if pending == 0 { finish() }
            }
        }
        writeNext()
    }

    /// The kernel has taken what was sent last.
    func drained() {
        guard !isDone else { return }
        bytes += pending
        writes += 1
        pending = 0
        let due = nextDue()
        if due > MonotonicClock.instant() {
            timer = socket.loop.at(due) { [self] in writeNext() }
        } else {
            writeNext()
        }
    }

    private func nextDue() -> Int64 {
        var due: Int64 = 0
        if plan.pause > .zero { due = MonotonicClock.instant() + plan.pause.nanoseconds }
        if let rate = plan.rate {
            let nanoseconds = Double(bytes) * 8e9 / Double(max(1, rate.bitsPerSecond))
            due = max(due, startedAt + Int64(nanoseconds))
        }
        return due
    }

    private func writeNext() {
        guard !isDone else { return }
        let size = max(1, plan.writeSize.bytes)
        switch plan.amount {
        case .bytes(let total): pending = min(size, total.bytes - bytes)
        case .writes(let count): pending = writes < count ? size : 0
        case .time: pending = isTimeOver ? 0 : size
        }
        guard pending > 0 else { return finish() }
        if size >= Self.fastWriteSize, let file = Self.file {
            pending = min(pending, PayloadPattern.chunk)
            socket.send(.file(file.number, count: pending))
        } else {
            socket.send(.pattern(from: bytes, count: pending))
        }
    }

    private func finish() {
        guard !isDone else { return }
        isDone = true
        stop()
        done()
    }

    /// Ends without a word.
    func stop() {
        isDone = true
        socket.loop.cancel(timer)
        socket.loop.cancel(endTimer)
    }

    /// `PayloadPattern.chunk` bytes of pattern in memory that sendfile can take pages from.
    private static let file: OwnedFileDescriptor? = {
        let descriptor = cnetlab_memory_file("netlab-payload")
        guard descriptor >= 0 else { return nil }
        let file = OwnedFileDescriptor(adopting: descriptor)
        let bytes = PayloadPattern.slice(from: 0, count: PayloadPattern.chunk)
        var position = 0
        while position < bytes.count, let start = bytes.baseAddress {
            let count = pwrite(descriptor, start + position, bytes.count - position, off_t(position))
            guard count > 0 else { return nil }
            position += count
        }
        return file
    }()
}
