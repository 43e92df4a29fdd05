import Glibc
import LinuxSystem
import Testing

@testable import NetlabProbe

/// The BPF program in the repository is the one that its source makes.
@Suite struct DropProgramTests {
    static let room = "Sources/CDrops/"

    static func source(_ name: String) throws -> [UInt8] { try TextFile.readBytes(room + name) }

    @Test func sourcesAreThoseThatTheHeaderWasGeneratedFrom() throws {
        let sources = try Self.source("bpf/drops.bpf.c") + Self.source("drops_abi.h")
        let header = String(decoding: try Self.source("bpf/drops.lskel.h"), as: UTF8.self)
        #expect(
            header.contains("\n// sources: \(Self.checksum(sources)) \(sources.count)\n"),
            "drops.bpf.c has changed: run Sources/CDrops/bpf/regenerate")
    }

    @Test(
        .enabled("needs bpftool and clang of the versions that drops.lskel.h was made by") {
            try await toolsAreTheSame()
        })
    func regeneratingGivesTheSameProgram() async throws {
        let output = "/tmp/netlab-drops-\(getpid()).lskel.h"
        defer { unlink(output) }
        try await ChildProcess.runChecked(ChildCommand(Self.room + "bpf/regenerate", [output]))
        #expect(try TextFile.readBytes(output) == Self.source("bpf/drops.lskel.h"))
    }

    /// Other versions make other programs, and there is nothing to compare.
    static func toolsAreTheSame() async throws -> Bool {
        let header = String(decoding: try source("bpf/drops.lskel.h"), as: UTF8.self)
        let outcome = try await ChildProcess.run(ChildCommand(room + "bpf/regenerate", ["--versions"]))
        return outcome.isSuccess && header.contains(outcome.standardOutput.text)
    }

    /// cksum(1): the CRC of POSIX over the bytes and their number.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var length: [UInt8] = []
        var rest = bytes.count
        while rest > 0 {
            length.append(UInt8(rest & 0xFF))
            rest >>= 8
        }
        var sum: UInt32 = 0
        for byte in bytes + length {
            sum ^= UInt32(byte) << 24
            for _ in 0..<8 { sum = sum & 0x8000_0000 == 0 ? sum << 1 : sum << 1 ^ 0x04C1_1DB7 }
        }
        return ~sum
    }
}
