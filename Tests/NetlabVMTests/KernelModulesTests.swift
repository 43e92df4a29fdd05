import LinuxSystem
import Testing

@testable import NetlabVM

@Suite("Kernel modules")
struct KernelModulesTests {
    private func modules(_ files: [String: [UInt8]]) throws -> (KernelModules, TemporaryFolder) {
        let folder = try TemporaryFolder()
        try KernelFixture.fill(folder.path, files)
        let image = KernelImage(name: "k", release: "6.1", image: "/k", modules: folder.path)
        return (try KernelModules(of: image), folder)
    }

    private func order(_ files: [String: [UInt8]], _ names: Set<String>) throws -> [String] {
        let (modules, folder) = try modules(files)
        defer { withExtendedLifetime(folder) {} }
        return try modules.loadOrder(for: names).map(\.name)
    }

    @Test func dependenciesComeFirstAndOnce() throws {
        let names = try order(
            [
                "kernel/a.ko": KernelFixture.module("depends=b,c"),
                "kernel/b.ko": KernelFixture.module("depends=c"),
                "kernel/c.ko": KernelFixture.module("depends="),
                "kernel/d.ko": KernelFixture.module("depends=c"),
            ], ["d", "a"])
        #expect(names == ["c", "b", "a", "d"])
    }

    @Test func dashesAreUnderscores() throws {
        let names = try order(
            [
                "kernel/xt-nat.ko": KernelFixture.module("depends=crc32c-intel"),
                "kernel/crc32c_intel.ko": KernelFixture.module(),
            ], ["xt_nat"])
        #expect(names == ["crc32c_intel", "xt_nat"])
    }

    @Test func softDependenciesAreAliasesAndTheGenericModuleServes() throws {
        let names = try order(
            [
                "kernel/lib/libcrc32c.ko": KernelFixture.module("softdep=pre: crc32c", "depends="),
                "kernel/crypto/crc32c_generic.ko": KernelFixture.module(
                    "alias=crypto-crc32c", "alias=crc32c"),
                "kernel/arch/x86/crc32c-intel.ko": KernelFixture.module("alias=crc32c"),
            ], ["libcrc32c"])
        #expect(names == ["crc32c_generic", "libcrc32c"])
    }

    @Test func softDependenciesAfterAModuleComeAfterItAndNobodyFailsForLackOfOne() throws {
        let names = try order(
            [
                "kernel/a.ko": KernelFixture.module("softdep=pre: missing post: b"),
                "kernel/b.ko": KernelFixture.module("softdep=pre: a"),
            ], ["a"])
        #expect(names == ["a", "b"])
    }

    @Test func whatIsBuiltInIsNotLoaded() throws {
        let builtIn = "ext4.alias=fs-ext4\0crc32c_generic.alias=crc32c\0crc32c_generic.license=GPL\0"
        let files: [String: [UInt8]] = [
            "modules.builtin": Array("kernel/drivers/virtio/virtio-pci.ko\n".utf8),
            "modules.builtin.modinfo": Array(builtIn.utf8),
            "kernel/a.ko": KernelFixture.module("depends=virtio_pci", "softdep=pre: crc32c"),
            "kernel/other.ko": KernelFixture.module("alias=crc32c"),
        ]
        #expect(try order(files, ["a", "virtio-pci"]) == ["a"])
        let (modules, folder) = try modules(files)
        #expect(modules.has("virtio_pci") && modules.has("crc32c") && modules.has("a"))
        #expect(!modules.has("sch_netem"))
        withExtendedLifetime(folder) {}
    }

    /// Linux 4.4: NAT refuses with EPROTOTYPE without this, and `depends` does not tell.
    @Test func oldNATGetsConnectionTrackingFirst() throws {
        let old = try order(
            [
                "kernel/iptable_nat.ko": KernelFixture.module("depends=ip_tables,nf_nat_ipv4"),
                "kernel/nf_nat_ipv4.ko": KernelFixture.module("depends="),
                "kernel/ip_tables.ko": KernelFixture.module("depends="),
                "kernel/nf_conntrack_ipv4.ko": KernelFixture.module("depends="),
            ], ["iptable_nat"])
        #expect(old == ["nf_conntrack_ipv4", "ip_tables", "nf_nat_ipv4", "iptable_nat"])
        let new = try order(["kernel/iptable_nat.ko": KernelFixture.module("depends=")], ["iptable_nat"])
        #expect(new == ["iptable_nat"])
    }

    @Test func aliasesAreReadFromTheListWhereThereIsOne() throws {
        let files: [String: [UInt8]] = [
            "modules.alias": Array("# comment\nalias net-pf-16-proto-* nf-thing\n".utf8),
            "kernel/nf-thing.ko": KernelFixture.module("depends="),
        ]
        #expect(try order(files, ["net-pf-16-proto-12"]) == ["nf_thing"])
    }

    @Test func aMissingModuleIsNamedWithWhoNeedsIt() throws {
        #expect {
            try order(["kernel/a.ko": KernelFixture.module("depends=b")], ["a"])
        } throws: { error in
            "\(error)".hasPrefix("no module b, which a needs in /tmp/netlab-kernel-test-")
                && "\(error)".hasSuffix("; add the kernel again with --all-modules, or take another")
        }
    }

    @Test func compressedModulesAreRefusedWithTheCure() throws {
        #expect {
            try order(["kernel/a.ko.xz": [1, 2, 3]], ["a"])
        } throws: { error in
            "\(error)".hasSuffix(
                "/kernel/a.ko.xz is compressed; add the kernel to the cache first: netlab kernel add")
        }
    }

    @Test func aFileThatIsNoModuleIsRefused() throws {
        #expect(throws: KernelError.self) { try order(["kernel/a.ko": Array("text".utf8)], ["a"]) }
    }

    @Test func aKernelWithoutFolderLoadsNothing() throws {
        let all = try KernelModules(of: KernelImage(name: "k", release: "4.4", image: "/k", modules: nil))
        #expect(try all.loadOrder(for: ["veth"]).isEmpty)
        #expect(all.has("veth"))
    }

    @Test(arguments: [
        ("crc32c", "crc32c", true), ("crc32c", "crc32", false),
        ("char-major-10-200", "char-major-10-*", true),
        ("pci:v1AF4d1000", "pci:v*d1000", true), ("pci:v1AF4d1000", "pci:v*d1001", false),
        ("tty3", "tty[0-9]", true), ("ttyx", "tty[0-9]", false), ("ttyb", "tty[abc]", true), ("a", "?", true),
        ("", "*", true), ("ab", "?", false), ("x", "[", false),
    ])
    func aliasPatternsAreThoseOfAShell(text: String, pattern: String, matches: Bool) {
        #expect(ModuleName.matches(text, pattern: pattern) == matches)
    }

    @Test(arguments: [
        ("kernel/net/sched/sch_netem.ko.xz", "sch_netem"), ("a-b.ko", "a_b"), ("x/y.ko.zst", "y"),
        ("x/y.ko.gz", "y"),
    ])
    func moduleNamesComeFromFiles(path: String, name: String) {
        #expect(ModuleName.ofFile(path) == name)
        #expect(ModuleName.ofFile(path + ".txt") == nil)
    }
}
