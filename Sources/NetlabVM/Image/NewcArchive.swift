/// A cpio archive in the "newc" format, as the kernel unpacks it into its first file system.
///
/// Archives can be laid one behind the other: the kernel unpacks each in turn, and a later file of a name replaces an
/// earlier one. Kernel: `init/initramfs.c`, Documentation/driver-api/early-userspace/buffer-format.rst
/// Equivalent to: `cpio -o -H newc -R 0:0`
public struct NewcArchive: Sendable {
    /// The bytes so far; `finished()` adds the end.
    public private(set) var bytes: [UInt8] = []
    private var inode: UInt32 = 0
    private var made: Set<String> = []

    public init() {}

    /// Adds a file of root's, and the directories above it that are not there yet.
    ///
    /// - Parameters:
    ///   - path: absolute.
    ///   - permissions: the nine bits.
    public mutating func addFile(_ path: String, permissions: UInt32 = 0o644, _ content: [UInt8]) {
        addDirectories(above: path)
        add(path, mode: 0o100000 | permissions, content)
    }

    /// Adds a directory, and those above it; one that is there already stays as it is.
    public mutating func addDirectory(_ path: String, permissions: UInt32 = 0o755) {
        addDirectories(above: path)
        guard made.insert(path).inserted else { return }
        add(path, mode: 0o040000 | permissions, [])
    }

    /// Adds a symbolic link.
    public mutating func addLink(_ path: String, to target: String) {
        addDirectories(above: path)
        add(path, mode: 0o120777, Array(target.utf8))
    }

    /// Adds a character device. Making one in an archive needs no privilege.
    public mutating func addCharacterDevice(
        _ path: String, major: UInt32, minor: UInt32, permissions: UInt32 = 0o600
    ) {
        addDirectories(above: path)
        add(path, mode: 0o020000 | permissions, [], device: (major, minor))
    }

    /// The archive with its trailer, padded so that another one can follow.
    public func finished() -> [UInt8] {
        var whole = self
        whole.add("TRAILER!!!", mode: 0, [])
        whole.pad(to: 512)
        return whole.bytes
    }

    private mutating func addDirectories(above path: String) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        addDirectory(String(path[..<slash]))
    }

    private mutating func add(
        _ path: String, mode: UInt32, _ content: [UInt8], device: (major: UInt32, minor: UInt32) = (0, 0)
    ) {
        // Names in the archive are relative to the root.
        let name = Array(path.utf8.drop { $0 == UInt8(ascii: "/") })
        let isTrailer = mode == 0
        if !isTrailer { inode += 1 }
        let isDirectory = mode & 0o170000 == 0o040000
        bytes.append(contentsOf: "070701".utf8)
        // Times are 0, so that the same content gives the same bytes.
        for field in [
            isTrailer ? 0 : inode, mode, 0, 0, isDirectory ? 2 : 1, 0, UInt32(content.count), 0, 0,
            device.major, device.minor, UInt32(name.count) + 1, 0,
        ] {
            bytes.append(contentsOf: Self.hexadecimal(field))
        }
        bytes.append(contentsOf: name)
        bytes.append(0)
        pad(to: 4)
        bytes.append(contentsOf: content)
        pad(to: 4)
    }

    private mutating func pad(to alignment: Int) {
        let rest = bytes.count % alignment
        if rest != 0 { bytes.append(contentsOf: repeatElement(0, count: alignment - rest)) }
    }

    private static func hexadecimal(_ value: UInt32) -> [UInt8] {
        (0..<8).map { digit in
            let nibble = UInt8(value >> UInt32(28 - 4 * digit) & 15)
            return nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
        }
    }
}
