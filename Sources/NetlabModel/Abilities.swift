/// One thing that a host can or cannot do, for `netlab doctor`.
public struct Ability: Hashable, Codable, Sendable {
    /// `network namespaces`, `netem`.
    public var name: String
    public var isAvailable: Bool
    /// What was found: a version, a number, the kernel's words.
    public var detail: String
    /// What would help; empty if nothing has to.
    public var cure: String
    /// What netlab does with it.
    public var purpose: String

    public init(name: String, isAvailable: Bool, detail: String, cure: String = "", purpose: String) {
        self.name = name
        self.isAvailable = isAvailable
        self.detail = detail
        self.cure = cure
        self.purpose = purpose
    }
}
