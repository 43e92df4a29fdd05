import CMnl

/// One message out of a datagram of the kernel's.
struct NetlinkMessage: Sendable {
    var type: Int
    var flags: UInt16
    var sequence: UInt32
    var port: UInt32
    /// What follows the header: family header and attributes, or an acknowledgement.
    var payload: ArraySlice<UInt8>

    /// The family header at the start of the payload, or nil if the payload is too short for it.
    func header<Header: BitwiseCopyable>(as type: Header.Type = Header.self) -> Header? {
        payload.structure(as: type)
    }

    /// The attributes after a family header of the given type.
    func attributes<Header: BitwiseCopyable>(after _: Header.Type) -> AttributeReader {
        AttributeReader(payload.dropFirst((MemoryLayout<Header>.size + 3) & ~3))
    }

    /// Takes a datagram apart.
    ///
    /// - Returns: its messages, or nil if a header claims a length that the datagram does not have.
    static func messages(in datagram: [UInt8]) -> [NetlinkMessage]? {
        var messages: [NetlinkMessage] = []
        var rest = datagram[...]
        while rest.count >= MessageBuilder.headerLength {
            guard let length: UInt32 = rest.integer(at: 0), let type: UInt16 = rest.integer(at: 4),
                let flags: UInt16 = rest.integer(at: 6), let sequence: UInt32 = rest.integer(at: 8),
                let port: UInt32 = rest.integer(at: 12),
                length >= MessageBuilder.headerLength, Int(length) <= rest.count
            else { return nil }
            let payload = rest[rest.startIndex + MessageBuilder.headerLength..<rest.startIndex + Int(length)]
            messages.append(
                NetlinkMessage(
                    type: Int(type), flags: flags, sequence: sequence, port: port, payload: payload))
            rest = rest.dropFirst((Int(length) + 3) & ~3)
        }
        return rest.isEmpty ? messages : nil
    }
}
