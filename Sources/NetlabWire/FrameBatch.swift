import CNetlab
import Glibc

/// Frames on their way between a lane and its devices, many for one system call where the kernel can (io_uring), else
/// one for each.
///
/// Kernel: io_uring, since 5.6, where it is allowed; `read(2)` and `write(2)` otherwise. Which of them it is changes no
/// fate and no order.
final class FrameBatch {
    /// The most frames read or written together.
    static let capacity = 32
    /// Room for the largest frame with its virtio-net header; no multiple of a power of two, so that the first bytes of
    /// all frames do not fall into the same few lines of the cache.
    private static let stride = 69_824
    private static let stagingBytes = 4 * stride

    private let input: Int32
    private let output: Int32
    /// How many frames are asked for at once: many if many came the last time.
    private var wanted = 2
    private let mostWanted: Int
    private var ring: OpaquePointer?
    private var hasTriedRing: Bool
    private let intake: UnsafeMutableRawBufferPointer
    private let staging: UnsafeMutableRawBufferPointer
    private var staged = 0
    private let pieces: UnsafeMutablePointer<iovec>
    private let results: UnsafeMutablePointer<Int32>
    private let outgoing: UnsafeMutablePointer<iovec>
    private var waiting = 0
    /// What became of the frames written since the last `takeOutcomes`, in order.
    private var outcomes: [Bool] = []

    init(input: Int32, output: Int32, carriesSuperPackets: Bool, mayUseRing: Bool = true) {
        self.input = input
        self.output = output
        hasTriedRing = !mayUseRing
        // A super-packet is as many bytes as a whole batch of others.
        mostWanted = carriesSuperPackets ? 8 : Self.capacity
        intake = .allocate(byteCount: mostWanted * Self.stride, alignment: 64)
        staging = .allocate(byteCount: Self.stagingBytes, alignment: 64)
        pieces = .allocate(capacity: Self.capacity)
        results = .allocate(capacity: Self.capacity)
        outgoing = .allocate(capacity: Self.capacity)
        for slot in 0..<mostWanted {
            (pieces + slot).initialize(
                to: iovec(iov_base: intake.baseAddress.map { $0 + slot * Self.stride }, iov_len: Self.stride))
        }
    }

    deinit {
        cnetlab_uring_close(ring)
        intake.deallocate()
        staging.deallocate()
        pieces.deallocate()
        results.deallocate()
        outgoing.deallocate()
    }

    /// Whether the kernel takes many frames with one call.
    var usesRing: Bool { ring != nil }

    /// Reads what is there, up to a batch.
    ///
    /// - Returns: how many places were filled in or found empty (`frame(_:)` tells which), and the error of the first
    ///   that was not filled: EAGAIN if the device is empty, 0 if there may be more.
    func read() -> (count: Int, error: Int32) {
        if !hasTriedRing { openRing() }
        let count = wanted
        if let ring, cnetlab_uring_transfer(ring, 0, input, pieces, UInt32(count), results) != 0 {
            closeRing()
            return (0, EAGAIN)
        }
        var filled = 0
        var failure: Int32 = 0
        for place in 0..<count {
            if ring == nil {
                let length = Glibc.read(input, pieces[place].iov_base, Self.stride)
                results[place] = length < 0 ? -errno : Int32(length)
            }
            if results[place] > 0 {
                filled += 1
            } else if failure == 0 {
                failure = results[place] == 0 ? EIO : -results[place]
            }
            if ring == nil, failure != 0 {
                for rest in place..<count { results[rest] = -failure }
                break
            }
        }
        if failure == EOPNOTSUPP, ring != nil {
            // Before the TUN driver knew of reads that do not wait.
            closeRing()
            return filled > 0 ? (count, 0) : read()
        }
        wanted = failure == 0 ? min(wanted * 2, mostWanted) : min(max(filled + 1, 2), mostWanted)
        return (count, failure)
    }

    /// A frame that was read last; nil where the device was empty.
    func frame(_ place: Int) -> UnsafeMutableRawBufferPointer? {
        guard results[place] > 0 else { return nil }
        return UnsafeMutableRawBufferPointer(start: pieces[place].iov_base, count: Int(results[place]))
    }

    /// Puts a frame behind those that wait to be written.
    ///
    /// - Parameter isLasting: whether its bytes stay as they are until the next `read`; they are copied otherwise.
    func add(_ frame: UnsafeRawBufferPointer, isLasting: Bool) {
        var address = UnsafeMutableRawPointer(mutating: frame.baseAddress)
        if !isLasting, let source = frame.baseAddress, let start = staging.baseAddress {
            let copy = start + staged
            copy.copyMemory(from: source, byteCount: frame.count)
            staged += (frame.count + 63) & ~63
            address = copy
        }
        (outgoing + waiting).initialize(to: iovec(iov_base: address, iov_len: frame.count))
        waiting += 1
        if waiting == Self.capacity || staged + Self.stride > Self.stagingBytes { flush() }
    }

    /// Writes what waits, and tells of each frame since the last call whether the device took it.
    func settle(_ tell: (Bool) -> Void) {
        flush()
        for outcome in outcomes { tell(outcome) }
        outcomes.removeAll(keepingCapacity: true)
    }

    /// Writes all frames that wait, in order.
    private func flush() {
        let count = waiting
        guard count > 0 else { return }
        waiting = 0
        staged = 0
        if count > 1, let ring {
            // The results of the last read are still looked at.
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { written in
                let told = cnetlab_uring_transfer(
                    ring, 1, output, outgoing, UInt32(count), written.baseAddress)
                for place in 0..<count { outcomes.append(Int(written[place]) == outgoing[place].iov_len) }
                if told != 0 { closeRing() }
            }
            return
        }
        for place in 0..<count {
            let piece = outgoing[place]
            outcomes.append(Glibc.write(output, piece.iov_base, piece.iov_len) == piece.iov_len)
        }
    }

    private func openRing() {
        hasTriedRing = true
        ring = cnetlab_uring_open(UInt32(Self.capacity))
    }

    private func closeRing() {
        cnetlab_uring_close(ring)
        ring = nil
    }
}
