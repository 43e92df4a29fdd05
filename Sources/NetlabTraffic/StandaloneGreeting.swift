/// The first 16 bytes of a connection between netlab's own client and server on two machines: what it is for.
///
/// In a lab both ends are in one process and know; between machines the client says so. All numbers are big-endian.
struct StandaloneGreeting: Hashable {
    static let length = 16
    static let magic: [UInt8] = [0x4e, 0x4c, 0x54]

    enum Purpose: UInt8 {
        /// Requests of `size` bytes, this greeting included in each, answered with `amount` bytes.
        case requests = 1
        /// Bytes for the server to count until the client sends FIN; the server then answers with `StandaloneReceipt`.
        case upload = 2
        /// `amount` bytes from the server, in writes of `size`.
        case download = 3
        /// The same for `amount` nanoseconds.
        case timedDownload = 4
        /// Numbered UDP datagrams of `size` bytes to the same port number follow, salted with `amount`.
        case datagrams = 5
    }

    var purpose: Purpose
    var size: UInt32
    var amount: UInt64

    var bytes: [UInt8] {
        Self.magic + [purpose.rawValue] + Self.bytes(UInt64(size)).suffix(4) + Self.bytes(amount)
    }

    init(purpose: Purpose, size: Int, amount: UInt64) {
        self.purpose = purpose
        self.size = UInt32(clamping: size)
        self.amount = amount
    }

    /// nil unless these are 16 bytes of a greeting.
    init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == Self.length, Array(bytes[0..<3]) == Self.magic,
            let purpose = Purpose(rawValue: bytes[3])
        else { return nil }
        self.purpose = purpose
        size = UInt32(truncatingIfNeeded: Self.number(bytes[4..<8]))
        amount = Self.number(bytes[8..<16])
    }

    static func bytes(_ value: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }
    }

    static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// What the server of an upload or of datagrams tells the client at the end: eight-byte numbers in this order.
struct StandaloneReceipt: Hashable {
    /// Enough for each field below.
    static let length = 80

    var received: UInt64 = 0
    var bytes: UInt64 = 0
    var distinct: UInt64 = 0
    var duplicated: UInt64 = 0
    var reordered: UInt64 = 0
    var extent: UInt64 = 0
    var corrupted: UInt64 = 0
    /// Nanoseconds, RFC 3550.
    var jitter: UInt64 = 0
    /// Nanoseconds between the first and the last arrival.
    var duration: UInt64 = 0
    private var reserved: UInt64 = 0

    init() {}

    var encoded: [UInt8] {
        [received, bytes, distinct, duplicated, reordered, extent, corrupted, jitter, duration, reserved]
            .flatMap(StandaloneGreeting.bytes)
    }

    init?(_ encoded: [UInt8]) {
        guard encoded.count == Self.length else { return nil }
        let numbers = (0..<10).map { StandaloneGreeting.number(encoded[($0 * 8)..<($0 * 8 + 8)]) }
        received = numbers[0]
        bytes = numbers[1]
        distinct = numbers[2]
        duplicated = numbers[3]
        reordered = numbers[4]
        extent = numbers[5]
        corrupted = numbers[6]
        jitter = numbers[7]
        duration = numbers[8]
    }
}
