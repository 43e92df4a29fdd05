import KernelTestSupport
import LinuxSystem
import Testing

@testable import NetlabVM

@Suite("Kernel image files")
struct KernelImageFileTests {
    static let release = "6.12.117+deb12-cloud-amd64"

    @Test func sectionsAndNotesAreFound() {
        let image = ELFImage(KernelFixture.elf(section: ".modinfo", content: [1, 2, 3], note: ("Xen", 18)))
        #expect(image?.section(".modinfo").map(Array.init) == [1, 2, 3])
        #expect(image?.section(".text") == nil)
        #expect(image?.notes == [ELFImage.Note(name: "Xen", type: 18, content: [1, 2, 3, 4])])
        #expect(image?.pvhEntry == 0x0403_0201)
        #expect(ELFImage(KernelFixture.elf(note: ("Xen", 17)))?.hasPVHEntry == false)
    }

    /// Every prefix and every single damaged byte: refused or read, and never beyond the end.
    @Test func damagedFilesAreNeverReadPastTheirEnd() {
        let file = KernelFixture.elf(content: [9, 9, 9], note: ("Xen", 18))
        var sound = 0
        for count in 0..<file.count {
            let image = ELFImage(Array(file.prefix(count)))
            if image?.section(".modinfo").map(Array.init) == [9, 9, 9] { sound += 1 }
            _ = image?.notes
        }
        #expect(sound == 0, "the section table is last, so no shorter file has it whole")
        for offset in file.indices {
            for value: UInt8 in [0xff, 0x7f, 0x00] {
                var damaged = file
                damaged[offset] = value
                let image = ELFImage(damaged)
                _ = image?.section(".modinfo")
                _ = image?.notes
            }
        }
    }

    /// Each packing as `scripts/Makefile.lib` of the kernel makes it: with the size appended where the format lacks it.
    @Test(
        .needsProgram("xz"), .needsProgram("zstd"), .needsProgram("gzip"), .needsProgram("bzip2"),
        arguments: [
            ("gzip", ["-9nc"], false), ("xz", ["-c", "--check=crc32", "--x86", "--lzma2"], true),
            ("zstd", ["-19", "-cq"], true), ("bzip2", ["-9c"], true), ("xz", ["-c", "--format=lzma"], true),
        ])
    func theKernelInsideIsUnpacked(program: String, arguments: [String], appendsSize: Bool) async throws {
        let vmlinux = KernelFixture.vmlinux(release: Self.release)
        let packed = try await KernelFixture.filtered(vmlinux, by: program, arguments)
        let size = appendsSize ? KernelFixture.little(UInt32(vmlinux.count)) : []
        let file = KernelFixture.bzImage(release: Self.release, payload: packed + size)
        let (release, result) = try await VmlinuxExtraction.extract(file, path: "vmlinuz")
        #expect(release == Self.release)
        #expect(result == .vmlinux(vmlinux))
    }

    @Test(.needsProgram("lz4")) func lz4IsUnpackedAsItsOwnProgramDoes() async throws {
        let vmlinux = KernelFixture.vmlinux(release: Self.release) + [UInt8](repeating: 7, count: 9 << 20)
        let packed = try await KernelFixture.filtered(vmlinux, by: "lz4", ["-l", "-9", "-c"])
        let file = KernelFixture.bzImage(
            release: Self.release, payload: packed + KernelFixture.little(UInt32(vmlinux.count)))
        let (_, result) = try await VmlinuxExtraction.extract(file, path: "vmlinuz")
        #expect(result == .vmlinux(vmlinux))
    }

    @Test func damagedLZ4IsRefused() {
        // A token that asks for more literals than there are, a match before the beginning, and one that is far too long.
        for block in [
            [0xf0, 0x05], [0x10, 0x41, 0x02, 0x00],
            [0x1f, 0x41, 0x01, 0x00] + [UInt8](repeating: 255, count: 40000),
        ] {
            let bytes = LZ4Legacy.magic + KernelFixture.little(UInt32(block.count)) + block.map { UInt8($0) }
            #expect(LZ4Legacy.decompress(bytes[...]) == nil)
        }
        let literals: [UInt8] = [0x30, 0x61, 0x62, 0x63]
        let bytes = LZ4Legacy.magic + KernelFixture.little(UInt32(4)) + literals
        #expect(LZ4Legacy.decompress(bytes[...]) == Array("abc".utf8))
    }

    @Test(.needsProgram("gzip")) func aKernelWithoutPVHIsBootedAsItIs() async throws {
        let vmlinux = KernelFixture.vmlinux(release: "4.4.7", pvh: false)
        let packed = try await KernelFixture.filtered(vmlinux, by: "gzip", ["-c"])
        let file = KernelFixture.bzImage(release: "4.4.7", payload: packed)
        let (release, result) = try await VmlinuxExtraction.extract(file, path: "vmlinuz")
        #expect(release == "4.4.7")
        #expect(result == .asItIs(reason: "no PVH entry point (CONFIG_PVH)"))
        await #expect {
            try await VmlinuxExtraction.extract(vmlinux, path: "vmlinux")
        } throws: { error in
            "\(error)"
                == "vmlinux has no kernel to boot: this vmlinux has no PVH entry point (CONFIG_PVH); give its bzImage"
        }
    }

    @Test func anUnknownPackingIsBootedAsItIs() async throws {
        let file = KernelFixture.bzImage(release: "6.1", payload: Array("unknown".utf8))
        let (_, result) = try await VmlinuxExtraction.extract(file, path: "vmlinuz")
        #expect(result == .asItIs(reason: "packed in a way that is not known here"))
    }

    @Test func aVmlinuxTellsItsRelease() throws {
        let kind = try BootImage.inspect(KernelFixture.vmlinux(release: "6.1.0-99"), path: "vmlinux")
        #expect(kind == .vmlinux(release: "6.1.0-99"))
    }

    @Test func whatIsNoKernelIsRefused() {
        var short = KernelFixture.bzImage(release: "6.1", payload: [UInt8](repeating: 1, count: 500))
        short.removeLast(400)
        var arm = KernelFixture.vmlinux(release: "6.1")
        arm[18] = 0xb7
        for (file, problem) in [
            (
                Array("#!/bin/sh\n".utf8),
                "vmlinuz: neither a bzImage (x86) nor a vmlinux; a kernel is what /boot/vmlinuz-* is"
            ),
            (short, "vmlinuz: the bzImage is cut short"),
            (arm, "vmlinuz: an ELF file for another machine than x86-64"),
            (KernelFixture.elf(), "vmlinuz: an ELF file without \"Linux version\": no kernel"),
        ] {
            #expect {
                try BootImage.inspect(file, path: "vmlinuz")
            } throws: { "\($0)" == problem }
        }
    }
}
