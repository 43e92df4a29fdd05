import Glibc
import KernelTestSupport
import LinuxSystem
import Testing

@testable import NetlabVM

@Suite("Programs and their libraries")
struct ExecutableImageTests {
    /// A small ELF file: headers, one loaded segment with a table of strings and a dynamic section, and symbols behind it.
    static func file(needing names: [String], interpreter: String? = nil, symbols: Int = 64) -> [UInt8] {
        func number(_ value: Int, _ size: Int) -> [UInt8] {
            (0..<size).map { UInt8(value >> (8 * $0) & 255) }
        }
        let segments = interpreter == nil ? 2 : 3
        let headers = 64 + 56 * segments
        var strings: [UInt8] = [0]
        let offsets = names.map { name -> Int in
            defer { strings += Array(name.utf8) + [0] }
            return strings.count
        }
        let interpreterText = interpreter.map { Array($0.utf8) + [0] } ?? []
        let address = 0x40_0000
        let dynamic =
            offsets.flatMap { number(1, 8) + number($0, 8) } + number(5, 8) + number(address + headers, 8)
            + number(0, 16)
        let interpreterStart = headers + strings.count
        let dynamicStart = interpreterStart + interpreterText.count
        let end = dynamicStart + dynamic.count
        var bytes: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + Array(repeating: 0, count: 9)
        bytes += number(3, 2) + number(62, 2) + number(1, 4) + number(0, 8) + number(64, 8) + number(end, 8)
        bytes +=
            number(0, 4) + number(64, 2) + number(56, 2) + number(segments, 2) + number(64, 2) + number(1, 2)
        bytes += number(0, 2)
        func segment(_ type: Int, _ start: Int, _ size: Int) -> [UInt8] {
            number(type, 4) + number(4, 4) + number(start, 8) + number(address + start, 8)
                + number(address + start, 8)
                + number(size, 8) + number(size, 8) + number(4096, 8)
        }
        bytes += segment(1, 0, end) + segment(2, dynamicStart, dynamic.count)
        if interpreter != nil { bytes += segment(3, interpreterStart, interpreterText.count) }
        return bytes + strings + interpreterText + dynamic + Array(repeating: 0x55, count: symbols)
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

    @Test func scriptIsRefusedByName() async throws {
        let script = "/tmp/netlab-script-\(getpid())"
        defer { unlink(script) }
        try NewFile.create(script, with: "#!/bin/sh\nexit 0\n")
        chmod(script, 0o755)
        await #expect(throws: ProgramFilesError.script(script)) {
            var files = ProgramFiles()
            try await files.add(program: script)
        }
    }
}
