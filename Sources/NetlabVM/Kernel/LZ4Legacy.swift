/// LZ4's first frame format, which the kernel's build packs with (`lz4 -l`): the program `lz4` is on few machines.
///
/// Format: magic 0x184c2102, then blocks, each a length of four bytes and at most 8 MiB when unpacked; see
/// lz4_Block_format.md and lz4_Frame_format.md of the LZ4 project.
enum LZ4Legacy {
    static let magic: [UInt8] = [0x02, 0x21, 0x4c, 0x18]
    static let blockSize = 8 << 20

    /// - Returns: `nil` if the data is damaged or of another format. What is left after the last whole block is taken for
    ///   the size that the kernel's build appends.
    static func decompress(_ input: ArraySlice<UInt8>) -> [UInt8]? {
        input.withUnsafeBytes { bytes -> [UInt8]? in
            guard bytes.starts(with: magic) else { return nil }
            var output: [UInt8] = []
            var position = 4
            while position + 4 <= bytes.count {
                let length = Int(bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
                guard length > 0, position + 4 + length <= bytes.count else { break }
                let block = UnsafeRawBufferPointer(rebasing: bytes[(position + 4)..<(position + 4 + length)])
                var isSound = false
                let unpacked = [UInt8](unsafeUninitializedCapacity: blockSize) { buffer, count in
                    if let size = unpack(block, into: UnsafeMutableRawBufferPointer(buffer)) {
                        isSound = true
                        count = size
                    } else {
                        count = 0
                    }
                }
                guard isSound else { return nil }
                output += unpacked
                position += 4 + length
            }
            return output.isEmpty ? nil : output
        }
    }

    /// One block of sequences: a token, literals, and a match that was seen before.
    private static func unpack(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer)
        -> Int?
    {
        guard let source = input.baseAddress, let target = output.baseAddress else { return nil }
        let inputEnd = input.count
        let outputEnd = output.count
        var from = 0
        var to = 0
        while from < inputEnd {
            let token = Int(source.load(fromByteOffset: from, as: UInt8.self))
            from += 1
            var literals = token >> 4
            if literals == 15 {
                while true {
                    guard from < inputEnd else { return nil }
                    let more = Int(source.load(fromByteOffset: from, as: UInt8.self))
                    from += 1
                    literals += more
                    if more != 255 { break }
                }
            }
            guard literals <= inputEnd - from, literals <= outputEnd - to else { return nil }
            (target + to).copyMemory(from: source + from, byteCount: literals)
            from += literals
            to += literals
            // The last sequence is literals alone.
            if from == inputEnd { return to }
            guard from + 2 <= inputEnd else { return nil }
            let offset = Int(source.loadUnaligned(fromByteOffset: from, as: UInt16.self))
            from += 2
            var match = token & 15
            if match == 15 {
                while true {
                    guard from < inputEnd else { return nil }
                    let more = Int(source.load(fromByteOffset: from, as: UInt8.self))
                    from += 1
                    match += more
                    if more != 255 { break }
                }
            }
            match += 4
            guard offset > 0, offset <= to, match <= outputEnd - to else { return nil }
            if offset >= match {
                (target + to).copyMemory(from: target + (to - offset), byteCount: match)
            } else {
                // The match runs into what it makes itself: doubling what is there copies it right.
                var done = 0
                while done < match {
                    let count = min(offset + done, match - done)
                    (target + to + done).copyMemory(from: target + (to - offset), byteCount: count)
                    done += count
                }
            }
            to += match
        }
        return to
    }
}
