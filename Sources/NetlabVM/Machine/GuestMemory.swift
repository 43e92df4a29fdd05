import Glibc
import LinuxSystem

/// A guest's memory as it is at the first instruction: the kernel and the initramfs lie where they will be used.
///
/// Otherwise QEMU maps both files, copies them into the guest's memory, and keeps the files mapped for as long as it lives:
/// over 100 MB of resident memory for nothing. Here the memory's content is a file that QEMU maps privately, so that what the
/// guest only reads is there once, and what it never looks at not at all.
///
/// QEMU still wants a kernel to start. It gets a few instructions with a PVH entry point, which name the initramfs to the
/// real kernel and jump there. Kernel: Documentation/arch/x86/boot.rst does not tell of PVH; see
/// `include/xen/interface/hvm/start_info.h` and `arch/x86/platform/pvh/head.S`.
struct GuestMemory: Sendable {
    /// The memory's content.
    let memory: MemoryFile
    /// What QEMU is told to be the kernel.
    let starter: MemoryFile

    /// Where the starting instructions lie; kernels begin at 16 MiB, the firmware's own places end below 1 MiB.
    static let starterAddress = 1 << 20
    /// SeaBIOS keeps tables in the last 16 MiB, and works in what is just below them before it starts the kernel.
    static let firmwareReserve = 32 << 20
    /// What the initramfs begins at a multiple of.
    static let alignment = 2 << 20
    /// Above this the q35 machine's memory may have a hole.
    static let highestMegabyte = 1024

    /// - Parameters:
    ///   - kernel: a vmlinux.
    ///   - archives: laid one behind the other.
    /// - Returns: nil where it cannot be done so: the kernel is packed, or has no PVH entry point, or there is not enough memory.
    /// - Throws: `SystemError` of making the files.
    init?(kernel: [UInt8], archives: [[UInt8]], megabytes: Int) throws(SystemError) {
        guard let image = ELFImage(kernel), let entry = image.pvhEntry else { return nil }
        let segments = image.loadedSegments
        let kernelEnd = segments.map { $0.address + $0.memorySize }.max() ?? 0
        let length = archives.reduce(0) { $0 + $1.count }
        let top = (min(megabytes, Self.highestMegabyte) << 20) - Self.firmwareReserve
        // As far from the firmware's places as can be; from here on the kernel knows that the place is taken.
        let start = (kernelEnd + Self.alignment - 1) & ~(Self.alignment - 1)
        let first = segments.map(\.address).min() ?? 0
        guard start + length <= top, first >= Self.starterAddress + 4096, entry >= first, entry < kernelEnd
        else { return nil }

        memory = try MemoryFile("memory", size: megabytes << 20)
        for segment in segments { try memory.write(segment.content, at: segment.address) }
        var place = start
        for archive in archives {
            try memory.write(archive[...], at: place)
            place += archive.count
        }
        starter = try MemoryFile(
            "starter", [Self.starter(entry: entry, initramfs: start, length: length)])
    }

    /// An ELF file of one page of headers and one of instructions.
    static func starter(entry: Int, initramfs: Int, length: Int) -> [UInt8] {
        // 32 bits, EBX has the address of struct hvm_start_info.
        var code: [UInt8] = [0xc7, 0x43, 0x0c] + bytes(1, 4)  // movl $1, 12(%ebx): nr_modules
        code += [0xc7, 0x43, 0x10] + bytes(starterAddress + 64, 4)  // movl …, 16(%ebx): modlist_paddr
        code += [0xc7, 0x43, 0x14] + bytes(0, 4)
        code += [0xb8] + bytes(entry, 4) + [0xff, 0xe0]  // movl …, %eax; jmp *%eax
        code += [UInt8](repeating: 0, count: 64 - code.count)
        // struct hvm_modlist_entry: address, size, no command line.
        code += bytes(initramfs, 8) + bytes(length, 8) + bytes(0, 8) + bytes(0, 8)

        let noteStart = 64 + 2 * 56
        // XEN_ELFNOTE_PHYS32_ENTRY.
        let note = bytes(4, 4) + bytes(4, 4) + bytes(18, 4) + Array("Xen\0".utf8) + bytes(starterAddress, 4)
        var file = ELFImage.magic + [2, 1, 1] + bytes(0, 8) + [0]
        file += bytes(2, 2) + bytes(62, 2) + bytes(1, 4) + bytes(starterAddress, 8) + bytes(64, 8)
        file += bytes(0, 8) + bytes(0, 4) + bytes(64, 2) + bytes(56, 2) + bytes(2, 2)
        file += bytes(64, 2) + bytes(0, 2) + bytes(0, 2)
        file += segment(type: 1, offset: 4096, address: starterAddress, size: code.count, alignment: 4096)
        file += segment(
            type: 4, offset: noteStart, address: starterAddress + 256, size: note.count, alignment: 4)
        file += note
        return file + [UInt8](repeating: 0, count: 4096 - file.count) + code
    }

    private static func segment(type: Int, offset: Int, address: Int, size: Int, alignment: Int) -> [UInt8] {
        bytes(type, 4) + bytes(5, 4) + bytes(offset, 8) + bytes(address, 8) + bytes(address, 8)
            + bytes(size, 8)
            + bytes(size, 8) + bytes(alignment, 8)
    }

    private static func bytes(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
