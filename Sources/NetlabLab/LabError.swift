import LinuxSystem

/// A lab that could not be built or changed as planned: where, and the kernel's own words.
public struct LabError: Error, Sendable, CustomStringConvertible {
    /// What was being done, in the words of the change: `server/eth0: mtu 20`.
    public var stage: String
    /// The node concerned; empty if it is the lab as a whole.
    public var node: String
    /// The error underneath, with operation and errno.
    public var cause: any Error & Sendable

    public init(stage: String, node: String = "", cause: any Error & Sendable) {
        self.stage = stage
        self.node = node
        self.cause = cause
    }

    /// `server/eth0: mtu 20: set link eth0: Invalid argument (EINVAL): mtu less than device minimum`
    public var description: String { "\(stage): \(cause)" }
}

/// Something in a plan that this lab cannot do, found only when it was tried.
public struct LabLimit: Error, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}
