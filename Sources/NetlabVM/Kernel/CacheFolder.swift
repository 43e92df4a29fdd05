import Glibc
import LinuxSystem

/// The cache's folder: entries appear and go as wholes, and what an interrupted process left is swept.
///
/// An entry is made in a folder `.new-…` that its maker holds a lock on, and renamed when it is done. A lock that
/// can be had shows that the maker is gone.
struct CacheFolder: Sendable {
    let path: String

    /// A folder that is being filled.
    struct Staging: Sendable {
        let path: String
        fileprivate let lock: OwnedFileDescriptor
    }

    private static let stagingPrefix = ".new-"
    private static let lockFile = ".lock"

    /// Makes a folder to fill, after sweeping those of the dead.
    ///
    /// - Throws: `SystemError`; EACCES with the cache's path if this user may not write there.
    func stage() throws(SystemError) -> Staging {
        try Directory.make(path)
        let guardian = try lock()
        defer { withExtendedLifetime(guardian) {} }
        try sweep()
        var number = 0
        while true {
            number += 1
            let folder = "\(path)/\(Self.stagingPrefix)\(getpid())-\(number)"
            if mkdir(folder, 0o755) != 0 {
                guard errno == EEXIST else { throw .last("mkdir", on: folder) }
                continue
            }
            let lockPath = "\(folder)/\(Self.lockFile)"
            let descriptor = try FileTree.make(lockPath, flags: O_RDWR)
            guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else { throw .last("flock", on: lockPath) }
            return Staging(path: folder, lock: descriptor)
        }
    }

    /// Gives a filled folder its name; an entry that has it already makes way.
    func publish(_ staging: Staging, as name: String) throws(SystemError) {
        let guardian = try lock()
        defer { withExtendedLifetime(guardian) {} }
        let target = "\(path)/\(name)"
        let old = "\(staging.path)-old"
        let hadOne = rename(target, old) == 0
        guard hadOne || errno == ENOENT else { throw .last("rename", on: target) }
        guard rename(staging.path, target) == 0 else {
            let failure = SystemError.last("rename", on: staging.path)
            if hadOne { _ = rename(old, target) }
            throw failure
        }
        try FileTree.remove("\(target)/\(Self.lockFile)")
        if hadOne { try FileTree.remove(old) }
    }

    /// Takes a folder away that is not going to be an entry.
    func discard(_ staging: Staging) throws(SystemError) {
        try FileTree.remove(staging.path)
    }

    /// Removes an entry; it is gone for others before its files go.
    ///
    /// - Returns: whether there was one.
    func remove(_ name: String) throws(SystemError) -> Bool {
        guard FileTree.kind(of: "\(path)/\(name)") != nil else { return false }
        let guardian = try lock()
        defer { withExtendedLifetime(guardian) {} }
        let away = "\(path)/\(Self.stagingPrefix)\(getpid())-removed"
        guard rename("\(path)/\(name)", away) == 0 else { throw .last("rename", on: "\(path)/\(name)") }
        try FileTree.remove(away)
        return true
    }

    /// Names of all folders that are entries.
    var names: [String] {
        Directory.entries(path).filter {
            CachedKernel.isName($0) && FileTree.kind(of: "\(path)/\($0)") == S_IFDIR
        }
    }

    private func sweep() throws(SystemError) {
        for name in Directory.entries(path) where name.hasPrefix(Self.stagingPrefix) {
            let number = open("\(path)/\(name)/\(Self.lockFile)", O_RDWR | O_CLOEXEC)
            if number >= 0 {
                let isHeld = flock(number, LOCK_EX | LOCK_NB) != 0
                close(number)
                if isHeld { continue }
            }
            try FileTree.remove("\(path)/\(name)")
        }
    }

    /// Held for renames and sweeps only, which take milliseconds.
    private func lock() throws(SystemError) -> OwnedFileDescriptor {
        let file = "\(path)/\(Self.lockFile)"
        let descriptor = try FileTree.make(file, flags: O_RDWR)
        var result: Int32
        repeat { result = flock(descriptor.number, LOCK_EX) } while result != 0 && errno == EINTR
        guard result == 0 else { throw .last("flock", on: file) }
        return descriptor
    }
}
