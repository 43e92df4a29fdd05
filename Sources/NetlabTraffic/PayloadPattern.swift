import Glibc

/// The bytes that requests, answers, streams and datagrams are made of: position modulo 251.
///
/// The period is a prime, so that a piece that is lost, doubled or shifted by any usual size does not fit.
enum PayloadPattern {
    static let period = 251
    /// Longest run that is at hand at once, whatever the position.
    static let chunk = 1 << 20

    /// Made once and never freed: slices of it are handed to the kernel from several threads.
    private static let storage = Storage()

    private struct Storage: @unchecked Sendable {
        let bytes: UnsafeRawBufferPointer

        init() {
            let buffer = UnsafeMutableRawBufferPointer.allocate(
                byteCount: chunk + period, alignment: 4096)
            for index in 0..<buffer.count { buffer[index] = UInt8(index % period) }
            bytes = UnsafeRawBufferPointer(buffer)
        }
    }

    /// The pattern from a position on; at most `chunk` bytes of it.
    static func slice(from position: Int, count: Int) -> UnsafeRawBufferPointer {
        let start = position % period
        return UnsafeRawBufferPointer(rebasing: storage.bytes[start..<(start + min(count, chunk))])
    }

    /// The first bytes of the pattern.
    static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count { buffer[index] = UInt8(index % period) }
            initialized = count
        }
    }

    /// Whether bytes are the pattern from a position on.
    static func matches(_ received: UnsafeRawBufferPointer, from position: Int) -> Bool {
        var offset = 0
        while offset < received.count, let left = received.baseAddress {
            let expected = slice(from: position + offset, count: received.count - offset)
            guard let right = expected.baseAddress, memcmp(left + offset, right, expected.count) == 0 else {
                return false
            }
            offset += expected.count
        }
        return true
    }
}
