import CNetlab
import Glibc
import LinuxSystem

/// All packets that pass one interface, in memory shared with the kernel: nothing is copied, and no more memory
/// is taken than was set aside. Packets that find no room are counted.
///
/// The socket keeps its namespace alive. It takes no part in what it sees: the interface is not made
/// promiscuous, and no counter of the namespace moves.
///
/// Kernel: `AF_PACKET` with `TPACKET_V3` (3.2); needs CAP_NET_RAW in the namespace's user namespace.
final class PacketRing: Sendable {
    let interface: Int32
    /// The hardware type: 1 Ethernet, 772 loopback, 65534 none (TUN).
    let hardware: Int32
    let blockBytes: Int
    let blockCount: Int
    private let socket: OwnedFileDescriptor
    /// The kernel and one reader hand blocks to one another by a word in each block.
    private nonisolated(unsafe) let memory: UnsafeMutableRawPointer

    var fileDescriptor: Int32 { socket.number }

    /// Opens a ring; nothing is received before `start`.
    ///
    /// - Parameters:
    ///   - blockBytes: a power of two, at least 128 KiB, so that the longest packet fits.
    ///   - cut: bytes to which packets are cut; 0 keeps them whole.
    ///   - milliseconds: after which a block is handed over though it is not full.
    /// - Throws: `SystemError`: ENODEV if there is no such interface, EPERM without CAP_NET_RAW, ENOMEM.
    init(
        interface name: String, in namespace: NetworkNamespace, blockBytes: Int, blockCount: Int, cut: UInt32,
        milliseconds: UInt32
    ) throws(SystemError) {
        let opened = namespace.run { cnetlab_packet_socket() }
        guard opened >= 0 else { throw .last("open a packet socket", on: name) }
        let number = LowDescriptors.spare(opened)
        socket = OwnedFileDescriptor(adopting: number)
        interface = cnetlab_packet_interface(number, name)
        guard interface > 0 else { throw .last("look up interface", on: name) }
        guard cut == 0 || cnetlab_packet_cut(number, cut) == 0 else { throw .last("cut packets", on: name) }
        guard let memory = cnetlab_packet_map(number, UInt32(blockBytes), UInt32(blockCount), milliseconds)
        else { throw .last("make a packet ring", on: name) }
        self.memory = memory
        self.blockBytes = blockBytes
        self.blockCount = blockCount
        hardware = cnetlab_packet_hardware(number, name)
        let loopback: Int32 = 772
        if hardware == loopback, cnetlab_packet_ignore_outgoing(number) != 0 {
            throw .last("ignore outgoing packets", on: name)
        }
    }

    deinit { cnetlab_packet_unmap(memory, UInt32(blockBytes), UInt32(blockCount)) }

    /// From here on every packet is either in the ring or counted as dropped.
    func start() throws(SystemError) {
        guard cnetlab_packet_bind(fileDescriptor, interface) == 0 else { throw .last("bind a packet socket") }
    }

    /// Receives no more; what is in the ring stays there, and arrives within the ring's milliseconds.
    func stop() {
        // Fails only if the interface is gone, and then nothing arrives anyway.
        _ = cnetlab_packet_stop(fileDescriptor, interface)
    }

    func block(_ index: Int) -> UnsafeMutableRawPointer { memory + index * blockBytes }

    /// Packets since the last call: those that passed, and those of them that found no room.
    func takeStatistics() throws(SystemError) -> (passed: UInt64, dropped: UInt64) {
        var (passed, dropped) = (UInt32(0), UInt32(0))
        guard cnetlab_packet_statistics(fileDescriptor, &passed, &dropped) == 0 else {
            throw .last("read packet statistics")
        }
        return (UInt64(passed), UInt64(dropped))
    }
}
