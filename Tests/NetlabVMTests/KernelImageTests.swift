import NetlabVM
import Testing

@Suite("Kernel images")
struct KernelImageTests {
    @Test func kernelWithoutAFolderHasNoModules() {
        let image = KernelImage(
            name: "debian-6.1-cloud", release: "6.1.0-56-cloud-amd64", image: "/k", modules: nil)
        #expect(image.modules == nil)
        #expect(image != KernelImage(name: image.name, release: image.release, image: "/k", modules: "/m"))
    }
}
