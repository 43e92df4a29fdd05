import Glibc
import LinuxSystem

/// Kernels that virtual machines boot, kept unpacked so that a run starts at once.
///
/// Everything that adding and fetching write lies in the cache's folder; an entry is there as a whole or not at all, whatever
/// interrupts its making, and any number of processes may use the cache at once.
public struct KernelCache: Sendable {
    /// The folder, which need not exist yet.
    public let directory: String
    private let folder: CacheFolder

    public init(directory: String) {
        self.directory = directory
        self.folder = CacheFolder(path: directory)
    }

    /// `/var/cache/netlab/kernels` for root, else `$XDG_CACHE_HOME/netlab/kernels`, by default below `~/.cache`.
    public static var standard: KernelCache {
        KernelCache(
            directory: standardDirectory(
                isRoot: geteuid() == 0 && !UserNamespace.isInside, environment: Environment.current))
    }

    static func standardDirectory(isRoot: Bool, environment: [String: String]) -> String {
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
            return "\(cache)/netlab/kernels"
        }
        if isRoot { return "/var/cache/netlab/kernels" }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            return "/tmp/netlab-\(geteuid())/kernels"
        }
        return "\(home)/.cache/netlab/kernels"
    }

    /// All kernels in the cache, by name.
    public func kernels() -> [CachedKernel] { folder.names.compactMap { kernel($0) } }

    /// Bytes that an entry takes.
    public func size(of name: String) -> Int { FileTree.size(of: "\(directory)/\(name)") }

    /// The kernel that a user means: a name in the cache, an installed kernel by its release or its package's name, or the
    /// path of a package or a kernel's file. The latter two are taken into the cache under their release.
    ///
    /// - Throws: `KernelError.unknownKernel` with what there is, or what `add` throws.
    public func image(for name: String) async throws -> KernelImage {
        if CachedKernel.isName(name), let known = kernel(name) { return known.image(in: directory) }
        let path = name.contains("/") || FileTree.kind(of: name) != nil ? name : KernelSource.installed(name)
        guard let path, FileTree.kind(of: path) != nil else {
            throw KernelError.unknownKernel(name: name, cached: kernels().map(\.name))
        }
        let key = Self.sourceKey([path])
        if let known = kernels().first(where: { $0.sourceKey == key }) { return known.image(in: directory) }
        return try await add([path]).image(in: directory)
    }

    /// Takes a kernel into the cache.
    ///
    /// - Parameters:
    ///   - paths: packages (.deb, .rpm) of one kernel, or a vmlinuz or vmlinux, or a folder with boot/ and lib/modules/.
    ///   - name: its name in the cache; its release by default. An entry of that name is replaced.
    ///   - modules: a folder with the content of lib/modules/RELEASE, where it does not lie beside the kernel.
    ///   - keepsAllModules: also those that no lab has a use for.
    /// - Throws: `KernelError`, `SystemError`, `ChildProcessError`; then the cache is as it was.
    @discardableResult
    public func add(
        _ paths: [String], name: String? = nil, modules: String? = nil, keepsAllModules: Bool = false
    ) async throws -> CachedKernel {
        if let name, !CachedKernel.isName(name) { throw KernelError.badName(name) }
        let staging = try folder.stage()
        do {
            return try await fill(
                staging, paths, name: name, modules: modules, keepsAllModules: keepsAllModules,
                source: paths.joined(separator: ", "),
                key: Self.sourceKey(paths + (modules.map { [$0] } ?? [])))
        } catch {
            try folder.discard(staging)
            throw error
        }
    }

    /// Downloads a kernel of Debian by apt and takes it into the cache, unless that very package is there.
    ///
    /// - Returns: the entry, and whether anything had to be downloaded.
    /// - Throws: `KernelError.notFetched`, or what `add` throws; then the cache is as it was.
    public func fetch(
        _ kernel: FetchableKernel, keepsAllModules: Bool = false
    ) async throws -> (CachedKernel, isNew: Bool) {
        let package = try await kernel.package()
        if let known = self.kernel(kernel.name), known.source == package,
            known.hasAllModules || !keepsAllModules
        {
            return (known, false)
        }
        let staging = try folder.stage()
        do {
            let download = "\(staging.path)/download"
            try Directory.make(download)
            let file = try await kernel.download(package, into: download)
            let entry = try await fill(
                staging, [file], name: kernel.name, modules: nil, keepsAllModules: keepsAllModules,
                source: package, key: package)
            return (entry, true)
        } catch {
            try folder.discard(staging)
            throw error
        }
    }

    /// - Throws: `KernelError.unknownKernel` if there is none of that name, `SystemError`.
    public func remove(_ name: String) throws {
        guard CachedKernel.isName(name), try folder.remove(name) else {
            throw KernelError.unknownKernel(name: name, cached: kernels().map(\.name))
        }
    }

    private func kernel(_ name: String) -> CachedKernel? {
        guard
            let text = try? TextFile.readIfPresent("\(directory)/\(name)/\(CachedKernel.descriptionFile)")
        else { return nil }
        return CachedKernel(name: name, parsing: text)
    }

    /// The same for the same files until one of them changes.
    static func sourceKey(_ paths: [String]) -> String {
        paths.map { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return path }
            let real = path.hasPrefix("/") ? path : "\(status.st_dev):\(status.st_ino)"
            return "\(real) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        }.joined(separator: "\n")
    }

    private func fill(
        _ staging: CacheFolder.Staging, _ paths: [String], name: String?, modules: String?,
        keepsAllModules: Bool, source: String, key: String
    ) async throws -> CachedKernel {
        let unpacked = "\(staging.path)/unpacked"
        let found = try await KernelSource.resolve(paths, unpackingInto: unpacked)
        let bytes = try TextFile.readBytes(found.kernel)
        let (release, result) = try await VmlinuxExtraction.extract(bytes, path: found.kernel)
        let name = name ?? release
        guard CachedKernel.isName(name) else { throw KernelError.badName(name) }
        var entry = CachedKernel(
            name: name, release: release, imageFile: "vmlinux", remark: "", source: source, sourceKey: key,
            moduleCount: 0, hasAllModules: keepsAllModules)
        switch result {
        case .vmlinux(let inner): try FileTree.write(inner, to: "\(staging.path)/vmlinux")
        case .asItIs(let reason):
            if ELFImage(bytes) == nil {
                entry.imageFile = "bzImage"
                entry.remark = reason
            }
            try FileTree.write(bytes, to: "\(staging.path)/\(entry.imageFile)")
        }
        if let modules = modules ?? found.modules(for: release) {
            try Task.checkCancellation()
            entry.moduleCount = try await ModuleImport.copy(
                from: modules, to: "\(staging.path)/\(CachedKernel.moduleFolder)", keepsAll: keepsAllModules)
        }
        try FileTree.remove(unpacked)
        try FileTree.remove("\(staging.path)/download")
        try Task.checkCancellation()
        try FileTree.write(Array(entry.json.text.utf8), to: "\(staging.path)/\(CachedKernel.descriptionFile)")
        try folder.publish(staging, as: name)
        return entry
    }
}
