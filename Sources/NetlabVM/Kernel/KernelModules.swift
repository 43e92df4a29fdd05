/// The modules of one kernel, in an order in which a guest without modprobe can load them.
public struct KernelModules: Sendable {
    private let folder: ModuleFolder?
    private let place: String

    /// Looks through the kernel's module folder.
    ///
    /// - Throws: `SystemError` if there is a folder that cannot be read.
    public init(of kernel: KernelImage) throws {
        folder = try kernel.modules.map { try ModuleFolder($0) }
        place = kernel.modules ?? "the kernel \(kernel.name), which has no module folder"
    }

    /// Whether the kernel has a module, built in or as a file; an alias counts as its module.
    ///
    /// A kernel without a module folder is taken to have everything built in: only trying tells.
    public func has(_ name: String) -> Bool {
        guard let folder else { return true }
        let name = ModuleName.normalised(name)
        if folder.isBuiltIn(name) || folder.files[name] != nil { return true }
        return ((try? folder.aliases()) ?? []).contains { ModuleName.matches(name, pattern: $0.pattern) }
    }

    /// What has to be loaded for these modules, each after what it needs; what is built in is left out.
    ///
    /// - Parameter names: names or aliases; `-` and `_` are the same. Equal sets give equal orders.
    /// - Throws: `KernelError.missingModule`, `.compressedModule`, `.unreadable`, or `SystemError` of reading.
    /// Equivalent to: `modprobe --show-depends --all NAMES`.
    public func loadOrder(for names: Set<String>) throws -> [KernelModule] {
        guard let folder else { return [] }
        var walk = LoadOrder(folder: folder, place: place)
        for name in names.map({ ModuleName.normalised($0) }).sorted() { try walk.visit(name, for: nil) }
        return walk.order
    }
}

/// A walk through the dependencies, depth first.
private struct LoadOrder {
    let folder: ModuleFolder
    let place: String
    var order: [KernelModule] = []
    private var seen: Set<String> = []
    private var aliases: [(pattern: String, module: String)]?

    init(folder: ModuleFolder, place: String) {
        self.folder = folder
        self.place = place
    }

    /// Needs that modules of old kernels have at run time and that `depends` does not tell, since no symbol is
    /// used: connection tracking of IPv4 and IPv6 were modules of their own until 4.19, and NAT refuses with
    /// EPROTOTYPE ("Protocol wrong type for socket") where they are not there.
    static let unsaid: [String: [String]] = [
        "nf_nat_ipv4": ["nf_conntrack_ipv4"], "nf_nat_ipv6": ["nf_conntrack_ipv6"],
        "iptable_nat": ["nf_conntrack_ipv4"], "ip6table_nat": ["nf_conntrack_ipv6"],
        "ipt_MASQUERADE": ["nf_conntrack_ipv4"], "xt_nat": ["nf_conntrack_ipv4"],
        "xt_conntrack": ["nf_conntrack_ipv4"], "xt_state": ["nf_conntrack_ipv4"],
        "xt_connmark": ["nf_conntrack_ipv4"], "nft_chain_nat_ipv4": ["nf_conntrack_ipv4"],
    ]

    mutating func visit(_ name: String, for needer: String?) throws {
        guard !folder.isBuiltIn(name) else { return }
        guard let file = folder.files[name] else {
            let meant = try modules(meantBy: name)
            guard !meant.isEmpty else {
                throw KernelError.missingModule(name: name, neededBy: needer, folder: place)
            }
            for module in meant { try visit(module, for: needer) }
            return
        }
        // Marked before its needs: two modules that softly want each other must not go round for ever.
        guard seen.insert(name).inserted else { return }
        let content = try folder.content(of: name, file: file)
        let information = try ModuleInformation(module: content, path: "\(folder.path)/\(file)")
        for soft in information.softBefore { try visitIfPresent(soft, for: name) }
        for hidden in Self.unsaid[name] ?? [] where folder.files[hidden] != nil {
            try visit(hidden, for: name)
        }
        for need in information.dependencies { try visit(need, for: name) }
        order.append(KernelModule(name: name, content: content))
        for soft in information.softAfter { try visitIfPresent(soft, for: name) }
    }

    private mutating func visitIfPresent(_ alias: String, for needer: String) throws {
        let name = ModuleName.normalised(alias)
        guard !folder.isBuiltIn(name) else { return }
        if folder.files[name] != nil { return try visit(name, for: needer) }
        for module in try modules(meantBy: name) { try visit(module, for: needer) }
    }

    /// Of several modules behind an alias the generic one is enough: the others are faster on processors that a
    /// guest may not have, and refuse to load there.
    private mutating func modules(meantBy alias: String) throws -> [String] {
        let known = try aliases ?? folder.aliases()
        aliases = known
        let meant = Set(
            known.filter { ModuleName.matches(alias, pattern: $0.pattern) }.map(\.module)
        ).filter { folder.files[$0] != nil }.sorted()
        return meant.first { $0.hasSuffix("_generic") }.map { [$0] } ?? meant
    }
}
