import KernelTestSupport
import LinuxSystem
import Testing

@testable import NetlabVM

@Suite("Kernel packages")
struct KernelPackageTests {
    /// A .deb as deb(5) describes it, with a data.tar that `tar` made.
    private func deb(of tree: String) async throws -> [UInt8] {
        let tar = try await ChildProcess.runChecked(ChildCommand("tar", ["-cJf", "-", "-C", tree, "."]))
            .standardOutput.bytes
        let control = try await ChildProcess.runChecked(
            ChildCommand("tar", ["-czf", "-", "--files-from", "/dev/null"])
        ).standardOutput.bytes
        func member(_ name: String, _ content: [UInt8]) -> [UInt8] {
            func field(_ text: String, _ width: Int) -> [UInt8] {
                Array((text + String(repeating: " ", count: width - text.utf8.count)).utf8)
            }
            return field(name, 16) + field("0", 12) + field("0", 6) + field("0", 6) + field("100644", 8)
                + field("\(content.count)", 10) + [0x60, 0x0a] + content
                + (content.count % 2 == 0 ? [] : [0x0a])
        }
        return Array("!<arch>\n".utf8) + member("debian-binary", Array("2.0\n".utf8))
            + member("control.tar.gz", control) + member("data.tar.xz/", tar)
    }

    /// An RPM with headers that say nothing and a payload packed by gzip.
    private func rpm(_ files: [(String, UInt32, [UInt8])]) async throws -> [UInt8] {
        func number(_ value: Int) -> [UInt8] {
            let digits = String(value, radix: 16)
            return Array((String(repeating: "0", count: 8 - digits.count) + digits).utf8)
        }
        var archive: [UInt8] = []
        for (name, mode, content) in files + [("TRAILER!!!", 0, [])] {
            archive +=
                Array("070701".utf8) + number(1) + number(Int(mode)) + number(0) + number(0) + number(1)
            archive += number(0) + number(content.count) + number(0) + number(0) + number(0) + number(0)
            archive += number(name.utf8.count + 1) + number(0) + Array(name.utf8) + [0]
            while archive.count % 4 != 0 { archive.append(0) }
            archive += content
            while archive.count % 4 != 0 { archive.append(0) }
        }
        func header(entries: Int, data: Int) -> [UInt8] {
            [0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0] + KernelFixture.little(UInt32(entries).byteSwapped)
                + KernelFixture.little(UInt32(data).byteSwapped)
                + [UInt8](repeating: 0, count: entries * 16 + data)
        }
        let lead: [UInt8] = [0xed, 0xab, 0xee, 0xdb] + [UInt8](repeating: 0, count: 92)
        var file = lead + header(entries: 1, data: 5)
        while file.count % 8 != 0 { file.append(0) }
        return file + header(entries: 2, data: 7)
            + (try await KernelFixture.filtered(archive, by: "gzip", ["-c"]))
    }

    @Test(.needsProgram("tar"), .needsProgram("xz"), arguments: [true, false])
    func debsAreUnpackedWithAndWithoutDpkg(usesDpkg: Bool) async throws {
        let folder = try TemporaryFolder()
        try KernelFixture.fillTree("\(folder.path)/tree")
        let package = "\(folder.path)/k.deb"
        try FileTree.write(try await deb(of: "\(folder.path)/tree"), to: package)
        let target = "\(folder.path)/out"
        #expect(KernelPackage.format(of: try FileHead.read(package, count: 8)[...]) == .deb)
        if usesDpkg {
            try await KernelPackage.unpack(package, format: .deb, into: target)
        } else {
            try Directory.make(target)
            try await KernelPackage.unpackDeb(package, into: target)
        }
        #expect(try FileTree.files(below: target) == (try FileTree.files(below: "\(folder.path)/tree")))
    }

    @Test(.needsProgram("gzip")) func rpmsAreReadWithoutRPM() async throws {
        let folder = try TemporaryFolder()
        let package = "\(folder.path)/kernel.rpm"
        let kernel = KernelFixture.bzImage(release: "3.10.0-1160.el7.x86_64", payload: Array("unknown".utf8))
        let bytes = try await rpm([
            ("./boot", 0o040755, []), ("./boot/vmlinuz-3.10.0-1160.el7.x86_64", 0o100755, kernel),
            (
                "./lib/modules/3.10.0-1160.el7.x86_64/kernel/drivers/net/veth.ko", 0o100644,
                KernelFixture.module()
            ),
            ("./lib/modules/../../../../escape", 0o100644, [1]), ("./usr/share/doc/readme", 0o100644, [1]),
        ])
        try FileTree.write(bytes, to: package)
        try await KernelPackage.unpack(package, format: .rpm, into: "\(folder.path)/out")
        #expect(
            try FileTree.files(below: "\(folder.path)/out") == [
                "boot/vmlinuz-3.10.0-1160.el7.x86_64",
                "lib/modules/3.10.0-1160.el7.x86_64/kernel/drivers/net/veth.ko",
            ])
        let cache = KernelCache(directory: "\(folder.path)/cache")
        let entry = try await cache.add([package])
        #expect(entry.release == "3.10.0-1160.el7.x86_64")
        #expect(entry.moduleCount == 1)
    }

    @Test func damagedPackagesAreRefused() async throws {
        let bytes = try await rpm([("./boot/vmlinuz", 0o100755, [1, 2, 3])])
        for count in [4, 100, 110, 130, 150] {
            #expect(throws: KernelError.self) {
                try RPMPackage.payload(of: Array(bytes.prefix(count)), path: "x.rpm")
            }
        }
        #expect(throws: KernelError.self) { try CPIOArchive.files(in: Array("070701".utf8), of: "x") }
        #expect(throws: KernelError.self) {
            try ArArchive.members(
                of: Array("!<arch>\n".utf8) + [UInt8](repeating: 0x39, count: 70), path: "x")
        }
    }
}
