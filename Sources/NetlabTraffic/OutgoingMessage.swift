/// Bytes that are on their way out of a `StreamSocket`.
enum OutgoingMessage {
    case none
    case bytes([UInt8])
    /// A run of `PayloadPattern`, not copied.
    case pattern(from: Int, count: Int)
    /// The first bytes of a file, by sendfile(2).
    case file(Int32, count: Int)

    var count: Int {
        switch self {
        case .none: 0
        case .bytes(let bytes): bytes.count
        case .pattern(_, let count): count
        case .file(_, let count): count
        }
    }

    /// Hands out the bytes from an offset on: all of them, or as many as are at hand in one piece.
    func withBytes<Result>(from offset: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch self {
        case .none, .file: body(UnsafeRawBufferPointer(start: nil, count: 0))
        case .bytes(let bytes):
            bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
        case .pattern(let start, let count):
            body(PayloadPattern.slice(from: start + offset, count: count - offset))
        }
    }
}
