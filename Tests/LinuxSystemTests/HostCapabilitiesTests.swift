import Glibc
import KernelTestSupport
import Testing

@testable import LinuxSystem

struct HostCapabilitiesTests {
    @Test func releasesAreOrderedByNumber() throws {
        let texts = [
            "3.10.0-1160.el7.x86_64", "4.9.337", "6.1.0-44-cloud-amd64", "6.12.8+", "6.18.44-fc-v669", "10.0",
        ]
        let releases = try texts.map { try #require(KernelRelease($0)) }
        #expect(releases == releases.sorted())
        #expect(zip(releases, releases.dropFirst()).allSatisfy { $0 < $1 })
        #expect(KernelRelease("6.1") == KernelRelease(6, 1))
        #expect(KernelRelease("6.18.44-x")?.patch == 44)
        #expect(KernelRelease("next") == nil)
        #expect(KernelRelease.running > KernelRelease(2, 6))
    }

    @Test func aProbeTellsWhatTryingTells() throws {
        let host = HostCapabilities.probe(programs: ["sh", "no-such-program-here"])
        #expect(host.kernel == .running)
        #expect(host.effectiveUserID == geteuid())
        #expect(host.networkNamespaces.isAble == ((try? NetworkNamespace.create()) != nil))
        #expect(host.programs.keys.sorted() == ["sh"])
        #expect(host.processors >= 1)
        #expect(host.hasBTF == (access("/sys/kernel/btf/vmlinux", R_OK) == 0))
        #expect(HostCapabilities.hasSysctl("net.ipv4.tcp_syncookies"))
        #expect(!HostCapabilities.hasSysctl("net.ipv4.no_such_thing"))
    }

    @Test func capabilitiesHaveTheirNames() {
        #expect(CapabilitySet([.netAdmin, .sysAdmin]).description == "CAP_NET_ADMIN, CAP_SYS_ADMIN")
        #expect(CapabilitySet([.bpf, CapabilitySet(number: 60)]).description == "CAP_BPF, capability 60")
        #expect(CapabilitySet([]).description == "none")
    }

    @Test(arguments: [
        ("12:cpu:/docker/0123\n", "docker"), ("0::/kubepods.slice/x\n", "kubernetes"),
        ("0::/lxc.payload.a\n", "lxc"),
        ("0::/init.scope\n", nil), ("", nil),
    ])
    func controlGroupsTellTheContainer(text: String, name: String?) {
        #expect(Container.ofControlGroups(text) == name)
    }

    @Test func modulesAreFoundInTheKernelsOwnLists() throws {
        let directory = "/tmp/linux-system-modules-\(getpid())"
        try Directory.make(directory)
        defer {
            unlink("\(directory)/modules.builtin")
            unlink("\(directory)/modules.dep")
            rmdir(directory)
        }
        try TextFile.replace("\(directory)/modules.builtin", with: "kernel/net/sched/test_built-in.ko\n")
        try TextFile.replace(
            "\(directory)/modules.dep", with: "kernel/net/sched/test_loadable.ko.xz: kernel/a.ko\n")
        #expect(KernelModule.state("test_built_in", modules: directory) == .present)
        #expect(
            KernelModule.state("test-loadable", modules: directory)
                == .loadable(path: "\(directory)/kernel/net/sched/test_loadable.ko.xz"))
        #expect(KernelModule.state("test_missing", modules: directory) == .absent)
    }

    @Test func programsAreFoundInTheAdministratorsDirectoriesToo() throws {
        #expect(Program.find("sh")?.hasSuffix("/sh") == true)
        #expect(Program.find("no-such-program-here") == nil)
        #expect(Program.find("/bin/sh") == "/bin/sh")
        #expect(Program.find("/bin") == nil)
        #expect(Program.searchPath.contains("/usr/sbin"))
    }
}
