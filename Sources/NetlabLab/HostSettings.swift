import LinuxSystem
import NetlabModel

/// Settings of the whole machine that a lab has changed: one lab at a time on the machine, the old value on
/// disk before the change, restored with the lab or, after a SIGKILL, by the next start.
final class HostSettings: Sendable {
    private let lock: HostLock

    init() throws {
        lock = try HostLock()
    }

    func set(_ setting: SysctlSetting, record: InstanceRecord) throws -> HostSysctl {
        try HostSysctl(setting.name, setting.value, lock: lock, record: record)
    }
}

extension Lab {
    func setHostSysctl(_ setting: SysctlSetting) throws {
        guard permissions.hostChanges else {
            throw LabLimit("\(setting.name) is a setting of the whole machine; run with --allow-host-changes")
        }
        let host = try self.host ?? HostSettings()
        self.host = host
        try resetHostSysctl(setting.name)
        hostSysctls[setting.name] = try host.set(setting, record: owner.record)
    }

    func resetHostSysctl(_ name: String) throws {
        try hostSysctls.removeValue(forKey: name)?.restore()
    }

    /// Puts every setting of the machine back.
    ///
    /// - Returns: what could not be put back.
    func restoreHost() -> [String] {
        var leaks: [String] = []
        for (name, setting) in hostSysctls {
            do { try setting.restore() } catch { leaks.append("host \(name): \(error)") }
        }
        hostSysctls = [:]
        host = nil
        return leaks
    }
}
