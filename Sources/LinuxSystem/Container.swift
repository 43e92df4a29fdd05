import Glibc

/// Whether this process runs in a container, by the traces that the usual ones leave.
public enum Container {
    /// `docker`, `podman`, `lxc`, `kubernetes`, `systemd-nspawn`, or what else names itself; `nil` if none shows.
    public static func detect() -> String? {
        if access("/run/.containerenv", F_OK) == 0 { return "podman" }
        if access("/.dockerenv", F_OK) == 0 { return "docker" }
        // systemd's convention; root may read the first process's.
        let first = (try? TextFile.read("/proc/1/environ")) ?? ""
        for entry in first.split(separator: "\0") where entry.hasPrefix("container=") {
            return String(entry.dropFirst("container=".count))
        }
        if let named = (try? TextFile.read("/run/systemd/container")).map(Sysctl.normalised), !named.isEmpty {
            return named
        }
        return ofControlGroups((try? TextFile.read("/proc/1/cgroup")) ?? "")
    }

    /// What the first process's control groups tell; with version 2 and a namespace of its own, nothing.
    static func ofControlGroups(_ text: String) -> String? {
        let signs = [
            ("kubepods", "kubernetes"), ("docker", "docker"), ("libpod", "podman"),
            ("containerd", "containerd"),
            ("lxc", "lxc"), ("machine.slice", "systemd-nspawn"),
        ]
        return signs.first { text.contains($0.0) }?.1
    }
}
