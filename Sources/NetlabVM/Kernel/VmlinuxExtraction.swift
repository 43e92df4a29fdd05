/// The kernel inside a bzImage, unpacked: booting it saves the guest the unpacking, seconds under emulation.
enum VmlinuxExtraction {
    /// What to boot.
    enum Result: Hashable {
        /// An ELF file with a PVH entry point.
        case vmlinux([UInt8])
        /// The file as it is, and why there is nothing better.
        case asItIs(reason: String)
    }

    /// - Throws: `KernelError` for a file that is no kernel. Everything else ends in `asItIs`, as a bzImage boots too.
    static func extract(_ bytes: [UInt8], path: String) async throws -> (release: String, Result) {
        switch try BootImage.inspect(bytes, path: path) {
        case .vmlinux(let release):
            guard ELFImage(bytes)?.hasPVHEntry == true else {
                throw KernelError.noKernel(
                    path: path, problem: "this vmlinux has no PVH entry point (CONFIG_PVH); give its bzImage")
            }
            return (release, .asItIs(reason: "not compressed"))
        case .bzImage(let release, let range):
            let payload = bytes[range]
            guard let packing = Packing(of: payload) else {
                return (release, .asItIs(reason: "packed in a way that is not known here"))
            }
            let unpacked: [UInt8]
            do {
                unpacked = try await Decompression.decompress(
                    trimmed(payload, packing), packing, what: path)
            } catch {
                if error is CancellationError { throw error }
                return (release, .asItIs(reason: "\(error)"))
            }
            guard let image = ELFImage(unpacked) else {
                return (release, .asItIs(reason: "what is inside is no ELF file"))
            }
            guard image.hasPVHEntry else {
                return (release, .asItIs(reason: "no PVH entry point (CONFIG_PVH)"))
            }
            return (release, .vmlinux(unpacked))
        }
    }

    /// The kernel's build appends the unpacked size in four bytes where the format does not end with it itself; the
    /// programs call that garbage.
    private static func trimmed(_ payload: ArraySlice<UInt8>, _ packing: Packing) -> ArraySlice<UInt8> {
        switch packing {
        case .gzip, .lz4: payload
        case .bzip2, .xz, .lzma, .zstd: payload.dropLast(4)
        }
    }
}
