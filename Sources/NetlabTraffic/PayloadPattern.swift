import Glibc

/// The bytes that requests, answers and datagrams are made of: position modulo 251.
///
/// The period is a prime, so that a piece that is lost, doubled or shifted by any usual size does not fit.
enum PayloadPattern {
    static let period = 251
    /// Longest run that `withBytes` hands out at once.
    static let chunk = 256 * 1024

    private static let bytes: [UInt8] = (0..<(chunk + period)).map { UInt8($0 % period) }

    /// The pattern from a position on, as many bytes of it as wanted and available.
    static func withBytes<Result>(
        from position: Int, count: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let start = position % period
        return bytes.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[start..<(start + min(count, chunk))]))
        }
    }

    /// Whether bytes are the pattern from a position on.
    static func matches(_ received: UnsafeRawBufferPointer, from position: Int) -> Bool {
        var offset = 0
        while offset < received.count {
            let piece = min(received.count - offset, chunk)
            let isEqual = withBytes(from: position + offset, count: piece) { expected in
                guard let left = received.baseAddress, let right = expected.baseAddress else { return true }
                return memcmp(left + offset, right, piece) == 0
            }
            guard isEqual else { return false }
            offset += piece
        }
        return true
    }
}

extension PayloadPattern {
    /// The first bytes of the pattern.
    static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count { buffer[index] = UInt8(index % period) }
            initialized = count
        }
    }
}
