import Glibc
import LinuxSystem
import Testing

@testable import NetlabProbe

@Suite struct PcapngWriterTests {
    /// What a writer makes of one interface, one packet and its statistics, as 32-bit words.
    static func words(_ write: (inout PcapngWriter) -> Void) throws -> [UInt32] {
        let path = "/tmp/netlab-pcapng-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        defer { unlink(path) }
        let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        var writer = PcapngWriter(to: OwnedFileDescriptor(adopting: number))
        write(&writer)
        writer.flush()
        #expect(writer.failure == nil)
        let bytes = try TextFile.readBytes(path)
        #expect(writer.bytesWritten == UInt64(bytes.count))
        return bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map {
                bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)
            }
        }
    }

    /// The head of an option: its number and the length of its value.
    static func option(_ number: UInt32, _ length: UInt32) -> UInt32 { number | length << 16 }

    @Test func sectionNamesApplicationAndSystem() throws {
        let words = try Self.words { $0.writeSection(application: "netlab", operatingSystem: "Linux 6") }
        #expect(words[..<6] == [0x0A0D_0D0A, 56, 0x1A2B_3C4D, 1, .max, .max])
        // Options 3 (7 bytes, padded to 8) and 4 (6 bytes), the end of options, the length again.
        #expect(
            words[6...] == [
                Self.option(3, 7), 0x756E_694C, 0x0036_2078, Self.option(4, 6), 0x6C74_656E, 0x6261, 0, 56,
            ])
    }

    @Test func interfaceCountsNanoseconds() throws {
        var number: UInt32 = 9
        let words = try Self.words { writer in
            number = writer.writeInterface(name: "a/eth0", linkType: 1, snapLength: 96)
        }
        #expect(number == 0)
        let expected: [UInt32] = [
            1, 44, 1, 96, Self.option(2, 6), 0x7465_2F61, 0x3068, Self.option(9, 1), 9, 0, 44,
        ]
        #expect(words == expected)
    }

    @Test func packetBearsTimeLengthsAndDirection() throws {
        let words = try Self.words { writer in
            withUnsafeBytes(of: UInt64(0x0807_0605_0403_0201)) { bytes in
                writer.writePacket(
                    interface: 1, nanoseconds: 0x1_0000_0002,
                    bytes: UnsafeRawBufferPointer(rebasing: bytes[..<5]),
                    length: 70, flags: [.inbound, .broadcast])
            }
        }
        let expected: [UInt32] = [
            6, 52, 1, 1, 2, 5, 70, 0x0403_0201, 0x05, Self.option(2, 4), 0b01101, 0, 52,
        ]
        #expect(words == expected)
    }

    @Test func vlanTagIsPutBackBehindTheAddresses() throws {
        let frame = [UInt8](repeating: 0xAA, count: 12) + [0x08, 0x00]
        let words = try Self.words { writer in
            frame.withUnsafeBytes {
                writer.writePacket(
                    interface: 0, nanoseconds: 0, bytes: $0, length: 14, flags: .outbound,
                    vlan: (0x8100, 0x2005))
            }
        }
        #expect(words[5...6] == [18, 18])
        #expect(words[10...11] == [0x0520_0081, 0x0008])
    }

    @Test func statisticsTellReceivedAndDropped() throws {
        let words = try Self.words {
            $0.writeStatistics(interface: 2, start: 1, end: 2, received: 30, dropped: 4)
        }
        let expected: [UInt32] = [
            5, 76, 2, 0, 2, Self.option(2, 8), 0, 1, Self.option(3, 8), 0, 2, Self.option(4, 8), 30, 0,
            Self.option(5, 8), 4, 0,
            0, 76,
        ]
        #expect(words == expected)
    }

    @Test func fullDiskIsTold() throws {
        var writer = PcapngWriter(to: try OwnedFileDescriptor(opening: "/dev/full", flags: O_WRONLY))
        writer.writeSection(application: "netlab", operatingSystem: "")
        writer.flush()
        #expect(writer.failure?.errno == ENOSPC)
        #expect(writer.bytesWritten == 0)
    }
}
