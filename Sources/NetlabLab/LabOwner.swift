import LinuxSystem

/// The name a lab goes by while it is alive, and the way `ip netns` finds its nodes.
final class LabOwner: Sendable {
    let name: String

    init(claiming name: String) throws {
        self.name = name
    }

    func publish(_ node: String, _ namespace: NetworkNamespace) throws {}

    /// - Returns: what could not be undone.
    func release() -> [String] { [] }
}
