/// A kernel that a virtual machine can boot: a name, what it calls itself, and where its files lie.
public struct KernelImage: Sendable, Equatable, Codable {
    /// Name in the kernel cache, such as `debian-6.1-cloud`, or the path that the user gave.
    public var name: String
    /// What `uname -r` says in the guest.
    public var release: String
    /// Path of the file to boot: an uncompressed `vmlinux` with a PVH note where there is one, else a bzImage.
    public var image: String
    /// Folder with the content of `lib/modules/<release>`; nil where everything is built in.
    public var modules: String?

    public init(name: String, release: String, image: String, modules: String?) {
        self.name = name
        self.release = release
        self.image = image
        self.modules = modules
    }
}

/// A kernel module as the guest loads it.
public struct KernelModule: Sendable, Equatable {
    /// The module's name with underscores, as in /proc/modules.
    public var name: String
    /// The file's bytes, decompressed.
    public var content: [UInt8]

    public init(name: String, content: [UInt8]) {
        self.name = name
        self.content = content
    }
}
