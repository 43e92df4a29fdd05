import Glibc
import LinuxSystem
import NetlabModel

/// The machine a run is made on.
public enum HostFacts {
    /// Kernel, machine, CPUs and privilege, as a record keeps them.
    public static let description: HostDescription = {
        var name = utsname()
        uname(&name)
        let machine = withUnsafeBytes(of: name.machine) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return HostDescription(
            kernel: KernelRelease.running.text, machine: machine,
            cpus: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            privilege: privilege)
    }()

    private static var privilege: String {
        // Inside a user namespace of our own the map has a bound; the initial one maps the whole range.
        let map = (try? TextFile.read("/proc/self/uid_map")) ?? ""
        let isInitial = map.split(separator: " ").last.map { $0.hasPrefix("4294967295") } ?? true
        if !isInitial { return "user namespace" }
        return geteuid() == 0 ? "root" : "user"
    }
}

/// The time of day.
public enum WallClock {
    /// Now in UTC: `2026-11-21T13:05:00Z`.
    public static func rfc3339() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
    }
}
