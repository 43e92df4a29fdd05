import LinuxSystem

/// A kernel in the cache, with where it came from.
public struct CachedKernel: Hashable, Sendable {
    /// The folder's name, which `--kernel` takes.
    public var name: String
    /// What `uname -r` says in the guest.
    public var release: String
    /// File to boot, in the entry's folder: `vmlinux` or `bzImage`.
    public var imageFile: String
    /// Why the bzImage is booted rather than the vmlinux in it; empty if it is not.
    public var remark: String
    /// Package or file it was made from.
    public var source: String
    /// Tells whether the source has changed since: path, size and time of change of each file.
    public var sourceKey: String
    /// How many modules were kept, and whether that was all; 0 without a module folder.
    public var moduleCount: Int
    public var hasAllModules: Bool

    static let descriptionFile = "kernel.json"
    static let moduleFolder = "modules"

    /// The form that a virtual machine takes.
    func image(in directory: String) -> KernelImage {
        KernelImage(
            name: name, release: release, image: "\(directory)/\(name)/\(imageFile)",
            modules: moduleCount == 0 ? nil : "\(directory)/\(name)/\(Self.moduleFolder)")
    }

    var json: JSONValue {
        .object([
            "release": .string(release), "image": .string(imageFile), "remark": .string(remark),
            "source": .string(source), "source_key": .string(sourceKey),
            "modules": .integer(moduleCount), "all_modules": .bool(hasAllModules),
        ])
    }

    /// - Returns: `nil` if the text is no description of a kernel.
    init?(name: String, parsing text: String) {
        guard let json = try? JSONValue(parsing: text), let release = json["release"]?.string,
            let image = json["image"]?.string, ["vmlinux", "bzImage"].contains(image)
        else { return nil }
        self.init(
            name: name, release: release, imageFile: image, remark: json["remark"]?.string ?? "",
            source: json["source"]?.string ?? "", sourceKey: json["source_key"]?.string ?? "",
            moduleCount: json["modules"]?.int ?? 0, hasAllModules: json["all_modules"] == .bool(true))
    }

    init(
        name: String, release: String, imageFile: String, remark: String, source: String, sourceKey: String,
        moduleCount: Int, hasAllModules: Bool
    ) {
        self.name = name
        self.release = release
        self.imageFile = imageFile
        self.remark = remark
        self.source = source
        self.sourceKey = sourceKey
        self.moduleCount = moduleCount
        self.hasAllModules = hasAllModules
    }

    /// Whether a text can be a name: it is a folder, and a word on a command line.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else {
            return false
        }
        return text.utf8.count <= 100
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789._+-".unicodeScalars.contains($0))
            }
    }
}
