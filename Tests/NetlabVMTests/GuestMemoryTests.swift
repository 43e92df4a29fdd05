import Testing

@testable import LinuxSystem
@testable import NetlabVM

@Suite("A guest's memory before its first instruction")
struct GuestMemoryTests {
    static let mebibyte = 1 << 20

    /// A kernel at 16 MiB with a hole of zeros in it, and with zeros behind its content.
    static let code =
        [UInt8](repeating: 0x90, count: 5000) + [UInt8](repeating: 0, count: 300_000) + [1, 2, 3]
    static let kernel = KernelFixture.bootable(
        at: 16 * mebibyte, content: code, memorySize: 2 * mebibyte, entry: 16 * mebibyte + 0x120)

    @Test func kernelAndArchivesLieWhereTheyAreUsed() throws {
        let archives = [[UInt8](repeating: 7, count: 3 * Self.mebibyte + 5), Array("job".utf8)]
        let prepared = try #require(try GuestMemory(kernel: Self.kernel, archives: archives, megabytes: 64))
        #expect(prepared.memory.size == 64 * Self.mebibyte)
        let content = prepared.memory.content()
        #expect(
            content[(16 * Self.mebibyte)..<(16 * Self.mebibyte + Self.code.count)].elementsEqual(Self.code))

        let starter = try #require(ELFImage(prepared.starter.content()))
        let words = try #require(starter.loadedSegments.first).content.suffix(32)
        func number(_ index: Int) -> Int {
            (0..<8).reduce(0) { $0 | Int(words[words.startIndex + index * 8 + $1]) << ($1 * 8) }
        }
        let (start, length) = (number(0), number(1))
        #expect(length == archives[0].count + 3)
        #expect(
            start % GuestMemory.alignment == 0 && start >= 18 * Self.mebibyte
                && start + length <= 64 * Self.mebibyte - GuestMemory.firmwareReserve)
        #expect(content[start..<(start + length)].elementsEqual(archives[0] + archives[1]))
    }

    @Test func whatIsZeroTakesNoMemory() throws {
        let prepared = try #require(try GuestMemory(kernel: Self.kernel, archives: [[1]], megabytes: 256))
        // Blocks of 64 KiB: the kernel's first and last, and the archive's.
        #expect(prepared.memory.allocated <= 4 * 64 << 10)
    }

    @Test func starterNamesTheInitramfsAndJumpsToTheKernel() throws {
        let file = GuestMemory.starter(entry: 0x0100_0120, initramfs: 0x0340_0000, length: 0x5678)
        let image = try #require(ELFImage(file))
        #expect(image.pvhEntry == GuestMemory.starterAddress)
        let segment = try #require(image.loadedSegments.first)
        #expect(segment.address == GuestMemory.starterAddress && segment.memorySize == 96)
        #expect(
            Array(segment.content.prefix(28)) == [
                0xc7, 0x43, 0x0c, 1, 0, 0, 0,  // movl $1, 12(%ebx)
                0xc7, 0x43, 0x10, 0x40, 0x00, 0x10, 0x00,  // movl $0x100040, 16(%ebx)
                0xc7, 0x43, 0x14, 0, 0, 0, 0,  // movl $0, 20(%ebx)
                0xb8, 0x20, 0x01, 0x00, 0x01, 0xff, 0xe0,  // movl $0x1000120, %eax; jmp *%eax
            ])
    }

    @Test(arguments: [
        ("a kernel without the entry point", KernelFixture.vmlinux(release: "4.4.7", pvh: false), 64),
        ("a packed kernel", KernelFixture.bzImage(release: "6.1", payload: [1]), 64),
        ("no room behind the kernel", kernel, 50),
        (
            "a kernel where the starter lies",
            KernelFixture.bootable(at: mebibyte, content: code, memorySize: mebibyte, entry: mebibyte), 64
        ),
        (
            "an entry point outside of the kernel",
            KernelFixture.bootable(at: 16 * mebibyte, content: code, memorySize: mebibyte, entry: 5), 64
        ),
        ("nothing", [], 64),
    ])
    func whatCannotBeLaidOutIsLeftToQEMU(why: String, kernel: [UInt8], megabytes: Int) throws {
        #expect(
            try GuestMemory(kernel: kernel, archives: [[1, 2, 3]], megabytes: megabytes) == nil, "\(why)")
    }

    @Test func damagedKernelIsNeverReadPastItsEnd() throws {
        let file = KernelFixture.bootable(
            at: 16 * Self.mebibyte, content: [1, 2, 3], memorySize: 100, entry: 16 * Self.mebibyte)
        for offset in file.indices {
            for value: UInt8 in [0xff, 0x7f, 0x00] {
                var damaged = file
                damaged[offset] = value
                _ = try GuestMemory(kernel: damaged, archives: [[1]], megabytes: 32)
            }
        }
    }
}
