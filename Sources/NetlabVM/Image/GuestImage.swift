import Glibc
import LinuxSystem

/// The first archive of a guest's file system: netlab itself as /init, what it needs, and the kernel's modules.
///
/// It depends on nothing that changes from run to run, so it is made once for each (kernel, modules, binary, programs).
public struct GuestImage: Sendable {
    /// Raised when the archive's layout changes.
    private static let layout = 3
    /// How many are kept; each has some 25 MB.
    private static let kept = 12

    public let kernel: KernelImage
    /// Names of modules that are wanted; those the kernel does not have are left out.
    public let modules: Set<String>
    /// Names of programs that are wanted.
    public let programs: Set<String>
    /// Arguments of programs, of which those that are files are taken along.
    public let arguments: Set<String>
    /// The program that is to be /init.
    public let program: String

    /// - Parameter program: this one, unless a test says otherwise.
    public init(
        kernel: KernelImage, modules: Set<String>, programs: Set<String>, arguments: Set<String> = [],
        program: String? = nil
    ) throws(SystemError) {
        self.kernel = kernel
        self.modules = modules
        self.programs = programs
        self.arguments = arguments
        guard let itself = program ?? SymbolicLink.target("/proc/self/exe") else {
            throw .last("readlink", on: "/proc/self/exe")
        }
        self.program = itself
    }

    /// The archive's bytes, from the folder or made anew.
    ///
    /// - Parameter folder: where it is kept. One that cannot be written to costs time at every run and nothing else.
    /// - Throws: `SystemError`, `ProgramFilesError`, or an error of the kernel's modules.
    public func archive(in folder: GuestFolder) async throws -> [UInt8] {
        let name = try "base-\(Checksum.text(identity().utf8)).cpio"
        if let kept = try folder.read(name) { return kept }
        let made = try await make()
        do {
            try folder.keep(made, as: name)
            folder.prune(prefix: "base-", keeping: Self.kept)
        } catch {
            // Read-only homes are common in containers.
            guard [EACCES, EPERM, EROFS, ENOSPC].contains(error.errno) else { throw error }
        }
        return made
    }

    /// All that the archive is made from, in words.
    func identity() throws(SystemError) -> String {
        func stamp(_ path: String) throws(SystemError) -> String {
            guard let stamp = FileStamp(of: path) else { throw .last("stat", on: path) }
            return "\(path) \(stamp)"
        }
        var parts = [
            "layout \(Self.layout)", try stamp(program), kernel.name, kernel.release, try stamp(kernel.image),
        ]
        if let modules = kernel.modules { parts.append(try stamp(modules)) }
        parts += modules.sorted()
        for name in programs.sorted() {
            guard let path = Program.find(name) else { continue }
            parts.append(try stamp(path))
        }
        for path in arguments.sorted() where path.contains("/") {
            if let stamp = FileStamp(of: path) { parts.append("\(path) \(stamp)") }
        }
        return parts.joined(separator: "\n")
    }

    private static let protocols = [
        ("ip", 0), ("icmp", 1), ("igmp", 2), ("ipencap", 4), ("tcp", 6), ("udp", 17), ("dccp", 33),
        ("ipv6", 41),
        ("ipv6-route", 43), ("ipv6-frag", 44), ("gre", 47), ("esp", 50), ("ah", 51), ("ipv6-icmp", 58),
        ("ipv6-nonxt", 59), ("ipv6-opts", 60), ("sctp", 132), ("udplite", 136),
    ].map { "\($0) \($1) \($0.uppercased())\n" }.joined()

    private func make() async throws -> [UInt8] {
        var archive = NewcArchive()
        for folder in [
            "/proc", "/sys", "/dev", "/run", "/tmp", "/root", "/etc", "/var", VirtualGuest.moduleFolder,
        ] {
            archive.addDirectory(folder)
        }
        // The kernel opens the console for process 1 before anything is mounted.
        archive.addCharacterDevice("/dev/console", major: 5, minor: 1)
        archive.addCharacterDevice("/dev/null", major: 1, minor: 3, permissions: 0o666)
        archive.addCharacterDevice("/dev/urandom", major: 1, minor: 9, permissions: 0o666)
        // The C library looks names of protocols up here, for nft and iptables.
        archive.addFile("/etc/protocols", Array(Self.protocols.utf8))
        if let services = try? TextFile.readBytes("/etc/services") {
            archive.addFile("/etc/services", services)
        }
        archive.addFile(
            "/init", permissions: 0o755, ExecutableImage.stripped(try TextFile.readBytes(program)))

        var files = ProgramFiles()
        try await files.addLibraries(of: program)
        for name in programs.sorted() {
            // One that is missing here is told by the guest's preflight.
            guard let path = Program.find(name) else { continue }
            try await files.add(program: path)
        }
        for path in arguments.sorted() { try await files.add(argument: path) }
        for (path, source) in files.files.sorted(by: { $0.key < $1.key }) {
            archive.addFile(
                path, permissions: 0o755, ExecutableImage.stripped(try TextFile.readBytes(source)))
        }

        let available = try KernelModules(of: kernel)
        let order = try available.loadOrder(for: modules.filter(available.has))
        for (index, module) in order.enumerated() {
            let number = String(1000 + index).dropFirst()
            archive.addFile("\(VirtualGuest.moduleFolder)/\(number)-\(module.name).ko", module.content)
        }
        return archive.finished()
    }
}
