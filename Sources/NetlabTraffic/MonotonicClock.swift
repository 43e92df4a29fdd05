import Glibc

/// CLOCK_MONOTONIC in nanoseconds, the one clock of every figure in this room.
///
/// It is the same in all namespaces of a machine, so that a time stamped by a sender can be compared at the
/// receiver.
enum MonotonicClock {
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
