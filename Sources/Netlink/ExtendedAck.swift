import CMnl

/// What the kernel says about a request besides errno.
///
/// Kernel: `netlink_ack()`, since 4.12 for sockets with `NETLINK_EXT_ACK`.
struct ExtendedAck: Sendable, Equatable {
    /// `NLMSGERR_ATTR_MSG`
    var text: String?
    /// `NLMSGERR_ATTR_OFFS`: the offset in the request of the attribute complained about.
    var offset: Int?
    /// `NLMSGERR_ATTR_MISS_TYPE`: the number of an attribute that should have been there (since 6.1).
    var missingType: Int?
    /// `NLMSGERR_ATTR_MISS_NEST`: the offset of the nest it should have been in; nil for the outermost level.
    var missingNestOffset: Int?

    private static let missingTypeAttribute = 5
    private static let missingNestAttribute = 6
    private static let cappedFlag: UInt16 = 0x100
    private static let attributesFlag: UInt16 = 0x200

    /// An answer without explanation.
    init() {}

    init(attributes: AttributeReader) {
        text = attributes[NLMSGERR_ATTR_MSG.number]?.string
        offset = attributes[NLMSGERR_ATTR_OFFS.number]?.uint32.map(Int.init)
        missingType = attributes[Self.missingTypeAttribute]?.uint32.map(Int.init)
        missingNestOffset = attributes[Self.missingNestAttribute]?.uint32.map(Int.init)
    }

    /// Reads an `NLMSG_ERROR` message.
    ///
    /// - Returns: the negative errno value (0 acknowledges) and the explanation; nil if the message is too short.
    static func read(_ message: NetlinkMessage) -> (error: Int32, explanation: ExtendedAck)? {
        guard let error: Int32 = message.payload.integer(at: 0) else { return nil }
        guard message.flags & attributesFlag != 0, let original: UInt32 = message.payload.integer(at: 4)
        else {
            return (error, ExtendedAck())
        }
        // Unless capped, the request's payload is repeated between the header's copy and the attributes.
        let repeated = message.flags & cappedFlag != 0 ? MessageBuilder.headerLength : Int(original)
        return (
            error,
            ExtendedAck(attributes: AttributeReader(message.payload.dropFirst(4 + (repeated + 3) & ~3)))
        )
    }

    /// Reads an `NLMSG_DONE` message, which ends a dump and may carry the error that ended it.
    static func readDone(_ message: NetlinkMessage) -> (error: Int32, explanation: ExtendedAck) {
        guard let error: Int32 = message.payload.integer(at: 0) else { return (0, ExtendedAck()) }
        guard message.flags & attributesFlag != 0 else { return (error, ExtendedAck()) }
        return (error, ExtendedAck(attributes: AttributeReader(message.payload.dropFirst(4))))
    }

    /// The error that this answer to a request means.
    func error(_ operation: String, errno: Int32, request: MessageBuilder) -> NetlinkError {
        var path = offset.map(request.path(toOffset:)) ?? []
        if path.isEmpty, let missingType {
            path =
                (missingNestOffset.map(request.path(toOffset:)) ?? []) + ["missing attribute \(missingType)"]
        }
        return NetlinkError(operation: operation, errno: errno, kernelText: text, attributePath: path)
    }
}

extension RawRepresentable where RawValue: FixedWidthInteger {
    /// The number of an attribute that the headers declare in a named enumeration.
    var number: Int { Int(rawValue) }
}
