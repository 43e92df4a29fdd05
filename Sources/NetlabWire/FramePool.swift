/// A frame in the pool's memory.
struct HeldFrame {
    var address: UnsafeMutableRawPointer
    var bytes: Int
    /// What it is in the books.
    var traffic: Traffic
    /// The number of the first packet in it; 0 for copies and housekeeping.
    var number: Int
    fileprivate var sizeClass: Int

    var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: address, count: bytes) }
}

/// Memory for held frames: pieces of four sizes, cut from slabs, given back to lists and never to the
/// system before the end. Holding a packet costs a copy and no allocation.
final class FramePool {
    private static let pieceBytes = [256, 2048, 16_384, 131_072]
    private static let slabBytes = 1 << 20

    /// Bytes of memory at most.
    let capacity: Int
    private(set) var allocated = 0
    /// Room for the largest frame, to change one in.
    private(set) lazy var workspace = buffer()
    private var slabs: [UnsafeMutableRawPointer] = []
    private var free: [[UnsafeMutableRawPointer]] = [[], [], [], []]

    init(capacity: Int) { self.capacity = capacity }

    deinit {
        for slab in slabs { slab.deallocate() }
    }

    /// Copies a frame into the pool; nil if the capacity is used up or the frame is larger than 128 KiB.
    func hold(_ frame: UnsafeRawBufferPointer, _ traffic: Traffic, number: Int) -> HeldFrame? {
        guard let sizeClass = Self.pieceBytes.firstIndex(where: { frame.count <= $0 }),
            let source = frame.baseAddress
        else { return nil }
        if free[sizeClass].isEmpty {
            guard allocated + Self.slabBytes <= capacity else { return nil }
            let slab = UnsafeMutableRawPointer.allocate(byteCount: Self.slabBytes, alignment: 64)
            allocated += Self.slabBytes
            slabs.append(slab)
            let piece = Self.pieceBytes[sizeClass]
            for offset in stride(from: Self.slabBytes - piece, through: 0, by: -piece) {
                free[sizeClass].append(slab + offset)
            }
        }
        let address = free[sizeClass].removeLast()
        address.copyMemory(from: source, byteCount: frame.count)
        return HeldFrame(
            address: address, bytes: frame.count, traffic: traffic, number: number, sizeClass: sizeClass)
    }

    /// Takes a frame's memory back.
    func release(_ frame: HeldFrame) { free[frame.sizeClass].append(frame.address) }

    private func buffer() -> UnsafeMutableRawBufferPointer {
        let address = UnsafeMutableRawPointer.allocate(byteCount: Self.pieceBytes[3], alignment: 64)
        slabs.append(address)
        return UnsafeMutableRawBufferPointer(start: address, count: Self.pieceBytes[3])
    }
}
