import Glibc
import KernelTestSupport
import LinuxSystem
import Testing

@testable import NetlabVM

@Suite("Kernel cache")
struct KernelCacheTests {
    private func places() throws -> (folder: TemporaryFolder, tree: String, cache: KernelCache) {
        let folder = try TemporaryFolder()
        let tree = "\(folder.path)/tree"
        try KernelFixture.fillTree(tree)
        return (folder, tree, KernelCache(directory: "\(folder.path)/a/cache"))
    }

    @Test func aKernelIsKeptWithTheModulesALabNeeds() async throws {
        let (folder, tree, cache) = try places()
        let entry = try await cache.add([tree])
        #expect(entry.name == KernelFixture.release)
        #expect(entry.imageFile == "bzImage")
        #expect(entry.remark == "packed in a way that is not known here")
        #expect(entry.moduleCount == 3)
        #expect(cache.kernels() == [entry])
        let image = try await cache.image(for: KernelFixture.release)
        #expect(image.modules == "\(cache.directory)/\(KernelFixture.release)/modules")
        #expect(
            try KernelModules(of: image).loadOrder(for: ["tc-netem"]).map(\.name) == ["libodd", "sch_netem"])
        #expect(try !KernelModules(of: image).has("huge"))
        let all = try await cache.add([tree], name: "all", keepsAllModules: true)
        #expect(all.moduleCount == 4 && all.hasAllModules)
        withExtendedLifetime(folder) {}
    }

    @Test(.needsProgram("xz"), .needsProgram("zstd"), .needsProgram("gzip"))
    func compressedModulesAreKeptUnpacked() async throws {
        let (folder, tree, cache) = try places()
        let modules = "\(tree)/lib/modules/\(KernelFixture.release)/kernel/net"
        for (name, program, ending) in [("a", "xz", "xz"), ("b", "zstd", "zst"), ("c", "gzip", "gz")] {
            let module = KernelFixture.module("depends=", "description=\(name)")
            let packed = try await KernelFixture.filtered(module, by: program, ["-c"])
            try FileTree.write(packed, to: "\(modules)/\(name).ko.\(ending)")
        }
        let image = try await cache.add([tree]).image(in: cache.directory)
        let loaded = try KernelModules(of: image).loadOrder(for: ["a", "b", "c"])
        #expect(loaded.map(\.name) == ["a", "b", "c"])
        #expect(
            loaded.map(\.content)
                == ["a", "b", "c"].map { KernelFixture.module("depends=", "description=\($0)") })
        withExtendedLifetime(folder) {}
    }

    @Test func aFileIsTakenOnceUntilItChanges() async throws {
        let (folder, tree, cache) = try places()
        let kernel = "\(tree)/boot/vmlinuz-\(KernelFixture.release)"
        let first = try await cache.image(for: kernel)
        #expect(first.modules != nil, "the tree around boot/ has the modules")
        let made = try #require(cache.kernels().first)
        let again = try await cache.image(for: kernel)
        #expect(again == first)
        #expect(cache.kernels() == [made])
        try FileTree.write(KernelFixture.bzImage(release: "7.0", payload: Array("other".utf8)), to: kernel)
        #expect(try await cache.image(for: kernel).release == "7.0")
        withExtendedLifetime(folder) {}
    }

    @Test func anEntryIsReplacedAndRemovedAsAWhole() async throws {
        let (folder, tree, cache) = try places()
        try await cache.add([tree], name: "mine")
        let other = "\(folder.path)/vmlinuz"
        try FileTree.write(KernelFixture.bzImage(release: "7.0", payload: Array("other".utf8)), to: other)
        try await cache.add([other], name: "mine")
        #expect(cache.kernels().map(\.release) == ["7.0"])
        #expect(cache.kernels().map(\.moduleCount) == [0])
        try cache.remove("mine")
        #expect(cache.kernels().isEmpty)
        #expect(Directory.entries(cache.directory) == [".lock"])
        #expect {
            try cache.remove("mine")
        } throws: { error in
            "\(error)"
                == "no kernel \"mine\": the cache is empty; add one: netlab kernel add FILE, or netlab kernel fetch "
                + "debian-6.1-cloud"
        }
    }

    @Test func whatFailsLeavesNothing() async throws {
        let (folder, tree, cache) = try places()
        let broken = "\(tree)/lib/modules/\(KernelFixture.release)/kernel/net/broken.ko"
        try FileTree.write(Array("no module".utf8), to: broken)
        await #expect(throws: KernelError.self) { try await cache.add([tree]) }
        #expect(Directory.entries(cache.directory) == [".lock"])
        #expect(Directory.entries(folder.path) == ["a", "tree"])
    }

    @Test func aCancelledAddLeavesNothing() async throws {
        let (folder, tree, cache) = try places()
        let work = Task { try await cache.add([tree]) }
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(Directory.entries(cache.directory) == [".lock"])
        withExtendedLifetime(folder) {}
    }

    @Test func whatADeadProcessLeftIsSweptAndWhatALivingOneMakesIsNot() throws {
        let folder = try TemporaryFolder()
        let cache = CacheFolder(path: folder.path)
        let living = try cache.stage()
        try KernelFixture.fill(
            folder.path, [".new-1-1/.lock": [], ".new-1-1/unpacked/x": [1], ".new-2-1-old/y": [2]])
        let other = try cache.stage()
        #expect(living.path != other.path)
        #expect(
            Directory.entries(folder.path).filter { $0.hasPrefix(".new-") }.map { "\(folder.path)/\($0)" }
                == [living.path, other.path].sorted())
        try cache.publish(living, as: "a")
        try cache.discard(other)
        #expect(Directory.entries(folder.path) == [".lock", "a"])
        #expect(Directory.entries("\(folder.path)/a").isEmpty)
    }

    @Test func manyMayAddTheSameKernelAtOnce() async throws {
        let (folder, tree, cache) = try places()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try await cache.add([tree], name: "same") } }
            try await group.waitForAll()
        }
        #expect(Directory.entries(cache.directory) == [".lock", "same"])
        #expect(cache.kernels().map(\.moduleCount) == [3])
        withExtendedLifetime(folder) {}
    }

    @Test(arguments: ["", ".hidden", "-x", "a/b", "..", "a b", "ä"])
    func badNamesAreRefused(name: String) async throws {
        let (folder, tree, cache) = try places()
        await #expect(throws: KernelError.badName(name)) { try await cache.add([tree], name: name) }
        #expect(throws: KernelError.self) { try cache.remove(name) }
        withExtendedLifetime(folder) {}
    }

    @Test func unknownNamesAreToldWithWhatThereIs() async throws {
        let (folder, tree, cache) = try places()
        try await cache.add([tree], name: "mine")
        await #expect {
            try await cache.image(for: "debian-6.12-cloud")
        } throws: { error in
            "\(error)"
                == "no kernel \"debian-6.12-cloud\": the cache has mine; netlab kernel fetch debian-6.12-cloud"
        }
        await #expect(throws: KernelError.self) { try await cache.image(for: "\(folder.path)/none") }
        #expect(
            KernelSource.installed("linux-image-\(KernelFixture.release)", root: "\(tree)/")
                == "\(tree)/boot/vmlinuz-\(KernelFixture.release)")
    }

    @Test func theFolderIsTheUsersOwn() {
        let home = ["HOME": "/home/me"]
        #expect(KernelCache.standardDirectory(isRoot: true, environment: home) == "/var/cache/netlab/kernels")
        #expect(
            KernelCache.standardDirectory(isRoot: false, environment: home)
                == "/home/me/.cache/netlab/kernels")
        #expect(
            KernelCache.standardDirectory(isRoot: false, environment: ["XDG_CACHE_HOME": "/x"])
                == "/x/netlab/kernels")
    }
}

@Suite("Kernels that apt has")
struct KernelFetchTests {
    /// Lines of `apt-cache search --names-only`, Debian 12.
    static let lines = """
        linux-image-6.1.0-47-cloud-amd64-unsigned - Linux 6.1 for x86-64 cloud
        linux-image-6.1.0-9-amd64 - Linux 6.1 for 64-bit PCs (signed)
        linux-image-6.1.0-56-amd64 - Linux 6.1 for 64-bit PCs (signed)
        linux-image-6.1.0-57-rt-amd64 - Linux 6.1 for 64-bit PCs, PREEMPT_RT (signed)
        linux-image-6.1.0-56-cloud-amd64 - Linux 6.1 for x86-64 cloud (signed)
        linux-image-6.1.0-58-cloud-amd64-dbg - Debug symbols
        linux-image-6.12-cloud-amd64 - Linux for x86-64 cloud (meta-package)
        linux-image-6.12.117+deb12-cloud-amd64 - Linux 6.12 for x86-64 cloud (signed)
        linux-image-6.12.101+deb12-cloud-amd64 - Linux 6.12 for x86-64 cloud (signed)
        linux-image-6.12.117+deb12-amd64 - Linux 6.12 for 64-bit PCs (signed)
        """

    @Test(arguments: [
        ("debian-6.1-cloud", "linux-image-6.1.0-56-cloud-amd64"),
        ("debian-6.1", "linux-image-6.1.0-56-amd64"),
        ("debian-6.12-cloud", "linux-image-6.12.117+deb12-cloud-amd64"),
        ("debian-6.12", "linux-image-6.12.117+deb12-amd64"),
    ])
    func theNewestOfTheFlavourIsTaken(name: String, package: String) throws {
        #expect(try #require(FetchableKernel(name: name)).newest(in: Self.lines) == package)
        #expect(try #require(FetchableKernel(name: name)).newest(in: "") == nil)
    }

    @Test(arguments: [
        "debian", "debian-6", "debian-6.1-rt", "ubuntu-6.8", "debian-6.1-cloud-x", "debian-6.x",
        "debian-6..1",
    ])
    func otherNamesCannotBeFetched(name: String) { #expect(FetchableKernel(name: name) == nil) }

    @Test func theUsualOnesCanBeAskedFor() {
        #expect(FetchableKernel.usual.allSatisfy { FetchableKernel(name: $0) != nil })
    }
}

/// With a kernel of a distribution, where one is in this user's cache (`netlab kernel fetch debian-6.1-cloud`).
@Suite("Cached kernels of distributions")
struct KernelOfDistributionTests {
    static let kernels = KernelCache.standard.kernels().map { $0.image(in: KernelCache.standard.directory) }

    @Test(arguments: kernels.filter { $0.name.hasPrefix("debian-") })
    func theModulesOfALabLoadInOrder(kernel: KernelImage) throws {
        let order = try KernelModules(of: kernel).loadOrder(for: [
            "veth", "sch_netem", "nf_tables", "nft_ct", "nft_masq",
        ])
        let names = order.map(\.name)
        #expect(Set(names).isSuperset(of: ["veth", "sch_netem", "nf_tables", "nf_conntrack"]))
        #expect(Set(names).count == names.count)
        let positions = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        for (index, module) in order.enumerated() {
            for need in try ModuleInformation(module: module.content, path: module.name).dependencies {
                if let position = positions[need] {
                    #expect(position < index, "\(need) before \(module.name)")
                }
            }
        }
        #expect(BootImageOnDisk.hasPVH(kernel.image))
    }
}

private enum BootImageOnDisk {
    static func hasPVH(_ path: String) -> Bool {
        guard path.hasSuffix("vmlinux"), let bytes = try? TextFile.readBytes(path) else { return false }
        return ELFImage(bytes)?.hasPVHEntry == true
    }
}
