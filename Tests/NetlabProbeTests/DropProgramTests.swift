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
            try toolsAreTheSame()
        })
    func regeneratingGivesTheSameProgram() throws {
        let output = try Self.outputOfRegenerate("\"$output\"")
        #expect(output == (try Self.source("bpf/drops.lskel.h")))
    }

    /// Other versions make other programs, and there is nothing to compare.
    static func toolsAreTheSame() throws -> Bool {
        let header = String(decoding: try source("bpf/drops.lskel.h"), as: UTF8.self)
        let versions = try? outputOfRegenerate("--versions >\"$output\"")
        return versions.map { header.contains(String(decoding: $0, as: UTF8.self)) } ?? false
    }

    /// What the script writes to the file `$output`.
    private static func outputOfRegenerate(_ arguments: String) throws -> [UInt8] {
        let output = "/tmp/netlab-drops-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        defer { unlink(output) }
        let script = "output=\(output); exec \(room)bpf/regenerate \(arguments) 2>/dev/null"
        var words: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", script].map { (word: String) in strdup(word)
        }
        words.append(nil)
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let error = posix_spawn(&process, "/bin/sh", nil, nil, &words, environ)
        guard error == 0 else { throw SystemError("posix_spawn", errno: error, on: "/bin/sh") }
        var status: Int32 = 0
        guard waitpid(process, &status, 0) == process, status == 0 else {
            throw SystemError("regenerate", errno: ENOEXEC)
        }
        return try TextFile.readBytes(output)
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
