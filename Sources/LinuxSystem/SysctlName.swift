/// The name of a kernel parameter, in either of sysctl(8)'s spellings.
///
/// The first separator decides. In `net.ipv4.conf.eth0.rp_filter` dots separate and a slash stands for a
/// dot (`net.ipv4.conf.eth0/100.rp_filter`); in `net/ipv4/conf/eth0.100/rp_filter` slashes separate and
/// dots are dots.
public struct SysctlName: Hashable, Sendable, CustomStringConvertible {
    /// The directories and the file below /proc/sys.
    public let components: [String]

    /// - Throws: `SysctlError` with cause `.invalidName`, telling what is wrong with it.
    public init(_ text: String) throws(SysctlError) {
        let separator = text.first { $0 == "." || $0 == "/" }
        let parts = text.split(separator: separator ?? ".", omittingEmptySubsequences: false)
        let components =
            separator == "."
            ? parts.map { String($0.map { $0 == "/" ? "." : $0 }) }
            : parts.map(String.init)
        func invalid(_ reason: String) -> SysctlError {
            SysctlError(name: text, path: "/proc/sys", value: nil, cause: .invalidName(reason))
        }
        guard components.count > 1 else {
            throw invalid("a name has at least two parts, as in net.ipv4.ip_forward")
        }
        for component in components {
            if component.isEmpty { throw invalid("it has an empty part") }
            if component == "." || component == ".." { throw invalid("it leads out of /proc/sys") }
            if component.contains("/") || component.contains(where: { $0 == "\0" || $0.isWhitespace }) {
                throw invalid("it has a character that no name has")
            }
        }
        self.components = components
    }

    /// The file: `/proc/sys/net/ipv4/tcp_syncookies`.
    public var path: String { "/proc/sys/" + components.joined(separator: "/") }

    /// The dotted spelling, with a slash for a dot within a part.
    public var description: String {
        components.map { String($0.map { $0 == "." ? "/" : $0 }) }.joined(separator: ".")
    }
}
