import Glibc

/// CLOCK_MONOTONIC: never set, slewed by NTP, stopped during suspend. Timestamps of one machine compare.
public enum MonotonicClock {
    /// Nanoseconds since an arbitrary instant, usually boot. About 25 ns per call, no system call.
    public static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// The time since an earlier `now()`.
    public static func elapsed(since start: UInt64) -> Duration {
        .nanoseconds(Int64(now() &- start))
    }

    /// The instant that is a duration from now, for `TimerFD` and for deadlines; 0 or less is now.
    public static func deadline(after duration: Duration) -> UInt64 {
        let nanoseconds = Self.nanoseconds(duration)
        return now() &+ UInt64(max(0, nanoseconds))
    }

    /// A duration in whole nanoseconds, rounded towards zero, capped at 292 years.
    public static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, carried) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// Milliseconds until a deadline for poll and epoll, rounded up so that waiting never ends early.
    ///
    /// - Returns: 0 if the deadline has passed, -1 (wait for ever) if there is none.
    public static func milliseconds(until deadline: UInt64?) -> Int32 {
        guard let deadline else { return -1 }
        let current = now()
        guard deadline > current else { return 0 }
        return Int32(clamping: (deadline - current + 999_999) / 1_000_000)
    }
}
