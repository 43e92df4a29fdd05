import CNetlab
import Glibc

/// A timer on CLOCK_MONOTONIC that makes a descriptor readable, with nanosecond deadlines.
///
/// Kernel: `timerfd_create(2)`, close-on-exec, non-blocking.
public final class TimerFD: Sendable {
    private let descriptor: OwnedFileDescriptor

    /// For poll and epoll: readable once expired.
    public var fileDescriptor: Int32 { descriptor.number }

    public init() throws(SystemError) {
        let number = cnetlab_timerfd()
        guard number >= 0 else { throw .last("timerfd_create") }
        descriptor = OwnedFileDescriptor(adopting: LowDescriptors.spare(number))
    }

    /// Arms the timer; a deadline in the past expires at once.
    ///
    /// - Parameters:
    ///   - deadline: nanoseconds of `MonotonicClock`; `nil` disarms.
    ///   - interval: nanoseconds between later expirations; 0 for a single one.
    public func set(deadline: UInt64?, interval: UInt64 = 0) throws(SystemError) {
        // An absolute time of zero would disarm.
        let time = deadline.map { max($0, 1) } ?? 0
        guard cnetlab_timerfd_set(fileDescriptor, time, interval) == 0 else { throw .last("timerfd_settime") }
    }

    /// The number of expirations since the last call; 0 if none.
    @discardableResult
    public func expirations() -> UInt64 {
        var count: UInt64 = 0
        return read(fileDescriptor, &count, 8) == 8 ? count : 0
    }
}
