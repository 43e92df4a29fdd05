/// The virtual machine that a run was made in, as seen from its host. The run's own host is then the guest.
public struct VirtualHost: Hashable, Codable, Sendable {
    /// `QEMU 7.2.22`.
    public var emulator: String
    /// `kvm` or `tcg`.
    public var acceleration: String
    /// Why it was not KVM; empty if it was.
    public var reason: String
    /// The kernel as the user named it.
    public var kernel: String
    /// `uname -r` of the machine around it.
    public var hostKernel: String
    /// Whether the guest's clock ran by instructions, with idle time skipped: times of the record are then exact, and other
    /// than those on the wall.
    public var isVirtualTime: Bool
    /// Nanoseconds on the wall, from the preparation to the machine's end.
    public var wallTime: Int64
    /// The emulator's largest resident set, in bytes.
    public var peakResidentBytes: Int64
    /// What did not work as it should and need not matter.
    public var notes: [String]
    /// The end of what the machine said on its console, where it did not end well.
    public var console: String?

    public init(
        emulator: String, acceleration: String, reason: String, kernel: String, hostKernel: String,
        isVirtualTime: Bool, wallTime: Int64, peakResidentBytes: Int64, notes: [String] = [],
        console: String? = nil
    ) {
        self.emulator = emulator
        self.acceleration = acceleration
        self.reason = reason
        self.kernel = kernel
        self.hostKernel = hostKernel
        self.isVirtualTime = isVirtualTime
        self.wallTime = wallTime
        self.peakResidentBytes = peakResidentBytes
        self.notes = notes
        self.console = console
    }
}
