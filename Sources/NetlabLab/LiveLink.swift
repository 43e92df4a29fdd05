import NetlabModel

/// A link that exists: how its frames get from one end to the other, and what it tells about them.
protocol LiveLink: Sendable {
    /// The driver and why it was chosen: `direct: a veth pair`.
    var description: String { get }
    /// Interfaces between the ends that have to be usable before the link is.
    var hiddenInterfaces: [(LabNode, [String])] { get }
    /// Replaces the impairments; those that stay keep their state.
    func impair(_ link: Link) async throws
    /// Counters of the impairments, and the books.
    func look() throws -> LinkReadings
    /// Ends what moves frames. What the kernel holds ends with the namespaces.
    func stop() async
}

/// Two devices joined by the kernel and nothing between them.
struct DirectLink: LiveLink {
    let description = "direct: a veth pair"
    let hiddenInterfaces: [(LabNode, [String])] = []

    func impair(_ link: Link) async throws {
        guard link.impairments.isEmpty else {
            throw LabLimit(
                "the link \(link.name) is direct and cannot be impaired; write driver: auto, kernel or wire")
        }
    }

    func look() -> LinkReadings { LinkReadings() }

    func stop() async {}
}
