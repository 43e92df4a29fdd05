import LinuxSystem

/// Names of the reasons for which a kernel drops packets, as that very kernel numbers them.
///
/// The numbers differ from release to release and from configuration to configuration, so nothing is
/// assumed about any of them: the names are read from the running kernel.
public struct DropReasonNames: Hashable, Sendable {
    /// Names without prefix (`NO_SOCKET`), by number.
    public var names: [UInt32: String]
    /// Names of the subsystems that number reasons of their own (`OPENVSWITCH`), by number.
    public var subsystems: [UInt32: String]

    public init(names: [UInt32: String], subsystems: [UInt32: String] = [:]) {
        self.names = names
        self.subsystems = subsystems
    }

    /// The name of a reason as the tracepoint reports it.
    ///
    /// A subsystem's own reason is `OPENVSWITCH_5`; one without a name is `UNNAMED_200`.
    public func name(_ number: UInt32) -> String {
        if let name = names[number] { return name }
        let (subsystem, rest) = (number >> 16, number & 0xFFFF)
        guard subsystem != 0 else { return "UNNAMED_\(number)" }
        return "\(subsystems[subsystem] ?? "SUBSYSTEM_\(subsystem)")_\(rest)"
    }

    /// Reads the names from the running kernel: its type information, else its tracing file system.
    ///
    /// Needs no rights for the former. Nothing is mounted.
    /// Kernel: `enum skb_drop_reason` (since 5.17) in `/sys/kernel/btf/vmlinux`, or
    /// `events/skb/kfree_skb/format` of tracefs.
    /// - Throws: `SystemError` of the tracing file system if neither is to be had.
    public static func ofRunningKernel() throws(SystemError) -> DropReasonNames {
        if let types = try? TextFile.readBytes("/sys/kernel/btf/vmlinux"),
            let names = DropReasonNames(btf: types)
        {
            return names
        }
        return try ofTracingFileSystem()
    }

    /// Reads the names from tracefs, which need not be mounted. Needs CAP_SYS_ADMIN.
    static func ofTracingFileSystem() throws(SystemError) -> DropReasonNames {
        let root = try TracingFileSystem()
        return DropReasonNames(traceFormat: try TextFile.read(root.path("events/skb/kfree_skb/format")))
    }

    /// Reads the names from the text of the tracepoint's format file: `{ 3, "NO_SOCKET" }, …`.
    ///
    /// A kernel before 5.17 has none there, and the result is empty.
    public init(traceFormat text: String) {
        var names: [UInt32: String] = [:]
        for pair in text.split(separator: "{").dropFirst() {
            let fields = pair.prefix { $0 != "}" }.split(separator: ",", maxSplits: 1)
            guard fields.count == 2, let number = Self.number(fields[0]) else { continue }
            let name = fields[1].drop { $0 == " " }
            guard name.first == "\"", let end = name.dropFirst().firstIndex(of: "\"") else { continue }
            names[number] = String(name[name.index(after: name.startIndex)..<end])
        }
        self.init(names: names)
    }

    private static func number(_ text: Substring) -> UInt32? {
        let digits = text.filter { $0 != " " }
        return digits.hasPrefix("0x") ? UInt32(digits.dropFirst(2), radix: 16) : UInt32(digits)
    }
}
