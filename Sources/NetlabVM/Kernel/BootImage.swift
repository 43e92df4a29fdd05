/// A kernel's file as distributions ship it: a bzImage with the compressed vmlinux inside, or a vmlinux.
///
/// Kernel: Documentation/arch/x86/boot.rst, the header at 0x1f1; `payload_offset` and `payload_length` since boot
/// protocol 2.08 (2.6.26).
enum BootImage {
    /// What lies in a file.
    enum Kind: Hashable {
        /// With the compressed kernel's bytes and how they are packed.
        case bzImage(release: String, payload: Range<Int>)
        /// Not compressed; `release` is searched for in it.
        case vmlinux(release: String)
    }

    /// - Throws: `KernelError.unreadable` for anything else, and for kernels of other machines.
    static func inspect(_ bytes: [UInt8], path: String) throws(KernelError) -> Kind {
        if ELFImage(bytes) != nil {
            guard unsigned(2, in: bytes, at: 18) == 62 else {
                throw .unreadable(path: path, problem: "an ELF file for another machine than x86-64")
            }
            guard let release = linuxVersion(in: bytes) else {
                throw .unreadable(path: path, problem: "an ELF file without \"Linux version\": no kernel")
            }
            return .vmlinux(release: release)
        }
        guard bytes.count > 0x264, bytes[0x202..<0x206].elementsEqual("HdrS".utf8) else {
            throw .unreadable(
                path: path,
                problem: "neither a bzImage (x86) nor a vmlinux; a kernel is what /boot/vmlinuz-* is")
        }
        guard let release = release(inHeaderOf: bytes) else {
            throw .unreadable(path: path, problem: "the bzImage does not say which kernel it is")
        }
        guard unsigned(2, in: bytes, at: 0x206) >= 0x208 else {
            return .bzImage(release: release, payload: 0..<0)
        }
        // setup_sects of 0 means 4; the setup code is one sector more.
        let setup = (bytes[0x1f1] == 0 ? 4 : Int(bytes[0x1f1])) + 1
        let start = setup * 512 + unsigned(4, in: bytes, at: 0x248)
        let length = unsigned(4, in: bytes, at: 0x24c)
        guard start + length <= bytes.count else {
            throw .unreadable(path: path, problem: "the bzImage is cut short")
        }
        return .bzImage(release: release, payload: start..<(start + length))
    }

    /// The first word of the text that `kernel_version` points at, as `uname -r` will say it.
    private static func release(inHeaderOf bytes: [UInt8]) -> String? {
        let pointer = unsigned(2, in: bytes, at: 0x20e)
        guard pointer != 0, pointer + 0x200 < bytes.count else { return nil }
        let text = bytes[(pointer + 0x200)...].prefix(256).prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
    }

    /// `linux_banner` begins "Linux version RELEASE (builder) …".
    private static func linuxVersion(in bytes: [UInt8]) -> String? {
        let wanted = Array("Linux version ".utf8)
        return bytes.withUnsafeBytes { buffer -> String? in
            var start = 0
            while let first = buffer[start...].firstIndex(of: wanted[0]) {
                let rest = buffer[first...]
                if rest.starts(with: wanted) {
                    let word = rest.dropFirst(wanted.count).prefix(64).prefix { $0 > 0x20 && $0 < 0x7f }
                    if word.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true {
                        return String(decoding: word, as: UTF8.self)
                    }
                }
                start = first + 1
            }
            return nil
        }
    }

    private static func unsigned(_ count: Int, in bytes: [UInt8], at offset: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << ($1 * 8) }
    }
}
