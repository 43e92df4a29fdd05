import Glibc
import LinuxSystem
import Testing

@Suite struct NewFileTests {
    @Test func existingFileIsRefusedAndLeftAsItIs() throws {
        let path = "/tmp/netlab-new-file-\(getpid()).yaml"
        unlink(path)
        defer { unlink(path) }
        try NewFile.create(path, with: "first\n")
        #expect(try TextFile.read(path) == "first\n")
        let error = #expect(throws: SystemError.self) { try NewFile.create(path, with: "second\n") }
        #expect(error?.errno == EEXIST)
        #expect(try TextFile.read(path) == "first\n")
    }
}
