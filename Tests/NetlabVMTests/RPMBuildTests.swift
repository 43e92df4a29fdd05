import KernelTestSupport
import LinuxSystem
import Testing

@testable import NetlabVM

/// Packages that the real rpmbuild has made, in the two layouts of kernel packages and with every way of packing.
@Suite("Packages by rpmbuild", .needsProgram("rpmbuild"), .needsProgram("zstd"))
struct RPMBuildTests {
    private static let release = "5.14.0-503.el9.x86_64"

    /// As of RHEL: modules packed by xz, a folder of the headers that is a link, and what no lab needs.
    private static func fill(_ tree: String, image: String) async throws {
        let modules = "\(tree)/lib/modules/\(release)"
        try FileTree.write(
            KernelFixture.bzImage(release: release, payload: Array("unknown".utf8)), to: "\(tree)/\(image)")
        try FileTree.write(
            try await KernelFixture.filtered(
                KernelFixture.module("depends=virtio_ring"), by: "xz", ["-c", "--check=crc32"]),
            to: "\(modules)/kernel/drivers/net/veth.ko.xz")
        try FileTree.write(
            try await KernelFixture.filtered(
                KernelFixture.module("depends="), by: "xz", ["-c", "--check=crc32"]),
            to: "\(modules)/kernel/drivers/virtio/virtio_ring.ko.xz")
        try FileTree.write(Array("kernel/fs/ext4/ext4.ko\n".utf8), to: "\(modules)/modules.builtin")
        try FileTree.write(Array("text".utf8), to: "\(tree)/usr/share/doc/kernel/README")
        try await ChildProcess.runChecked(
            ChildCommand("ln", ["-s", "/usr/src/kernels/\(release)", "\(modules)/build"]))
    }

    private static func build(_ tree: String, payload: String, in folder: String) async throws -> String {
        let spec = """
            Name: kernel-core
            Version: 5.14.0
            Release: 503.el9
            Summary: A kernel
            License: GPL-2.0-only
            AutoReqProv: no
            %description
            A kernel and its modules.
            %install
            mkdir -p %{buildroot}
            cp -a \(tree)/. %{buildroot}
            %files
            /
            """
        try FileTree.write(Array((spec + "\n").utf8), to: "\(folder)/kernel.spec")
        let settings = [
            "_topdir \(folder)/top", "_binary_payload \(payload)", "debug_package %{nil}",
            "__os_install_post %{nil}", "_build_id_links none", "_rpmdir \(folder)",
            "_rpmfilename kernel.rpm",
        ]
        try await ChildProcess.runChecked(
            ChildCommand(
                "rpmbuild",
                ["-bb", "--quiet", "--target", "x86_64"] + settings.flatMap { ["--define", $0] }
                    + ["\(folder)/kernel.spec"], timeout: .seconds(60)))
        return "\(folder)/kernel.rpm"
    }

    @Test(arguments: [
        ("w2.xzdio", "boot/vmlinuz-\(release)"), ("w3.zstdio", "lib/modules/\(release)/vmlinuz"),
        ("w9.gzdio", "lib/modules/\(release)/vmlinuz"),
    ])
    func kernelIsTakenOutOfARealPackage(payload: String, image: String) async throws {
        let folder = try TemporaryFolder()
        try await Self.fill("\(folder.path)/tree", image: image)
        let package = try await Self.build("\(folder.path)/tree", payload: payload, in: folder.path)
        #expect(KernelPackage.format(of: try FileHead.read(package, count: 8)[...]) == .rpm)

        try await KernelPackage.unpack(package, format: .rpm, into: "\(folder.path)/out")
        let files = try FileTree.files(below: "\(folder.path)/out")
        #expect(files.contains(image))
        #expect(files.contains("lib/modules/\(Self.release)/kernel/drivers/net/veth.ko.xz"))
        #expect(!files.contains { $0.hasPrefix("usr/") })

        let cache = KernelCache(directory: "\(folder.path)/cache")
        let entry = try await cache.add([package], name: "el9")
        #expect(entry.release == Self.release)
        #expect(entry.moduleCount == 2)
        #expect(entry.name == "el9")
    }
}
