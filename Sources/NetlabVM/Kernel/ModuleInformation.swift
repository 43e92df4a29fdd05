/// What a module says about itself in its section `.modinfo`.
///
/// Kernel: NUL-terminated texts `key=value`; `depends` is written by modpost, the rest by MODULE_INFO.
/// Equivalent to: `modinfo FILE`.
struct ModuleInformation: Hashable, Sendable {
    /// Modules whose symbols it uses; it cannot be loaded without them.
    var dependencies: [String] = []
    /// Wanted before and after it; these are aliases rather than names, and nobody fails for the lack of one.
    var softBefore: [String] = []
    var softAfter: [String] = []
    /// Patterns under which others ask for it.
    var aliases: [String] = []

    init() {}

    init(section: some Sequence<UInt8>) {
        for entry in section.split(separator: 0) {
            guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = String(decoding: entry[entry.index(after: equals)...], as: UTF8.self)
            switch String(decoding: entry[..<equals], as: UTF8.self) {
            case "depends": dependencies += value.split(separator: ",").map { ModuleName.normalised($0) }
            case "softdep": addSoftDependencies(value)
            case "alias": aliases.append(value)
            default: break
            }
        }
    }

    /// Reads a module's file.
    ///
    /// - Throws: `KernelError.unreadable` if it is no ELF64 file.
    init(module bytes: [UInt8], path: String) throws(KernelError) {
        guard let image = ELFImage(bytes) else {
            throw .unreadable(path: path, problem: "no 64-bit kernel module")
        }
        // A module without the section depends on nothing.
        self.init(section: image.section(".modinfo") ?? [])
    }

    /// `pre: a b post: c`
    private mutating func addSoftDependencies(_ text: String) {
        var isAfter = false
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
            switch word {
            case "pre:": isAfter = false
            case "post:": isAfter = true
            case _ where isAfter: softAfter.append(String(word))
            default: softBefore.append(String(word))
            }
        }
    }
}

/// Names of modules, as the kernel compares them.
enum ModuleName {
    /// Dashes are underscores to the kernel: the file xt-nat.ko would be listed as xt_nat.
    static func normalised(_ name: some StringProtocol) -> String {
        String(name.map { $0 == "-" ? "_" : $0 })
    }

    /// `kernel/net/sched/sch_netem.ko.xz` is `sch_netem`; `nil` if the path is no module's.
    static func ofFile(_ path: String) -> String? {
        let file = path.split(separator: "/").last ?? ""
        for ending in [".ko", ".ko.xz", ".ko.zst", ".ko.gz"] where file.hasSuffix(ending) {
            return normalised(file.dropLast(ending.utf8.count))
        }
        return nil
    }

    /// Whether a wanted alias is meant by a module's pattern, in which `*`, `?` and `[…]` are as in a shell.
    static func matches(_ wanted: String, pattern: String) -> Bool {
        matches(Array(normalised(wanted))[...], Array(normalised(pattern))[...])
    }

    private static func matches(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
        guard let next = pattern.first else { return text.isEmpty }
        switch next {
        case "*":
            let rest = pattern.drop { $0 == "*" }
            if rest.isEmpty { return true }
            return text.indices.contains { matches(text[$0...], rest) }
        case "?":
            return !text.isEmpty && matches(text.dropFirst(), pattern.dropFirst())
        case "[":
            guard let end = pattern.firstIndex(of: "]"), let character = text.first else { return false }
            let set = pattern[(pattern.startIndex + 1)..<end]
            return isMember(character, of: set) && matches(text.dropFirst(), pattern[(end + 1)...])
        default:
            return text.first == next && matches(text.dropFirst(), pattern.dropFirst())
        }
    }

    private static func isMember(_ character: Character, of set: ArraySlice<Character>) -> Bool {
        var rest = set
        while let first = rest.popFirst() {
            if rest.count >= 2, rest.first == "_" || rest.first == "-" {
                // A range; its dash has become an underscore with all others.
                if (first...rest[rest.startIndex + 1]).contains(character) { return true }
                rest = rest.dropFirst(2)
            } else if first == character {
                return true
            }
        }
        return false
    }
}
