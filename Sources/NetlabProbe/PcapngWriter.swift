import Glibc
import LinuxSystem

/// Writes packets of several interfaces to one pcapng file, with times in nanoseconds.
///
/// After the first error nothing more is written, and the file ends with the last whole block.
/// Format: draft-ietf-opsawg-pcapng; section 4.1 header, 4.2 interface, 4.3 enhanced packet, 4.6 statistics.
struct PcapngWriter: ~Copyable {
    /// Flags of a packet: the direction in bits 0 and 1, how it was addressed in bits 2 to 4.
    struct PacketFlags: OptionSet {
        var rawValue: UInt32
        static let inbound = PacketFlags(rawValue: 1)
        static let outbound = PacketFlags(rawValue: 2)
        static let unicast = PacketFlags(rawValue: 1 << 2)
        static let multicast = PacketFlags(rawValue: 2 << 2)
        static let broadcast = PacketFlags(rawValue: 3 << 2)
        static let promiscuous = PacketFlags(rawValue: 4 << 2)
    }

    /// Why the file is not complete.
    private(set) var failure: SystemError?
    /// Bytes in the file, without those that are still in memory.
    private(set) var bytesWritten: UInt64 = 0

    private let file: OwnedFileDescriptor
    private let buffer: UnsafeMutableRawBufferPointer
    private var filled = 0
    private var interfaceCount: UInt32 = 0

    /// - Parameters:
    ///   - file: open for writing, empty.
    ///   - bufferBytes: what is kept in memory before it is written; at least 512 KiB, twice the longest packet.
    init(to file: OwnedFileDescriptor, bufferBytes: Int = 1 << 20) {
        self.file = file
        buffer = .allocate(byteCount: max(bufferBytes, 1 << 19), alignment: 8)
    }

    deinit { buffer.deallocate() }

    /// The first block of a file: who wrote it, on which system.
    mutating func writeSection(application: String, operatingSystem: String) {
        begin(type: 0x0A0D_0D0A, room: 64 + application.utf8.count + operatingSystem.utf8.count)
        // The byte order mark, version 1.0, and no length of the section (-1).
        put(UInt32(0x1A2B_3C4D))
        put(UInt16(1))
        put(UInt16(0))
        put(UInt64.max)
        put(option: 3, text: operatingSystem)
        put(option: 4, text: application)
        end()
    }

    /// Declares an interface; packets name it by the number returned.
    ///
    /// - Parameters:
    ///   - linkType: 1 Ethernet, 101 raw IP (`LINKTYPE_*` of tcpdump.org).
    ///   - snapLength: bytes to which packets are cut; 0 if they are whole.
    mutating func writeInterface(name: String, linkType: UInt16, snapLength: UInt32) -> UInt32 {
        begin(type: 1, room: 64 + name.utf8.count)
        put(linkType)
        put(UInt16(0))
        put(snapLength)
        put(option: 2, text: name)
        // Times count units of 10^-9 s.
        putHeader(option: 9, length: 1)
        put(UInt32(9))
        end()
        interfaceCount += 1
        return interfaceCount - 1
    }

    /// A packet, perhaps with a VLAN tag that is put back behind the two MAC addresses.
    mutating func writePacket(
        interface: UInt32, nanoseconds: UInt64, bytes: UnsafeRawBufferPointer, length: UInt32,
        flags: PacketFlags, vlan: (protocol: UInt16, tag: UInt16)? = nil
    ) {
        let tagBytes = vlan != nil && bytes.count >= 12 ? 4 : 0
        begin(type: 6, room: 64 + bytes.count)
        put(interface)
        put(time: nanoseconds)
        put(UInt32(bytes.count + tagBytes))
        put(length + UInt32(tagBytes))
        if let vlan, tagBytes > 0 {
            put(UnsafeRawBufferPointer(rebasing: bytes[..<12]))
            put(vlan.protocol.bigEndian)
            put(vlan.tag.bigEndian)
            put(UnsafeRawBufferPointer(rebasing: bytes[12...]))
        } else {
            put(bytes)
        }
        pad()
        putHeader(option: 2, length: 4)
        put(flags.rawValue)
        end()
    }

    /// What an interface has seen between two times, and what of it is missing in the file.
    mutating func writeStatistics(
        interface: UInt32, start: UInt64, end endTime: UInt64, received: UInt64, dropped: UInt64
    ) {
        begin(type: 5, room: 96)
        put(interface)
        put(time: endTime)
        putHeader(option: 2, length: 8)
        put(time: start)
        putHeader(option: 3, length: 8)
        put(time: endTime)
        putHeader(option: 4, length: 8)
        put(received)
        putHeader(option: 5, length: 8)
        put(dropped)
        end()
    }

    /// Writes what is in memory.
    mutating func flush() {
        var written = 0
        while failure == nil, written < filled {
            let count = write(file.number, buffer.baseAddress! + written, filled - written)
            if count > 0 {
                written += count
            } else if errno != EINTR {
                failure = .last("write", on: "capture file")
                // A file that ends inside a block is refused by readers; one that ends before it is not.
                ftruncate(file.number, off_t(bytesWritten))
            }
        }
        if failure == nil { bytesWritten += UInt64(filled) }
        filled = 0
    }

    // MARK: - Blocks

    private var blockStart = 0

    private mutating func begin(type: UInt32, room: Int) {
        if filled + room > buffer.count { flush() }
        blockStart = filled
        put(type)
        put(UInt32(0))
    }

    /// Ends the options and the block, whose length stands at both its ends.
    private mutating func end() {
        put(UInt32(0))
        let length = UInt32(filled - blockStart + 4)
        put(length)
        buffer.storeBytes(of: length, toByteOffset: blockStart + 4, as: UInt32.self)
    }

    private mutating func put<Value: FixedWidthInteger>(_ value: Value) {
        buffer.storeBytes(of: value, toByteOffset: filled, as: Value.self)
        filled += MemoryLayout<Value>.size
    }

    /// The upper half first.
    private mutating func put(time nanoseconds: UInt64) {
        put(UInt32(truncatingIfNeeded: nanoseconds >> 32))
        put(UInt32(truncatingIfNeeded: nanoseconds))
    }

    private mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        memcpy(buffer.baseAddress! + filled, start, bytes.count)
        filled += bytes.count
    }

    private mutating func putHeader(option: UInt16, length: UInt16) {
        put(option)
        put(length)
    }

    private mutating func put(option: UInt16, text: String) {
        var text = text
        putHeader(option: option, length: UInt16(text.utf8.count))
        text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
        pad()
    }

    /// To a multiple of four bytes, counted from the start of the block.
    private mutating func pad() {
        while (filled - blockStart) % 4 != 0 { put(UInt8(0)) }
    }
}
