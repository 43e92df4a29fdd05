import Glibc

/// A kernel's release, ordered by its numbers: `6.1.0-44-amd64` is before `6.18.44`.
public struct KernelRelease: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var major: Int
    public var minor: Int
    public var patch: Int
    /// As `uname -r` prints it.
    public var text: String

    /// - Returns: `nil` if the text does not begin with two numbers.
    public init?(_ text: String) {
        let numbers = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }.split(separator: ".")
        guard numbers.count >= 2, let major = Int(numbers[0]), let minor = Int(numbers[1]) else { return nil }
        self.major = major
        self.minor = minor
        self.patch = numbers.count > 2 ? Int(numbers[2]) ?? 0 : 0
        self.text = text
    }

    public init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.text = patch == 0 ? "\(major).\(minor)" : "\(major).\(minor).\(patch)"
    }

    /// The kernel that this process runs on; 0.0 with its text if it names itself oddly.
    public static let running: KernelRelease = {
        var name = utsname()
        uname(&name)
        let text = withUnsafeBytes(of: &name.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        var odd = KernelRelease(0, 0)
        odd.text = text
        return KernelRelease(text) ?? odd
    }()

    public static func < (left: KernelRelease, right: KernelRelease) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    /// Equal numbers are equal, whatever a distribution appended.
    public static func == (left: KernelRelease, right: KernelRelease) -> Bool {
        (left.major, left.minor, left.patch) == (right.major, right.minor, right.patch)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(major)
        hasher.combine(minor)
        hasher.combine(patch)
    }

    public var description: String { text }
}
