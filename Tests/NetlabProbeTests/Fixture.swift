import Glibc

/// Files captured from kernels; the first line of each says from which one and how, and is not part of the file.
enum Fixture {
    static func bytes(_ name: String, file: StaticString = #filePath) throws -> [UInt8] {
        let path =
            "\(file)".split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Fixtures/\(name).txt"
        guard let stream = fopen(path, "r") else { throw Missing(path: path) }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 {
            bytes += buffer[..<count]
        }
        guard bytes.first == UInt8(ascii: "#"), let end = bytes.firstIndex(of: 0x0a) else {
            throw Missing(path: path)
        }
        return Array(bytes[(end + 1)...])
    }

    struct Missing: Error { var path: String }
}
