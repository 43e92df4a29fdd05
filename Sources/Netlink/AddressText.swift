import Glibc

/// What the length of an address says, and how it is written in error texts.
enum AddressText {
    /// AF_INET for four bytes, AF_INET6 for sixteen.
    ///
    /// - Throws: `NetlinkError` with EAFNOSUPPORT for any other length.
    static func family(of address: [UInt8], _ operation: String) throws(NetlinkError) -> UInt8 {
        switch address.count {
        case 4: UInt8(AF_INET)
        case 16: UInt8(AF_INET6)
        default:
            throw NetlinkError(
                operation: operation, errno: EAFNOSUPPORT,
                kernelText: "an address has 4 or 16 bytes, this one \(address.count)")
        }
    }

    /// `10.0.0.1`, `fd00::1`; bytes of another length in hexadecimal.
    static func text(_ address: [UInt8]) -> String {
        guard address.count == 4 || address.count == 16 else {
            return address.map { String($0, radix: 16) }.joined(separator: ":")
        }
        var buffer = [CChar](repeating: 0, count: 64)
        _ = inet_ntop(address.count == 4 ? AF_INET : AF_INET6, address, &buffer, socklen_t(buffer.count))
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
