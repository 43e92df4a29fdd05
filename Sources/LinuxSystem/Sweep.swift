import Glibc

/// Undoes what dead instances left behind, and nothing else.
///
/// Only what an instance noted itself is looked at, and only if it still is what was noted: a link that says
/// something else, a sysctl that has another value, a process with another start time belong to others.
public enum Sweep {
    /// What a sweep did, in sentences for people.
    public struct Report: Hashable, Sendable {
        /// Undone, newest first.
        public var undone: [String] = []
        /// Noted, but no longer what was noted, and so left alone.
        public var leftAlone: [String] = []
        /// Could not be undone; the note stays for the next sweep.
        public var failures: [String] = []

        public init() {}

        /// Nothing was there to be done.
        public var isEmpty: Bool { undone.isEmpty && leftAlone.isEmpty && failures.isEmpty }
    }

    /// Sweeps once; at the same time no other process does.
    ///
    /// - Parameter directory: a missing one has nothing to sweep.
    /// - Returns: what was done; also a failure to undo something is reported there.
    /// - Throws: `SystemError` if the directory cannot be trusted or locked.
    @discardableResult
    public static func stale(in directory: StateDirectory = .standard) throws(SystemError) -> Report {
        var report = Report()
        guard access(directory.path, F_OK) == 0 else { return report }
        try directory.verify()
        let lock = try OwnedFileDescriptor(opening: directory.path, flags: O_RDONLY | O_DIRECTORY)
        while flock(lock.number, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .last("flock", on: directory.path) }
        }
        for name in Directory.entries(directory.path) {
            guard let owner = StateDirectory.owner(ofFile: name), !owner.isAlive else { continue }
            let path = "\(directory.path)/\(name)"
            // Unfinished, or emptied by a power failure: nothing had been made by then, or nothing is left of it.
            var status = stat()
            if name.hasSuffix(".new") || (lstat(path, &status) == 0 && status.st_size == 0) {
                remove(path, "unfinished note of \(owner)", &report)
                continue
            }
            guard let file = directory.read(name), file.owner == owner else {
                report.failures.append(
                    "\(path) is not a note that this version understands; look at it and remove it")
                continue
            }
            // In another process ID namespace the same number is another process, so who knows if it is dead.
            guard file.processNamespace == InstanceFile.currentProcessNamespace else {
                report.leftAlone.append("\(path) belongs to another process ID namespace")
                continue
            }
            sweep(file, path, &report)
        }
        return report
    }

    private static func sweep(_ file: InstanceFile, _ path: String, _ report: inout Report) {
        let failures = report.failures.count
        let isOfThisBoot = file.boot == InstanceFile.currentBoot
        for remnant in file.remnants.reversed() {
            switch remnant {
            case .link(let path, let target):
                undoLink(path, target, file.owner, &report)
            case .sysctl(let name, let old, let new):
                // Kernel parameters, trace instances and processes do not survive a reboot.
                if isOfThisBoot { undoSysctl(name, old, new, &report) }
            case .traceInstance(let path):
                if isOfThisBoot { undoTraceInstance(path, &report) }
            case .child(let process):
                if isOfThisBoot, process.kill() {
                    report.undone.append("killed \(process), a child of \(file.owner)")
                }
            }
        }
        if report.failures.count == failures {
            remove(path, "note of \(file.owner) (\(file.title))", &report)
        }
    }

    private static func undoLink(
        _ path: String, _ target: String, _ owner: ProcessIdentity, _ report: inout Report
    ) {
        // Between noting and making, a crash leaves nothing.
        guard let present = SymbolicLink.target(path) else {
            if access(path, F_OK) == 0 { report.leftAlone.append("\(path) is not the link that was made") }
            return
        }
        guard present == target, target.hasPrefix("/proc/\(owner.processID)/fd/") else {
            report.leftAlone.append("\(path) points to \(present), not to \(target)")
            return
        }
        remove(path, "link \(path)", &report)
    }

    private static func undoSysctl(_ name: String, _ old: String, _ new: String, _ report: inout Report) {
        do {
            let present = try Sysctl.read(name, in: .home)
            if present == old { return }
            guard present == new else {
                report.leftAlone.append("sysctl \(name) is \(present), neither \(new) nor \(old)")
                return
            }
            try Sysctl.write(name, old, in: .home)
            report.undone.append("restored sysctl \(name) = \(old)")
        } catch {
            report.failures.append(error.description)
        }
    }

    private static func undoTraceInstance(_ path: String, _ report: inout Report) {
        guard let instances = TraceFS.instancesDirectory, path.hasPrefix(instances + "/"),
            !path.contains("/../")
        else {
            report.leftAlone.append("\(path) is not a trace instance")
            return
        }
        if rmdir(path) == 0 {
            report.undone.append("removed trace instance \(path)")
        } else if errno != ENOENT {
            report.failures.append(SystemError.last("rmdir", on: path).description)
        }
    }

    private static func remove(_ path: String, _ what: String, _ report: inout Report) {
        if unlink(path) == 0 {
            report.undone.append("removed \(what)")
        } else {
            report.failures.append(SystemError.last("unlink", on: path).description)
        }
    }
}
