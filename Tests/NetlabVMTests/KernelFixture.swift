import Glibc
import LinuxSystem
import Testing

@testable import NetlabVM

/// Kernels and modules of a few hundred bytes, and folders that are gone when a test is over.
enum KernelFixture {
    /// An ELF64 file with one section of a name, and a note if one is wanted.
    static func elf(
        section: String = ".modinfo", content: [UInt8] = [], note: (String, UInt32)? = nil, tail: [UInt8] = []
    )
        -> [UInt8]
    {
        let names = Array("\0\(section)\0.shstrtab\0".utf8)
        var noteBytes: [UInt8] = []
        if let note {
            let name = Array(note.0.utf8) + [0]
            noteBytes = little(UInt32(name.count)) + little(UInt32(4)) + little(note.1) + name
            while noteBytes.count % 4 != 0 { noteBytes.append(0) }
            noteBytes += [1, 2, 3, 4]
        }
        let noteStart = 64 + 56
        let contentStart = noteStart + noteBytes.count
        let namesStart = contentStart + content.count
        let tableStart = namesStart + names.count
        var file = ELFImage.magic + [2, 1, 1] + [UInt8](repeating: 0, count: 9)
        file += little(UInt16(1)) + little(UInt16(62)) + little(UInt32(1)) + little(UInt64(0))
        file += little(UInt64(64)) + little(UInt64(tableStart)) + little(UInt32(0))
        file += little(UInt16(64)) + little(UInt16(56)) + little(UInt16(note == nil ? 0 : 1))
        file += little(UInt16(64)) + little(UInt16(3)) + little(UInt16(2))
        file += little(UInt32(4)) + little(UInt32(0)) + little(UInt64(noteStart)) + little(UInt64(0))
        file += little(UInt64(0)) + little(UInt64(noteBytes.count)) + little(UInt64(0)) + little(UInt64(4))
        file += noteBytes + content + names
        file += [UInt8](repeating: 0, count: 64)
        file += sectionHeader(name: 1, at: contentStart, count: content.count)
        file += sectionHeader(name: UInt32(section.utf8.count + 2), at: namesStart, count: names.count)
        return file + tail
    }

    private static func sectionHeader(name: UInt32, at start: Int, count: Int) -> [UInt8] {
        little(name) + little(UInt32(1)) + little(UInt64(0)) + little(UInt64(0)) + little(UInt64(start))
            + little(UInt64(count)) + [UInt8](repeating: 0, count: 24)
    }

    /// A module that says these things about itself.
    static func module(_ entries: String...) -> [UInt8] {
        elf(content: entries.flatMap { Array($0.utf8) + [0] })
    }

    /// An uncompressed kernel, with or without the entry point that QEMU needs.
    static func vmlinux(release: String, pvh: Bool = true) -> [UInt8] {
        elf(
            section: ".text", note: pvh ? ("Xen", 18) : ("Linux", 0),
            tail: Array("Linux version %s\0Linux version \(release) (someone@somewhere) #1\0".utf8)
                + (0..<5000).map { UInt8(truncatingIfNeeded: $0 / 7) })
    }

    /// An uncompressed kernel of one segment, as far as a loader looks at it.
    static func bootable(at address: Int, content: [UInt8], memorySize: Int, entry: Int) -> [UInt8] {
        func long(_ values: Int...) -> [UInt8] { values.flatMap { little(UInt64($0)) } }
        let note =
            little(UInt32(4)) + little(UInt32(4)) + little(UInt32(18)) + Array("Xen\0".utf8)
            + little(UInt32(entry))
        let noteStart = 64 + 2 * 56
        let start = noteStart + note.count
        var file = ELFImage.magic + [2, 1, 1] + [UInt8](repeating: 0, count: 9)
        file += little(UInt16(2)) + little(UInt16(62)) + little(UInt32(1)) + long(address, 64, 0)
        file += little(UInt32(0)) + [64, 56, 2, 64, 0, 0].flatMap { little(UInt16($0)) }
        file +=
            little(UInt32(1)) + little(UInt32(5))
            + long(start, address, address, content.count, memorySize, 4096)
        file += little(UInt32(4)) + little(UInt32(4)) + long(noteStart, 0, 0, note.count, note.count, 4)
        return file + note + content
    }

    /// A bzImage of boot protocol 2.15 around a payload.
    static func bzImage(release: String, payload: [UInt8]) -> [UInt8] {
        var file = [UInt8](repeating: 0, count: 1024)
        file[0x1f1] = 1
        file.replaceSubrange(0x202..<0x206, with: "HdrS".utf8)
        file.replaceSubrange(0x206..<0x208, with: little(UInt16(0x20f)))
        file.replaceSubrange(0x20e..<0x210, with: little(UInt16(0x100)))
        file.replaceSubrange(0x248..<0x24c, with: little(UInt32(0x20)))
        file.replaceSubrange(0x24c..<0x250, with: little(UInt32(payload.count)))
        let banner = Array("\(release) (someone@somewhere) #1 SMP".utf8)
        file.replaceSubrange(0x300..<(0x300 + banner.count), with: banner)
        return file + [UInt8](repeating: 0x90, count: 0x20) + payload + [UInt8](repeating: 0, count: 64)
    }

    static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// What a program makes of its standard input.
    static func filtered(_ bytes: [UInt8], by program: String, _ arguments: [String]) async throws -> [UInt8]
    {
        var command = ChildCommand(program, arguments)
        command.standardInput = bytes
        return try await ChildProcess.runChecked(command).standardOutput.bytes
    }

    /// Writes texts and bytes below a folder.
    static func fill(_ folder: String, _ files: [String: [UInt8]]) throws {
        for (path, bytes) in files { try FileTree.write(bytes, to: "\(folder)/\(path)") }
    }

    static let release = "6.1.0-99-cloud-amd64"

    /// A tree as a package unpacks to, with four modules of which a lab needs three.
    static func fillTree(_ root: String, release: String = release) throws {
        let modules = "lib/modules/\(release)"
        try fill(
            root,
            [
                "boot/vmlinuz-\(release)": bzImage(release: release, payload: Array("unknown".utf8)),
                "\(modules)/kernel/net/sched/sch_netem.ko": module("depends=libodd", "alias=tc-netem"),
                "\(modules)/kernel/drivers/odd/libodd.ko": module("depends="),
                "\(modules)/kernel/drivers/net/veth.ko": module("depends=", "alias=rtnl-link-veth"),
                "\(modules)/kernel/drivers/gpu/huge.ko": module("depends="),
                "\(modules)/modules.builtin": Array("kernel/fs/ext4/ext4.ko\n".utf8),
            ])
    }
}

/// A folder of a test's own.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/netlab-kernel-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SystemError.last("mkdtemp") }
        path = String(cString: made)
    }

    deinit { try? FileTree.remove(path) }
}
