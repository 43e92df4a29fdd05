import CNetlab
import Glibc

/// An event counter that wakes whoever polls its descriptor: the way to end a blocking wait from outside.
///
/// Kernel: `eventfd(2)`, close-on-exec, non-blocking.
public final class EventFD: Sendable {
    private let descriptor: OwnedFileDescriptor

    /// For poll and epoll: readable once signalled.
    public var fileDescriptor: Int32 { descriptor.number }

    public init() throws(SystemError) {
        let number = cnetlab_eventfd(0, 1)
        guard number >= 0 else { throw .last("eventfd") }
        descriptor = OwnedFileDescriptor(adopting: LowDescriptors.spare(number))
    }

    /// Makes the descriptor readable until `drain`. Async-signal-safe, from any thread.
    public func signal() {
        var one: UInt64 = 1
        // EAGAIN means that the counter is full, and so that the descriptor is readable already.
        _ = write(fileDescriptor, &one, 8)
    }

    /// Takes all signals so far.
    ///
    /// - Returns: how many there were; 0 if none.
    @discardableResult
    public func drain() -> UInt64 {
        var count: UInt64 = 0
        return read(fileDescriptor, &count, 8) == 8 ? count : 0
    }

    /// Blocks the calling thread until signalled, and takes all signals so far.
    ///
    /// Only for threads of one's own: a thread of the task pool must not block.
    @discardableResult
    public func wait() -> UInt64 {
        while true {
            let count = drain()
            if count > 0 { return count }
            var entry = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&entry, 1, -1)
        }
    }
}
