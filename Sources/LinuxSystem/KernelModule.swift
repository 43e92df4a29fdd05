import Glibc

/// A part of the kernel that may be built in, loaded, loadable, or missing.
public enum KernelModule {
    public enum State: Hashable, Sendable {
        /// In use, or part of the kernel itself.
        case present
        /// A file that `modprobe` finds; loading it needs root of the machine.
        case loadable(path: String)
        /// Neither; a kernel built without a list of its modules is taken at its word.
        case absent
    }

    /// Looks for a module by its name, `sch_netem`; dashes and underscores are the same.
    ///
    /// Kernel: /sys/module, which lacks built-in modules without parameters, and below /lib/modules/RELEASE the
    /// files modules.builtin and modules.dep. A kernel without such a folder may have built in what this calls absent:
    /// then only trying tells.
    public static func state(_ name: String, modules: String? = nil) -> State {
        let wanted = normalised(name)
        if access("/sys/module/\(wanted)", F_OK) == 0 { return .present }
        let directory = modules ?? "/lib/modules/\(KernelRelease.running.text)"
        for line in lines("\(directory)/modules.builtin") where moduleName(line) == wanted { return .present }
        for line in lines("\(directory)/modules.dep") {
            guard let file = line.split(separator: ":", maxSplits: 1).first, moduleName(file) == wanted else {
                continue
            }
            return .loadable(path: "\(directory)/\(file)")
        }
        return .absent
    }

    private static func lines(_ path: String) -> [Substring] {
        ((try? TextFile.read(path)) ?? "").split(separator: "\n")
    }

    /// `kernel/net/sched/sch_netem.ko.xz` is `sch_netem`.
    private static func moduleName(_ path: Substring) -> String {
        let file = path.split(separator: "/").last ?? path
        return normalised(String(file.prefix { $0 != "." }))
    }

    private static func normalised(_ name: String) -> String {
        String(name.map { $0 == "-" ? "_" : $0 })
    }
}
