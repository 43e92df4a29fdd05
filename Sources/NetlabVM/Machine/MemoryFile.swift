import CNetlab
import Glibc
import LinuxSystem

/// A file in memory that another process of this user opens by a path; it is gone when its last user is, however that ends.
final class MemoryFile: Sendable {
    private let descriptor: OwnedFileDescriptor
    private let name: String

    init(_ name: String, _ parts: [[UInt8]] = []) throws(SystemError) {
        let number = cnetlab_memory_file(name)
        guard number >= 0 else { throw .last("memfd_create", on: name) }
        descriptor = OwnedFileDescriptor(adopting: number)
        self.name = name
        var start = 0
        for part in parts {
            try write(part[...], at: start, skippingZeros: false)
            start += part.count
        }
    }

    /// A file of a size, all of it zeros, which take no memory.
    convenience init(_ name: String, size: Int) throws(SystemError) {
        try self.init(name)
        guard ftruncate(descriptor.number, size) == 0 else { throw .last("ftruncate", on: name) }
    }

    /// Writes bytes at a place.
    ///
    /// - Parameter skippingZeros: leaves blocks of zeros out, for places that are zeros already.
    func write(_ bytes: ArraySlice<UInt8>, at start: Int, skippingZeros: Bool = true) throws(SystemError) {
        let block = skippingZeros ? Self.block : max(bytes.count, 1)
        let failure = bytes.withUnsafeBytes { buffer -> SystemError? in
            var offset = 0
            while offset < buffer.count {
                let length = min(block, buffer.count - offset)
                let part = UnsafeRawBufferPointer(rebasing: buffer[offset..<(offset + length)])
                if !skippingZeros || !Self.isZero(part), let error = writeAll(part, at: start + offset) {
                    return error
                }
                offset += length
            }
            return nil
        }
        if let failure { throw failure }
    }

    private func writeAll(_ buffer: UnsafeRawBufferPointer, at start: Int) -> SystemError? {
        var done = 0
        while done < buffer.count, let base = buffer.baseAddress {
            let written = pwrite(descriptor.number, base + done, buffer.count - done, start + done)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return .last("write", on: name) }
            done += written
        }
        return nil
    }

    /// Whether all is zero: the first byte is, and each is like the one before it.
    private static func isZero(_ buffer: UnsafeRawBufferPointer) -> Bool {
        guard let base = buffer.baseAddress, let first = buffer.first else { return true }
        return first == 0 && memcmp(base, base + 1, buffer.count - 1) == 0
    }

    private static let block = 64 << 10

    /// Opens for any process of this user, as long as this object lives.
    var path: String { "/proc/\(getpid())/fd/\(descriptor.number)" }

    /// How much has been written so far.
    var size: Int {
        var status = stat()
        return fstat(descriptor.number, &status) == 0 ? Int(status.st_size) : 0
    }

    /// How much memory the file takes, in bytes.
    var allocated: Int {
        var status = stat()
        return fstat(descriptor.number, &status) == 0 ? Int(status.st_blocks) * 512 : 0
    }

    /// What has been written so far, from an offset on.
    func content(from start: Int = 0) -> [UInt8] {
        let size = max(0, size - start)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            while filled < size {
                let count = pread(
                    descriptor.number, buffer.baseAddress! + filled, size - filled, start + filled)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                filled += count
            }
        }
    }
}
