import Glibc

/// Kernel parameters below /proc/sys, as a network namespace has them.
///
/// Many of /proc/sys/net belong to a namespace, the others to the whole machine: `scope(of:)` tells.
public enum Sysctl {
    /// Whom a parameter belongs to.
    public enum Scope: Hashable, Sendable {
        /// Each network namespace has its own.
        case namespace
        /// One for the machine, only visible in the initial network namespace, or no network parameter at all.
        case hostWide
        /// One for the machine, visible in every network namespace for reading.
        case hostWideReadableInside
        /// This kernel has none.
        case absent
    }

    /// Reads a parameter.
    ///
    /// - Parameters:
    ///   - name: in either spelling, see `SysctlName`.
    ///   - namespace: whose value.
    /// - Returns: the value without the newline, its words separated by single spaces.
    /// Equivalent to: `ip netns exec NAME sysctl -n PARAMETER`.
    public static func read(_ name: String, in namespace: NetworkNamespace) throws(SysctlError) -> String {
        let parsed = try SysctlName(name)
        do {
            return try namespace.run { () throws(SystemError) in try readHere(parsed) }
        } catch {
            throw explain(error, parsed, value: nil, in: namespace)
        }
    }

    /// Sets a parameter, reads it back and compares.
    ///
    /// The words of the value are compared, not the blanks between them. A write-only parameter
    /// (`net.ipv4.route.flush`) is not read back.
    /// - Throws: `SysctlError`; `.readsBack` if the kernel took the value and made another of it.
    /// Equivalent to: `ip netns exec NAME sysctl -w PARAMETER=VALUE`.
    public static func write(
        _ name: String, _ value: String, in namespace: NetworkNamespace
    ) throws(SysctlError) {
        let parsed = try SysctlName(name)
        let actual: String?
        do {
            actual = try namespace.run { () throws(SystemError) in try writeHere(parsed, value) }
        } catch {
            throw explain(error, parsed, value: value, in: namespace)
        }
        guard let actual, actual != normalised(value) else { return }
        throw SysctlError(
            name: parsed.description, path: parsed.path, value: value, cause: .readsBack(actual))
    }

    /// Sets a parameter like `write`, and tells what to set it back to.
    ///
    /// - Returns: the value before; `nil` if the parameter is write-only.
    public static func replace(
        _ name: String, with value: String, in namespace: NetworkNamespace
    ) throws(SysctlError) -> String? {
        let parsed = try SysctlName(name)
        var before: String?
        do {
            before = try namespace.run { () throws(SystemError) in
                isWriteOnly(parsed) ? nil : try readHere(parsed)
            }
        } catch {
            throw explain(error, parsed, value: value, in: namespace)
        }
        try write(name, value, in: namespace)
        return before
    }

    /// Whether a parameter belongs to the machine and not to a network namespace.
    public static func isHostWide(_ name: String) throws(SysctlError) -> Bool {
        switch try scope(of: name) {
        case .hostWide, .hostWideReadableInside: true
        case .namespace, .absent: false
        }
    }

    /// Whom a parameter belongs to, by comparing home with a fresh namespace.
    ///
    /// The names that 6.18 is known to have for the machine alone count as such even where home is not the
    /// initial namespace and so cannot be compared with. Parameters of a named interface are looked for under the
    /// interface `lo`, which every namespace has.
    public static func scope(of name: String) throws(SysctlError) -> Scope {
        let parsed = try SysctlName(name)
        guard parsed.components[0] == "net" else {
            return access(parsed.path, F_OK) == 0 ? .hostWide : .absent
        }
        let path = pathUnderLoopback(parsed)
        let atHome = mode(path)
        if let fresh = try? NetworkNamespace.create() {
            let inside = fresh.run { mode(path) }
            if let inside {
                let lostWriting = inside & 0o222 == 0 && (atHome ?? 0) & 0o222 != 0
                return lostWriting || isKnownReadOnlyInside(parsed) ? .hostWideReadableInside : .namespace
            }
            return atHome != nil || isKnownHostWide(parsed) ? .hostWide : .absent
        }
        if isKnownReadOnlyInside(parsed) { return .hostWideReadableInside }
        if isKnownHostWide(parsed) { return .hostWide }
        return atHome != nil ? .namespace : .absent
    }

    // MARK: - On the calling thread, in whatever namespace it is

    private static func readHere(_ name: SysctlName) throws(SystemError) -> String {
        normalised(try TextFile.read(name.path))
    }

    private static func writeHere(_ name: SysctlName, _ value: String) throws(SystemError) -> String? {
        try TextFile.write(value, to: name.path)
        return isWriteOnly(name) ? nil : try readHere(name)
    }

    private static func isWriteOnly(_ name: SysctlName) -> Bool {
        guard let mode = mode(name.path) else { return false }
        return mode & 0o444 == 0
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    /// One space between words, none around: the kernel prints tabs where people write spaces.
    static func normalised(_ value: String) -> String {
        value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    // MARK: - Errors

    private static func explain(
        _ error: SystemError, _ name: SysctlName, value: String?, in namespace: NetworkNamespace
    ) -> SysctlError {
        SysctlError(
            name: name.description, path: name.path, value: value, cause: cause(error, name, value, namespace)
        )
    }

    private static func cause(
        _ error: SystemError, _ name: SysctlName, _ value: String?, _ namespace: NetworkNamespace
    ) -> SysctlError.Cause {
        let isAway = namespace.inode != NetworkNamespace.home.inode
        switch (error.operation, error.errno) {
        case ("open", ENOENT):
            let isElsewhere = isAway && mode(name.path) != nil && !names(interface: name)
            return isElsewhere || isKnownHostWide(name) ? .hostWide : .absent
        case ("open", EACCES), ("open", EPERM):
            guard value != nil else { return .denied(errno: error.errno) }
            let inside = namespace.run { mode(name.path) } ?? 0
            let isReadOnly = inside & 0o222 == 0
            if isReadOnly, isKnownReadOnlyInside(name) || (isAway && (mode(name.path) ?? 0) & 0o222 != 0) {
                return .readOnlyInNamespace
            }
            return isReadOnly
                ? .system(SystemError("write", errno: error.errno, on: "\(name.path), which is read-only"))
                : .denied(errno: error.errno)
        case (_, EROFS):
            return .readOnlyMount
        case ("write", EINVAL), ("write", ERANGE), ("write", ENOENT), ("write", EOVERFLOW), ("write", EIO):
            return .invalidValue(errno: error.errno)
        case ("write", EPERM), ("write", EACCES):
            return .denied(errno: error.errno)
        default:
            return .system(error)
        }
    }
}
