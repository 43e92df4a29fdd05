/// A kernel parameter of the whole machine, changed for a while.
///
/// The old value is noted and synced before the change, so that a sweep restores it after a crash.
public final class HostSysctl: Sendable {
    public let name: String
    /// What it was, and will be again.
    public let old: String
    /// What it is meanwhile, as the kernel prints it.
    public let new: String
    private let record: InstanceRecord

    /// Changes the parameter in the home namespace.
    ///
    /// - Parameters:
    ///   - lock: proof that nobody else changes the machine at the same time.
    ///   - record: where the old value is noted.
    /// - Throws: `SysctlError`; then nothing has changed.
    public init(
        _ name: String, _ value: String, lock: borrowing HostLock, record: InstanceRecord
    ) throws(SysctlError) {
        let parsed = try SysctlName(name)
        let old = try Sysctl.read(name, in: .home)
        let new = Sysctl.normalised(value)
        self.name = parsed.description
        self.old = old
        self.new = new
        self.record = record
        let remnant = Remnant.sysctl(name: self.name, old: old, new: new)
        do {
            try record.add(remnant, surviving: .machine)
        } catch {
            throw SysctlError(name: self.name, path: parsed.path, value: value, cause: .system(error))
        }
        do {
            try Sysctl.write(name, value, in: .home)
        } catch {
            // If it reads back as something else it has changed all the same.
            if case .readsBack = error.cause { try? Sysctl.write(name, old, in: .home) }
            try? record.remove(remnant)
            throw error
        }
    }

    /// Sets the old value again.
    ///
    /// - Throws: `SysctlError`; `.changedByOthers` with the present value if somebody else has changed it meanwhile,
    ///   which is then left as it is.
    public func restore() throws(SysctlError) {
        let present = try Sysctl.read(name, in: .home)
        let parsed = try SysctlName(name)
        guard present == new else {
            throw SysctlError(name: name, path: parsed.path, value: old, cause: .changedByOthers(present))
        }
        try Sysctl.write(name, old, in: .home)
        do {
            try record.remove(.sysctl(name: name, old: old, new: new))
        } catch {
            throw SysctlError(name: name, path: parsed.path, value: old, cause: .system(error))
        }
    }
}
