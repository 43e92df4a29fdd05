import NetlabModel

/// A link that exists: how its frames get from one end to the other, and what it tells about them.
protocol LiveLink: Sendable {
    /// The driver and why it was chosen: `direct: a veth pair`.
    var description: String { get }
    /// What is between the ends; nil if that is no namespace.
    var hidden: LabNode? { get }
    /// Interfaces in there that have to be usable before the link is.
    ///
    /// - Parameter ends: whether each end is up and plugged in: the port of one that is not never is usable.
    func hiddenInterfaces(ends: [Bool]) -> [String]
    /// Replaces the impairments; those that stay keep their state.
    func impair(_ link: Link) async throws
    /// Plugs an end in, or pulls it out: its device keeps its administrative state.
    func setCarrier(_ has: Bool, port: Int, of link: Link) throws
    /// Tells that a node's device at an end is about to be set down, or has been set up.
    func setAttended(_ isAttended: Bool, port: Int) throws
    /// Counters of the impairments, and the books.
    func look() throws -> LinkReadings
    /// Ends what moves frames. What the kernel holds ends with the namespaces.
    func stop() async
}

/// Two devices joined by the kernel and nothing between them.
struct DirectLink: LiveLink {
    let description = "direct: a veth pair"
    let hidden: LabNode? = nil

    func hiddenInterfaces(ends: [Bool]) -> [String] { [] }

    func impair(_ link: Link) async throws {
        guard link.impairments.isEmpty else {
            throw LabLimit(
                "the link \(link.name) is direct and cannot be impaired; write driver: auto, kernel or wire")
        }
    }

    func setCarrier(_ has: Bool, port: Int, of link: Link) throws {
        // veth takes its carrier from its peer's state, which is a setting of somebody else here.
        throw LabLimit(
            "the link \(link.name) is direct and always plugged in; write driver: auto, kernel or wire")
    }

    func setAttended(_ isAttended: Bool, port: Int) {}

    func look() -> LinkReadings { LinkReadings() }

    func stop() async {}
}
