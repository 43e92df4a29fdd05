/// The payload of a package in the RPM format, versions 3 and 4, as RHEL, CentOS, Fedora and SUSE have it.
///
/// Format: a lead of 96 bytes, the signature header padded to eight, the header, the packed cpio archive.
enum RPMPackage {
    /// - Returns: the packed archive and how it is packed.
    /// - Throws: `KernelError.unreadable`.
    static func payload(of bytes: [UInt8], path: String) throws(KernelError) -> (ArraySlice<UInt8>, Packing) {
        guard bytes.starts(with: [0xed, 0xab, 0xee, 0xdb]) else {
            throw .unreadable(path: path, problem: "not an RPM package")
        }
        let signatureEnd = try headerEnd(in: bytes, at: 96, path: path)
        let headerEnd = try headerEnd(in: bytes, at: (signatureEnd + 7) & ~7, path: path)
        let payload = bytes[headerEnd...]
        guard let packing = Packing(of: payload) else {
            throw .unreadable(path: path, problem: "its payload is packed in a way that is not known here")
        }
        return (payload, packing)
    }

    /// Magic, four bytes of nothing, the number of entries of 16 bytes, and the size of their data.
    private static func headerEnd(in bytes: [UInt8], at start: Int, path: String) throws(KernelError) -> Int {
        guard start + 16 <= bytes.count, bytes[start...].starts(with: [0x8e, 0xad, 0xe8]) else {
            throw .unreadable(path: path, problem: "no RPM header at byte \(start)")
        }
        func number(_ offset: Int) -> Int {
            bytes[(start + offset)..<(start + offset + 4)].reduce(0) { $0 << 8 | Int($1) }
        }
        let end = start + 16 + number(8) * 16 + number(12)
        guard end <= bytes.count else {
            throw .unreadable(path: path, problem: "the RPM package is cut short")
        }
        return end
    }
}
