import Glibc
import LinuxSystem
import Testing

@testable import NetlabVM

@Suite("cpio archives")
struct NewcArchiveTests {
    /// The fields of one header, read as the kernel reads them.
    struct Entry: Equatable {
        var name: String
        var mode: UInt32
        var device: [UInt32]
        var content: [UInt8]
    }

    /// Reads archives laid one behind the other.
    static func entries(_ bytes: [UInt8]) throws -> [Entry] {
        var entries: [Entry] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == 0 {
                position += 4
                continue
            }
            try #require(String(decoding: bytes[position..<position + 6], as: UTF8.self) == "070701")
            let fields = try (0..<13).map { index in
                let start = position + 6 + 8 * index
                return try #require(
                    UInt32(String(decoding: bytes[start..<start + 8], as: UTF8.self), radix: 16))
            }
            let nameEnd = position + 110 + Int(fields[11])
            let name = String(decoding: bytes[(position + 110)..<(nameEnd - 1)], as: UTF8.self)
            #expect(bytes[nameEnd - 1] == 0)
            let start = (nameEnd + 3) / 4 * 4
            let end = start + Int(fields[6])
            if name != "TRAILER!!!" {
                entries.append(
                    Entry(
                        name: name, mode: fields[1], device: Array(fields[9...10]),
                        content: Array(bytes[start..<end])))
            }
            position = (end + 3) / 4 * 4
        }
        return entries
    }

    @Test func fileHasItsHeaderNameAndContentAtMultiplesOfFour() {
        var archive = NewcArchive()
        archive.addFile("/a", permissions: 0o755, Array("xyz".utf8))
        let head =
            "070701" + "00000001" + "000081ed" + "00000000" + "00000000" + "00000001" + "00000000"
            + "00000003"
            + "00000000" + "00000000" + "00000000" + "00000000" + "00000002" + "00000000"
        // 110 bytes of header and 2 of name; then the content and its padding.
        #expect(archive.bytes == Array(head.utf8) + [0x61, 0] + Array("xyz".utf8) + [0])
    }

    @Test func directoriesAboveAFileComeBeforeItAndOnce() throws {
        var archive = NewcArchive()
        archive.addFile("/usr/lib/a.so", [1])
        archive.addFile("/usr/lib/b.so", [2])
        archive.addDirectory("/usr")
        let entries = try Self.entries(archive.finished())
        #expect(entries.map(\.name) == ["usr", "usr/lib", "usr/lib/a.so", "usr/lib/b.so"])
        #expect(entries.map(\.mode) == [0o040755, 0o040755, 0o100644, 0o100644])
    }

    @Test func devicesAndLinksBearTheirKind() throws {
        var archive = NewcArchive()
        archive.addCharacterDevice("/dev/console", major: 5, minor: 1)
        archive.addLink("/bin/sh", to: "dash")
        let entries = try Self.entries(archive.finished())
        #expect(entries.first { $0.name == "dev/console" }?.device == [5, 1])
        #expect(entries.first { $0.name == "dev/console" }?.mode == 0o020600)
        #expect(
            entries.first { $0.name == "bin/sh" }
                == Entry(
                    name: "bin/sh", mode: 0o120777, device: [0, 0], content: Array("dash".utf8)))
    }

    @Test func secondArchiveCanFollow() throws {
        var base = NewcArchive()
        base.addFile("/init", [1, 2, 3, 4, 5])
        var job = NewcArchive()
        job.addFile("/job", [9])
        let first = base.finished()
        #expect(first.count.isMultiple(of: 512))
        #expect(try Self.entries(first + job.finished()).map(\.name) == ["init", "job"])
    }

    @Test func sameContentGivesTheSameBytes() {
        func archive() -> [UInt8] {
            var archive = NewcArchive()
            archive.addFile("/etc/a", [7])
            return archive.finished()
        }
        #expect(archive() == archive())
    }

}
