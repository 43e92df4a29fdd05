import CNetlab
import Glibc

/// Room for many datagrams taken by one recvmmsg(2), each of them perhaps several joined by UDP_GRO.
///
/// Confined to one thread at a time.
final class DatagramBatch: @unchecked Sendable {
    let slots: Int
    private let size: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private var lengths: [UInt32]
    private var segments: [UInt16]
    private var addresses: [sockaddr_storage] = []

    init(slots: Int, size: Int) {
        self.slots = slots
        self.size = size
        buffer = .allocate(byteCount: slots * size, alignment: 64)
        lengths = [UInt32](repeating: 0, count: slots)
        segments = [UInt16](repeating: 0, count: slots)
    }

    deinit { buffer.deallocate() }

    /// Lets the kernel hand over runs of equal datagrams as one (UDP_GRO, Linux 5.0); no harm where it cannot.
    func enableCoalescing(_ descriptor: Int32) { _ = cnetlab_enable_udp_gro(descriptor) }

    /// Takes what is there without waiting, and hands out each datagram.
    ///
    /// - Returns: how many calls' worth of slots were filled; less than `slots` if nothing is left, negative errno
    ///   if nothing could be read.
    func receive(from descriptor: Int32, _ body: (UnsafeRawBufferPointer) -> Void) -> Int {
        let count = Int(
            cnetlab_receive_batch(
                descriptor, buffer.baseAddress, UInt32(size), UInt32(slots), &lengths, &segments, nil))
        guard count > 0 else { return count < 0 ? -Int(errno) : 0 }
        for slot in 0..<count { handOut(slot, body) }
        return count
    }

    /// The same with the address that each came from.
    func receiveWithSenders(
        from descriptor: Int32, _ body: (UnsafeRawBufferPointer, SocketAddress) -> Void
    ) -> Int {
        if addresses.isEmpty {
            addresses = [sockaddr_storage](repeating: sockaddr_storage(), count: slots)
        }
        let count = Int(
            cnetlab_receive_batch(
                descriptor, buffer.baseAddress, UInt32(size), UInt32(slots), &lengths, &segments, &addresses))
        guard count > 0 else { return count < 0 ? -Int(errno) : 0 }
        for slot in 0..<count {
            let peer = SocketAddress(addresses[slot])
            handOut(slot) { body($0, peer) }
        }
        return count
    }

    /// Hands out what one slot holds, datagram by datagram.
    private func handOut(_ slot: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        let whole = UnsafeRawBufferPointer(
            rebasing: buffer[(slot * size)..<(slot * size + Int(lengths[slot]))])
        let step = segments[slot] > 0 ? Int(segments[slot]) : max(1, whole.count)
        var start = 0
        repeat {
            let end = min(whole.count, start + step)
            body(UnsafeRawBufferPointer(rebasing: whole[start..<end]))
            start = end
        } while start < whole.count
    }
}
