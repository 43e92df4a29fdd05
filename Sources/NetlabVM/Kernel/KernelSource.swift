import Glibc
import LinuxSystem

/// What the user named: packages, a folder, or a kernel's file, resolved to one kernel and its modules.
struct KernelSource {
    /// The bzImage or vmlinux.
    var kernel: String
    /// Root of the tree that `lib/modules/RELEASE` is looked for in; `nil` if nobody knows one.
    var root: String?

    /// Looks for the kernel in what was named, unpacking packages below a folder.
    ///
    /// - Throws: `KernelError.noKernel` if there is none or more than one.
    static func resolve(_ paths: [String], unpackingInto folder: String) async throws -> KernelSource {
        var plain: [String] = []
        var root: String?
        for path in paths {
            if FileTree.kind(of: path) == S_IFDIR {
                root = path
                continue
            }
            let head = try FileHead.read(path, count: 8)
            guard let format = KernelPackage.format(of: head[...]) else {
                plain.append(path)
                continue
            }
            try await KernelPackage.unpack(path, format: format, into: folder)
            root = folder
        }
        let what = paths.joined(separator: ", ")
        if plain.count > 1 {
            throw KernelError.noKernel(path: what, problem: "these are two kernels; give one")
        }
        if let kernel = plain.first { return KernelSource(kernel: kernel, root: root ?? treeAround(kernel)) }
        guard let root else { throw KernelError.noKernel(path: what, problem: "nothing was named") }
        let found = kernels(in: root)
        guard let kernel = found.first else {
            throw KernelError.noKernel(
                path: what,
                problem:
                    "it has no boot/vmlinuz-* and no lib/modules/*/vmlinuz; packages of modules alone come with their "
                    + "kernel's: name both")
        }
        guard found.count == 1 else {
            throw KernelError.noKernel(
                path: what,
                problem: "it has \(found.count) (\(found.joined(separator: ", "))); name one of them")
        }
        return KernelSource(kernel: kernel, root: root)
    }

    /// The module folder of a release; `nil` if the tree has none.
    func modules(for release: String) -> String? {
        guard let root else { return nil }
        return ["lib/modules", "usr/lib/modules"].map { "\(root)/\($0)/\(release)" }
            .first { FileTree.kind(of: $0) == S_IFDIR }
    }

    /// An installed kernel by its release or its package's name.
    static func installed(_ name: String, root: String = "/") -> String? {
        let prefixes = ["linux-image-unsigned-", "linux-image-", "vmlinuz-", "kernel-core-", "kernel-", ""]
        let releases = prefixes.filter { name.hasPrefix($0) }.map { name.dropFirst($0.count) }
        return releases.map { "\(root)boot/vmlinuz-\($0)" }.first { FileTree.kind(of: $0) == S_IFREG }
    }

    private static func kernels(in root: String) -> [String] {
        let boot = Directory.entries("\(root)/boot").filter {
            $0.hasPrefix("vmlinuz") || $0.hasPrefix("vmlinux-")
        }.map { "\(root)/boot/\($0)" }
        if !boot.isEmpty { return boot.filter { FileTree.kind(of: $0) == S_IFREG } }
        for folder in ["lib/modules", "usr/lib/modules"] {
            let found = Directory.entries("\(root)/\(folder)").map { "\(root)/\(folder)/\($0)/vmlinuz" }
                .filter { FileTree.kind(of: $0) == S_IFREG }
            if !found.isEmpty { return found }
        }
        return []
    }

    /// `/boot/vmlinuz-6.1` lies in the tree `/`.
    private static func treeAround(_ kernel: String) -> String? {
        let parts = kernel.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[parts.count - 2] == "boot" else { return nil }
        return parts.dropLast(2).joined(separator: "/") + "/"
    }
}

/// The first bytes of a file, which tell what it is.
enum FileHead {
    /// - Throws: `SystemError` of open or read.
    static func read(_ path: String, count: Int) throws(SystemError) -> [UInt8] {
        let file = try OwnedFileDescriptor(opening: path)
        var bytes = [UInt8](repeating: 0, count: count)
        let read = bytes.withUnsafeMutableBytes { Glibc.read(file.number, $0.baseAddress, $0.count) }
        guard read >= 0 else { throw .last("read", on: path) }
        return Array(bytes.prefix(read))
    }
}
