import LinuxSystem

extension MonotonicClock {
    /// The same instant as a signed number, for differences and schedules.
    ///
    /// The clock is the same in all namespaces of a machine, so that a time stamped by a sender can be compared at
    /// the receiver.
    static func instant() -> Int64 { Int64(truncatingIfNeeded: now()) }
}
