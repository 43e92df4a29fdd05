// A packet socket whose packets arrive in blocks of shared memory (TPACKET_V3). Functions return what their
// last system call returns and leave errno set, if nothing else is said.
#ifndef CNETLAB_PACKET_H
#define CNETLAB_PACKET_H

#include <stdint.h>

/// A packet in a block; valid until the block is released.
struct cnetlab_packet {
    const uint8_t *bytes;
    /// Bytes that were captured, and that the packet has.
    uint32_t captured, length;
    /// Of the real-time clock.
    uint64_t nanoseconds;
    /// PACKET_HOST, _BROADCAST, _MULTICAST, _OTHERHOST, _OUTGOING (0 to 4).
    uint8_t type;
    /// The VLAN tag that the kernel has taken out of the bytes, if there was one.
    uint8_t has_vlan;
    uint16_t vlan_protocol, vlan_tag;
    /// Offset of the next packet in the block.
    uint32_t next;
};

/// A packet socket that receives nothing before cnetlab_packet_bind, close-on-exec.
int cnetlab_packet_socket(void);
/// The index of an interface in the socket's namespace.
int cnetlab_packet_interface(int fd, const char *name);
/// Its hardware type (ARPHRD_*).
int cnetlab_packet_hardware(int fd, const char *name);
/// Has the socket cut packets to this many bytes.
int cnetlab_packet_cut(int fd, uint32_t bytes);
/// Leaves out what the interface sends (for a loopback device, where all of it is received too).
int cnetlab_packet_ignore_outgoing(int fd);
/// Sets up and maps blocks; a block that is not full is handed over after some milliseconds. NULL on failure.
void *cnetlab_packet_map(int fd, uint32_t block_bytes, uint32_t blocks, uint32_t milliseconds);
int cnetlab_packet_unmap(void *memory, uint32_t block_bytes, uint32_t blocks);
/// Starts to receive what passes an interface.
int cnetlab_packet_bind(int fd, int interface);
/// Stops receiving; packets already in the ring stay there.
int cnetlab_packet_stop(int fd, int interface);
/// Packets since the last call: those that matched, including the dropped, and those that found no room.
int cnetlab_packet_statistics(int fd, uint32_t *matched, uint32_t *dropped);
/// Takes the pending error off the socket: ENETDOWN after its interface went down.
int cnetlab_packet_take_error(int fd);

/// The number of packets in a block that the kernel has handed over, or -1 if it still fills it.
int64_t cnetlab_block_packets(const void *block);
/// Offset of the first packet.
uint32_t cnetlab_block_first(const void *block);
/// The time of the last packet.
uint64_t cnetlab_block_last_time(const void *block);
/// Reads the packet at an offset.
void cnetlab_block_packet(const void *block, uint32_t offset, struct cnetlab_packet *packet);
/// Gives the block back to the kernel.
void cnetlab_block_release(void *block);

#endif
