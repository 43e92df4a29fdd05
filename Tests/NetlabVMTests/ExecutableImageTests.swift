import Glibc
import KernelTestSupport
import LinuxSystem
import Testing

@testable import NetlabVM

@Suite("Programs and their libraries")
struct ExecutableImageTests {
    static func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(value >> (8 * $0) & 255) }
    }

    /// A program header: type, offset, address, size; permissions and alignment are those of any.
    static func segment(_ type: Int, _ start: Int, _ size: Int) -> [UInt8] {
        var bytes = number(type, 4)
        bytes += number(4, 4)
        for value in [start, address + start, address + start, size, size, 4096] { bytes += number(value, 8) }
        return bytes
    }

    static let address = 0x40_0000

    /// A small ELF file: headers, one loaded segment with a table of strings and a dynamic section, and symbols behind it.
    static func file(needing names: [String], interpreter: String? = nil, symbols: Int = 64) -> [UInt8] {
        let segments = interpreter == nil ? 2 : 3
        let headers = 64 + 56 * segments
        var strings: [UInt8] = [0]
        var dynamic: [UInt8] = []
        for name in names {
            dynamic += number(1, 8)
            dynamic += number(strings.count, 8)
            strings += Array(name.utf8)
            strings.append(0)
        }
        for value in [5, address + headers, 0, 0] { dynamic += number(value, 8) }
        var loader: [UInt8] = []
        if let interpreter { loader = Array(interpreter.utf8) + [0] }
        let loaderStart = headers + strings.count
        let dynamicStart = loaderStart + loader.count
        let end = dynamicStart + dynamic.count

        var bytes: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]
        bytes += [UInt8](repeating: 0, count: 9)
        let fields: [(Int, Int)] = [
            (3, 2), (62, 2), (1, 4), (0, 8), (64, 8), (end, 8), (0, 4), (64, 2), (56, 2), (segments, 2),
            (64, 2),
            (1, 2), (0, 2),
        ]
        for (value, size) in fields { bytes += number(value, size) }
        bytes += segment(1, 0, end)
        bytes += segment(2, dynamicStart, dynamic.count)
        if interpreter != nil { bytes += segment(3, loaderStart, loader.count) }
        bytes += strings
        bytes += loader
        bytes += dynamic
        bytes += [UInt8](repeating: 0x55, count: symbols)
        return bytes
    }

    @Test func neededLibrariesAndLoaderAreRead() throws {
        let image = try #require(
            ExecutableImage(Self.file(needing: ["libm.so.6", "libc.so.6"], interpreter: "/lib64/ld.so")))
        #expect(image.needed == ["libm.so.6", "libc.so.6"])
        #expect(image.interpreter == "/lib64/ld.so")
    }

    @Test func staticProgramNeedsNothing() throws {
        let image = try #require(ExecutableImage(Self.file(needing: [])))
        #expect(image.needed.isEmpty && image.interpreter == nil)
    }

    @Test func strippingTakesWhatIsBehindTheLastSegment() throws {
        let bytes = Self.file(needing: ["libc.so.6"], symbols: 1000)
        let stripped = ExecutableImage.stripped(bytes)
        #expect(stripped.count == bytes.count - 1000)
        #expect(stripped[40..<48].allSatisfy { $0 == 0 } && stripped[60..<64].allSatisfy { $0 == 0 })
        #expect(ExecutableImage(stripped)?.needed == ["libc.so.6"])
    }

    @Test func everyCutFileIsRefusedOrReadWithoutATrap() {
        let bytes = Self.file(needing: ["libm.so.6", "libc.so.6"], interpreter: "/lib64/ld.so", symbols: 0)
        for length in 0..<bytes.count { #expect(ExecutableImage(Array(bytes[..<length])) == nil) }
    }

    @Test func wildOffsetsAreRefusedOrReadWithoutATrap() {
        let bytes = Self.file(needing: ["libc.so.6"], interpreter: "/lib64/ld.so", symbols: 0)
        for index in 16..<bytes.count {
            for value in [UInt8(0xff), 0x7f, 0x80] {
                var wild = bytes
                wild[index] = value
                _ = ExecutableImage.stripped(wild)
            }
        }
    }

    @Test func otherFilesAreNoPrograms() {
        #expect(ExecutableImage(Array("#!/bin/sh\n".utf8)) == nil)
        #expect(ExecutableImage.stripped(Array("text".utf8)) == Array("text".utf8))
    }

    @Test func loaderTellsFoundAndMissingLibraries() {
        let (found, missing) = ProgramFiles.libraries(
            in: """
                \tlinux-vdso.so.1 (0x00007ffc)
                \tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f)
                \tlibgone.so.1 => not found
                \t/lib64/ld-linux-x86-64.so.2 (0x00007f)
                """)
        #expect(found == ["libm.so.6": "/lib/x86_64-linux-gnu/libm.so.6"])
        #expect(missing == ["libgone.so.1"])
    }

    @Test func strippedProgramOfThisMachineStillRuns() async throws {
        let path = try #require(Program.find("true"))
        let copy = "/tmp/netlab-stripped-\(getpid())"
        defer { unlink(copy) }
        let bytes = ExecutableImage.stripped(try TextFile.readBytes(path))
        let number = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o700)
        #expect(bytes.withUnsafeBytes { write(number, $0.baseAddress, $0.count) } == bytes.count)
        close(number)
        try await ChildProcess.runChecked(ChildCommand(copy, timeout: .seconds(10)))
    }

    @Test func closureOfAProgramHasItsLoaderAndLibraries() async throws {
        let path = try #require(Program.find("ip"))
        var files = ProgramFiles()
        try await files.add(program: path)
        let image = try #require(ExecutableImage(TextFile.readBytes(path)))
        #expect(files.files[path] == path)
        #expect(files.files.keys.contains(try #require(image.interpreter)))
        for library in image.needed {
            #expect(files.files.keys.contains { $0.hasSuffix("/\(library)") }, "\(library)")
        }
    }

    @Test(.needsProgram("iptables")) func iptablesBringsItsMatchesAndTargets() async throws {
        var files = ProgramFiles()
        try await files.add(program: try #require(Program.find("iptables")))
        #expect(files.files.keys.contains { $0.hasSuffix("/xtables/libxt_statistic.so") })
    }
}
