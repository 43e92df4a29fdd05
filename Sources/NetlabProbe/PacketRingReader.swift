import CNetlab
import LinuxSystem

/// Where a reader stands in a ring: which blocks it holds, and the packet at hand.
///
/// Blocks are held, oldest first, until all their packets have been taken; then the kernel gets them back.
struct PacketRingReader {
    let ring: PacketRing
    /// The number of the interface in the file.
    let interface: UInt32
    let startTime: UInt64
    /// Packets that the kernel has handed over, and those of them that were taken.
    private(set) var arrived: UInt64 = 0
    private(set) var taken: UInt64 = 0
    /// The packet at hand; meaningful if `hasPacket`.
    private(set) var packet = cnetlab_packet()
    private(set) var hasPacket = false

    private(set) var passed: UInt64 = 0
    private(set) var dropped: UInt64 = 0
    private var oldest = 0
    private var held = 0
    /// Packets of the oldest block that come after the one at hand.
    private var rest: Int64 = 0

    init(_ ring: PacketRing, interface: UInt32, startTime: UInt64) {
        self.ring = ring
        self.interface = interface
        self.startTime = startTime
    }

    /// Whether no packet that the kernel has counted is still to come.
    var isComplete: Bool { arrived + dropped == passed }

    /// Takes hold of the blocks that the kernel has handed over since the last call.
    mutating func holdNewBlocks() {
        while held < ring.blockCount {
            let count = cnetlab_block_packets(ring.block((oldest + held) % ring.blockCount))
            guard count >= 0 else { break }
            arrived += UInt64(count)
            held += 1
        }
        if !hasPacket { openOldest() }
    }

    /// The time up to which packets must be taken now, lest the ring run full; 0 if there is no hurry.
    var pressureTime: UInt64 {
        let spare = ring.blockCount / 2
        guard held > spare else { return 0 }
        return cnetlab_block_last_time(ring.block((oldest + held - spare - 1) % ring.blockCount))
    }

    /// Goes on to the next packet; gives the block back after its last one.
    mutating func take() {
        taken += 1
        if rest > 0 {
            rest -= 1
            cnetlab_block_packet(ring.block(oldest), packet.next, &packet)
        } else {
            releaseOldest()
            openOldest()
        }
    }

    mutating func readStatistics() throws(SystemError) {
        let statistics = try ring.takeStatistics()
        passed += statistics.passed
        dropped += statistics.dropped
    }

    private mutating func openOldest() {
        hasPacket = false
        while held > 0 {
            let block = ring.block(oldest)
            let count = cnetlab_block_packets(block)
            if count > 0 {
                cnetlab_block_packet(block, cnetlab_block_first(block), &packet)
                rest = count - 1
                hasPacket = true
                return
            }
            releaseOldest()
        }
    }

    private mutating func releaseOldest() {
        cnetlab_block_release(ring.block(oldest))
        oldest = (oldest + 1) % ring.blockCount
        held -= 1
    }
}
