/// What is wrong with a kernel, its modules or a package, with the next step.
public enum KernelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file that is not what its place or its name promises.
    case unreadable(path: String, problem: String)
    /// A name that no cached kernel, installed kernel or file has.
    case unknownKernel(name: String, cached: [String])
    /// A module that this kernel has neither built in nor as a file.
    case missingModule(name: String, neededBy: String?, folder: String)
    /// A module file that is still compressed; only the cache decompresses.
    case compressedModule(path: String)
    /// A name that cannot be a folder of the cache.
    case badName(String)
    /// Nothing in a package that could be booted.
    case noKernel(path: String, problem: String)
    /// What `fetch` was asked for, and why apt did not give it.
    case notFetched(name: String, problem: String, cure: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let problem): return "\(path): \(problem)"
        case .unknownKernel(let name, let cached):
            let known =
                cached.isEmpty ? "the cache is empty" : "the cache has \(cached.joined(separator: ", "))"
            let cure =
                FetchableKernel(name: name) == nil
                ? "add one: netlab kernel add FILE, or netlab kernel fetch debian-6.1-cloud"
                : "netlab kernel fetch \(name)"
            return "no kernel \"\(name)\": \(known); \(cure)"
        case .missingModule(let name, let needer, let folder):
            let why = needer.map { ", which \($0) needs" } ?? ""
            return
                "no module \(name)\(why) in \(folder); add the kernel again with --all-modules, or take another"
        case .compressedModule(let path):
            return "\(path) is compressed; add the kernel to the cache first: netlab kernel add"
        case .badName(let name):
            return
                "\"\(name)\" cannot be a kernel's name: letters, digits and . _ + - only, and no . at its start"
        case .noKernel(let path, let problem):
            return "\(path) has no kernel to boot: \(problem)"
        case .notFetched(let name, let problem, let cure):
            return "\(name) was not fetched: \(problem); \(cure)"
        }
    }
}
