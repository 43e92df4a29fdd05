/// What a guest tells its host over the virtio-serial port, at the end of its run.
///
/// Each message is a line `netlab-vm 1 KIND LENGTH SUM` and then so many bytes. A stream that ends within a message shows
/// that the guest died while it wrote.
public struct GuestMessage: Hashable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// The run's record as JSON.
        case record
        /// The packets, as pcapng.
        case capture
        /// Something that a reader of the record should know: a module that could not be loaded.
        case note
        /// Why there is no record.
        case failure
    }

    public var kind: Kind
    public var payload: [UInt8]

    public init(_ kind: Kind, _ payload: [UInt8]) {
        self.kind = kind
        self.payload = payload
    }

    public init(_ kind: Kind, _ text: String) {
        self.init(kind, Array(text.utf8))
    }

    var text: String { String(decoding: payload, as: UTF8.self) }

    private static let greeting = "netlab-vm 1"

    var encoded: [UInt8] {
        Array("\(Self.greeting) \(kind.rawValue) \(payload.count) \(Checksum.text(payload))\n".utf8) + payload
    }

    /// The messages of a stream, and what is wrong with its end.
    static func decode(_ stream: [UInt8]) -> (messages: [GuestMessage], problem: String?) {
        var messages: [GuestMessage] = []
        var rest = stream[...]
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                return (messages, "the answer breaks off in a headline")
            }
            let head = String(decoding: rest[..<end], as: UTF8.self)
            let words = head.split(separator: " ")
            guard words.count == 5, head.hasPrefix(greeting + " "),
                let kind = Kind(rawValue: String(words[2])),
                let length = Int(words[3]), length >= 0
            else { return (messages, "the answer has a headline that makes no sense: \(head.prefix(80))") }
            rest = rest[(end + 1)...]
            guard rest.count >= length else {
                return (messages, "the \(kind.rawValue) breaks off after \(rest.count) of \(length) bytes")
            }
            let payload = Array(rest.prefix(length))
            guard Checksum.text(payload) == words[4] else {
                return (messages, "the \(kind.rawValue) was damaged on its way")
            }
            messages.append(GuestMessage(kind, payload))
            rest = rest.dropFirst(length)
        }
        return (messages, nil)
    }
}
